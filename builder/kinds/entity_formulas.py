"""Formula fields checked: the rule gives what the field says, for everybody alike, and never itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.kinds.compiled import Entity
from builder.rules.check import check
from builder.rules.names import Fact
from builder.rules.operators.leaves import SOURCES
from schema_store.problems import Problem, Problems, _, pointer

if TYPE_CHECKING:
    from builder.catalog import Catalog


def formula_problems(entity: Entity, catalog: Catalog) -> Iterator[Problem]:
    """Problems of the entity's formulas, with pointers into its document."""
    for key, fact in entity.facts.items():
        if fact.formula is not None:
            place = pointer("properties", key, "x-tessera", "formula")
            yield from (problem.at(place) for problem in _of_one(fact, entity, catalog))


def _of_one(fact: Fact, entity: Entity, catalog: Catalog) -> Iterator[Problem]:
    try:
        # Asked by its own name it stands inside itself, as it does in every rule that reads it.
        check({"var": fact.key}, catalog, entity.key, wanted=fact.type)
        rule = check(fact.formula, catalog, entity.key, wanted=fact.type)
    except Problems:
        yield from _of_itself(fact, entity, catalog)
        return
    yield from rule.warnings
    for node in rule.tree.walk():
        if node.op == "context" and str(node.detail).partition(".")[0] in SOURCES:
            yield Problem(
                "formula.user",
                _("A formula gives everybody the same: it cannot ask who reads it."),
                {},
                node.pointer,
            )


def _of_itself(fact: Fact, entity: Entity, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong inside the rule; where that alone is right, what is wrong where it is read."""
    for document in (fact.formula, {"var": fact.key}):
        try:
            check(document, catalog, entity.key, wanted=fact.type)
        except Problems as wrong:
            in_the_rule = document is fact.formula
            yield from (
                one if in_the_rule else Problem(one.code, one.template, one.params) for one in wrong.problems
            )
            return
