"""The SQL back end: a checked rule as SQLAlchemy expressions, the same verdict as `evaluate` on every row.

Every condition is written in two forms, true and false, exact complements; negation is pushed to the leaves,
so that indexes serve what people write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, false, true

from builder.rules.dialects import SQL_TYPES, any_of, shaped
from builder.rules.evaluate import lowered
from builder.rules.names import Moment
from builder.rules.operators import TABLE
from builder.rules.operators.comparing import leaf
from builder.rules.operators.entry import Pieces, Sql, Tables, Test
from builder.rules.operators.relations import relation_emptied
from builder.rules.operators.tags import tags_emptied
from builder.rules.rule import Rule
from builder.rules.tree import Node

__all__ = ["Tables", "condition", "disjuncts", "parts", "value"]

MAX_DISJUNCTS = 8
NOTHING = (None, frozenset())
EMPTY_SETS = {"tags": tags_emptied, "relation": relation_emptied}
"""How "is empty" is asked of what has no column of its own."""


def condition(
    rule: Rule, table: FromClause, tables: Tables, moment: Moment, *, negated: bool = False
) -> ColumnElement[bool]:
    """The rows of `table` for which the rule holds; with `negated` exactly the others.

    Raises Problems (`sql.unsupported`) for what only a trigger or a searchable field can be asked.
    """
    writer = _Writer(table, rule.entity, tables, moment, rule)
    return writer.false(rule.tree) if negated else writer.true(rule.tree)


def parts(
    rule: Rule, nodes: Sequence[Node], table: FromClause, tables: Tables, moment: Moment
) -> list[ColumnElement[bool]]:
    """Conditions in the scope of the rule, made of parts of its tree."""
    writer = _Writer(table, rule.entity, tables, moment, rule)
    return [writer.true(node) for node in nodes]


def value(rule: Rule, table: FromClause, tables: Tables, moment: Moment) -> ColumnElement[Any]:
    """The rule's value for a row, in its stored form."""
    return _Writer(table, rule.entity, tables, moment, rule).value(rule.tree)


def disjuncts(rule: Rule, table: FromClause, tables: Tables, moment: Moment) -> list[ColumnElement[bool]]:
    """The condition as at most 8 conditions of which no row meets two, each fit for an index where it can be."""
    writer = _Writer(table, rule.entity, tables, moment, rule)
    pieces = [piece for piece in writer.pieces(rule.tree, negated=False) if not _is_never(piece)]
    if len(pieces) > MAX_DISJUNCTS:
        return [writer.true(rule.tree)]
    return pieces or [false()]


def _is_never(piece: Test) -> bool:
    return piece.compare(false())


class _Writer:
    def __init__(self, table: FromClause, entity: str, tables: Tables, moment: Moment, rule: Rule):
        self.table, self.entity, self.tables, self.moment, self._rule = table, entity, tables, moment, rule

    def true(self, node: Node) -> Test:
        return any_of(*self._forms(node, negated=False))

    def false(self, node: Node) -> Test:
        return any_of(*self._forms(node, negated=True))

    def _forms(self, node: Node, *, negated: bool) -> Pieces:
        if node.is_constant:
            return [true() if bool(self.constant(node)) is not negated else false()]
        entry = TABLE[node.op]
        form = entry.false if negated else entry.true
        if form is None:
            return self.compared(node, "==", True, negated=negated)
        written = form(self, node)
        return [written] if isinstance(written, ColumnElement) else list(written)

    def pieces(self, node: Node, *, negated: bool) -> Pieces:
        entry = TABLE[node.op]
        if entry.pieces is None or node.is_constant:
            return self._forms(node, negated=negated)
        return entry.pieces(self, node, negated)

    def value(self, node: Node) -> Sql:
        entry = TABLE[node.op]
        if entry.value is not None:
            return entry.value(self, node)
        return shaped(
            "(CASE WHEN {0} THEN 1 ELSE 0 END)",
            self.true(node),
            of=SQL_TYPES["boolean"],
            postgresql="(CASE WHEN {0} THEN true ELSE false END)",
        )

    def constant(self, node: Node) -> Any:
        return lowered(node)(None, self.moment)  # type: ignore[arg-type] - a constant reads no row

    def compared(self, node: Node, sign: str, constant: Any, *, negated: bool) -> Pieces:
        hook = TABLE[node.op].compared
        better = hook(self, node, sign, constant, negated) if hook else None
        return leaf(node, self.value(node), sign, constant, negated=negated) if better is None else better

    def emptied(self, node: Node, *, negated: bool) -> Test:
        if node.is_constant:  # a bound value alone has no type that PostgreSQL could see
            is_empty = self.constant(node) in NOTHING
            return true() if is_empty is not negated else false()
        if not node.is_nullable and node.type.name not in EMPTY_SETS:
            return true() if negated else false()
        hook = EMPTY_SETS.get(node.type.name) or TABLE[node.op].emptied
        if hook:
            return hook(self, node, negated)
        written = self.value(node)
        return written.is_not(None) if negated else written.is_(None)

    def column(self, key: str) -> Sql:
        return self.tables.column(self.table, self.entity, key)

    def inside(self, entity: str) -> _Writer:
        return _Writer(self.tables.table(entity, alias=True), entity, self.tables, self.moment, self._rule)
