"""Names in a rule found in the catalog: fields, fields of references, relations, the context."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from builder.rules.families import BOOLEAN
from builder.rules.limits import MAX_FORMULAS, MAX_HOPS, MAX_NODES
from builder.rules.names import Fact, Names, Relation, Rollup, Type
from builder.rules.operators.leaves import CONTEXT, as_decimal, context_node, field_node
from builder.rules.parse import parse
from builder.rules.tree import Node, Tree, Way
from schema_store.problems import Problem, Problems, _
from schema_store.texts import Text

GIVEN = {"count": Type("integer"), "avg": Type("number")}
"""Types of the aggregates that are not of their field's type."""
AGGREGATE_KEYS = {"count": "count", "sum": "sum", "min": "min.of", "max": "max.of", "avg": "avg"}


class Lookup:
    """Finds names for the checker; notes problems, and every (entity, field) passed on the way.

    `condition(tree, entity)` checks a condition in another entity's scope, `formula(tree, entity, type)` a value.
    """

    def __init__(
        self,
        names: Names,
        problems: list[Problem],
        condition: Callable[[Tree, str], Node | None],
        formula: Callable[[Tree, str, Type], Node | None],
    ):
        self.reads: set[tuple[str, str]] = set()
        self._names, self._problems, self._condition, self._formula = names, problems, condition, formula
        self._expanding: set[tuple[str, str]] = set()
        self._formulas: dict[tuple[str, str], Node | None] = {}
        self._open: list[tuple[str, str]] = []  # the formulas inside which we stand

    def variable(self, name: str, entity: str, place: str) -> Node | None:
        """The node of `name` in the scope of `entity`; None where a problem was noted."""
        if name.startswith("$"):
            return self._context(name, place)
        *refs, key = name.split(".")
        if len(refs) > MAX_HOPS:
            self._note(
                "rel.depth",
                _("“{name}” follows more than {limit} references."),
                place,
                name=name,
                limit=MAX_HOPS,
            )
            return None
        hops: list[tuple[str, str]] = []
        labels: list[Text] = []
        at = entity
        for ref in refs:
            fact = self._names.facts(at).get(ref)
            if fact is None or fact.type.name != "ref":
                self._unknown(
                    ref,
                    at,
                    place,
                    [one.key for one in self._names.facts(at).values() if one.type.name == "ref"],
                )
                return None
            self.reads.add((at, ref))
            hops.append((ref, fact.type.entity))
            labels.append(fact.label or ref)
            at = fact.type.entity
        return self._end(key, at, tuple(hops), tuple(labels), place)

    def _end(
        self, key: str, at: str, hops: tuple[tuple[str, str], ...], labels: tuple[Text, ...], place: str
    ) -> Node | None:
        facts, relations = self._names.facts(at), self._names.relations(at)
        if key in facts:
            fact = facts[key]
            self.reads.add((at, key))
            way = Way(at, hops, key, fact, past=self._past(fact, at), labels=(*labels, fact.label or key))
            if fact.formula is None:
                return field_node(fact.type, way, place)
            formula = self._worked_out(fact, at, place)
            return None if formula is None else field_node(fact.type, replace(way, formula=formula), place)
        if key in relations:
            return self._relation(relations[key], at, hops, labels, place)
        self._unknown(key, at, place, [*facts, *relations])
        return None

    def _relation(
        self,
        relation: Relation,
        at: str,
        hops: tuple[tuple[str, str], ...],
        labels: tuple[Text, ...],
        place: str,
    ) -> Node:
        self.reads.add((relation.entity, relation.via))
        words = (*labels, relation.label or relation.key)
        there = self._there(relation.entity, relation.dated_by)
        way = Way(at, hops, relation.key, None, relation.via, past=there, labels=words)
        return field_node(Type("relation", entity=relation.entity), way, place)

    def _there(self, entity: str, dated_by: str | None) -> Node | None:
        """That a record of `entity` is dated up to the moment's day; None where it has no date."""
        dated = None if dated_by is None else self.variable(dated_by, entity, "")
        if dated is None:
            return None
        limit = Node("now" if dated.type.name == "datetime" else "today", dated.type, False, is_constant=True)
        return Node("<=", BOOLEAN, False, (dated, limit))

    def _context(self, name: str, place: str) -> Node | None:
        if name in CONTEXT:
            return context_node(name, CONTEXT[name], place)
        self._note("field.unknown", _("There is no “{name}”."), place, name=name)
        return None

    # --- formulas ---

    def _worked_out(self, fact: Fact, at: str, place: str) -> Node | None:
        """What a formula field is worked out by; None where that cannot be told, which is a problem at `place`."""
        name = (at, fact.key)
        if name not in self._formulas:
            if name in self._open or len(self._open) >= MAX_FORMULAS:
                self._note(
                    "formula.depth",
                    _(
                        "“{field}” is a formula of itself, or of formulas of formulas, more than {limit} deep."
                    ),
                    place,
                    field=fact.key,
                    limit=MAX_FORMULAS,
                )
                return None
            self._formulas[name] = self._expanded(fact, at, place)
        return self._formulas[name]

    def _expanded(self, fact: Fact, at: str, place: str) -> Node | None:
        """Its problems belong to the definition of the field: here one stands for them, at `place`."""
        before = len(self._problems)
        self._open.append((at, fact.key))
        try:
            node = self._formula(parse(fact.formula), at, fact.type)
        except Problems:
            node = None
        self._open.pop()
        inside, self._problems[before:] = self._problems[before:], []
        if node is not None and sum(1 for _part in node.walk()) <= MAX_NODES:
            return node
        deep = next((one for one in inside if one.code == "formula.depth"), None)
        template = _("The formula of “{field}” is not right, or too large.")
        broken = Problem("formula.broken", template, {"field": fact.key})
        self._problems.append(replace(deep or broken, pointer=place))
        return None

    # --- rollups of an earlier day ---

    def _past(self, fact: Fact, at: str) -> Node | None:
        """The rollup asked of the child rows up to the moment's day; None where it has no dates."""
        rollup = fact.rollup
        if rollup is None or rollup.dated_by is None or (at, fact.key) in self._expanding:
            return None
        self._expanding.add((at, fact.key))
        try:
            return self._aggregate(rollup, fact, at)
        finally:
            self._expanding.discard((at, fact.key))

    def _aggregate(self, rollup: Rollup, fact: Fact, at: str) -> Node | None:
        relation = self._names.relations(at).get(rollup.relation)
        if relation is None:
            return None
        children = self._relation(replace(relation, dated_by=None), at, (), (), "")
        known = self._there(relation.entity, rollup.dated_by)
        where = self._condition(parse(True if rollup.where is None else rollup.where), relation.entity)
        of = None if rollup.of is None else self.variable(rollup.of, relation.entity, "")
        if known is None or where is None or (of is None and rollup.of is not None):
            return None
        asked = Node("and", BOOLEAN, False, (where, known))
        return _as_stored(rollup.aggregate, children, of, asked, fact.type)

    # --- problems ---

    def near(self, written: str, known: Iterable[str], params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The hint with the nearest known word, and the params that fill it."""
        close = get_close_matches(written, list(known), 1, 0.5)
        if not close:
            return "", params
        return _("Did you mean “{near}”?"), params | {"near": close[0]}

    def _unknown(self, key: str, at: str, place: str, known: Iterable[str]) -> None:
        hint, params = self.near(key, known, {"field": key, "entity": at})
        self._problems.append(
            Problem("field.unknown", _("“{entity}” has no field “{field}”."), params, place, hint)
        )

    def _note(self, code: str, template: str, place: str, **params: Any) -> None:
        self._problems.append(Problem(code, template, params, place))


def _as_stored(aggregate: str, children: Node, of: Node | None, asked: Node, type_: Type) -> Node:
    """The aggregate in the type of the field that stores it."""
    args = (children, asked) if of is None else (children, of, asked)
    op = AGGREGATE_KEYS[aggregate]
    given = GIVEN.get(aggregate) or (of or children).type
    node = Node(op, given, aggregate != "count", args)
    if given.name in {"integer", "decimal"} and type_.name == "decimal" and given.scale < type_.scale:
        return as_decimal(node, type_.scale)
    return node
