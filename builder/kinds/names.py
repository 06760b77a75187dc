"""Names that a definition mentions: do they exist, what was probably meant, and rules about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from builder.kinds.contract import RuleAt
from builder.rules.check import check as check_rule
from builder.rules.rule import Rule
from schema_store.problems import Problem, Problems, _
from schema_store.shapes import nearest

if TYPE_CHECKING:
    from builder.catalog import Catalog


def unknown(
    template: str, name: Any, known: Iterable[str], place: str, *, code: str = "name.unknown"
) -> Problem:
    """A problem for a `name` that does not exist, with the nearest one that does."""
    known = sorted(known)
    near = nearest(str(name), known)
    hint = _("Did you mean “{near}”?") if near else _("Known here: {known}.") if known else ""
    shown = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
    return Problem(code, template, {"name": str(name)[:60], "near": near, "known": shown}, place, hint)


def of_rule(rule: RuleAt, catalog: Catalog) -> list[Problem]:
    """Problems of a rule, warnings too, with pointers into its definition; the rule's entity exists."""
    try:
        found = checked(rule, catalog).warnings
    except Problems as wrong:
        found = wrong.problems
    return [problem.at(rule.pointer) for problem in found]


def reads_of(rule: RuleAt, catalog: Catalog) -> set[tuple[str, str]]:
    """The (entity, field) pairs that a rule reads; none where the rule is wrong."""
    try:
        return set(checked(rule, catalog).reads)
    except Problems:
        return set()


def checked(rule: RuleAt, catalog: Catalog) -> Rule:
    """The checked rule. Raises Problems with pointers inside the rule."""
    wanted = "value" if rule.is_value else "condition"
    return check_rule(rule.document, catalog, rule.entity, wanted=wanted, trigger=rule.is_trigger)
