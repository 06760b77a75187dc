"""The first records of each of several parts of a list – lanes of a board, days of a month – in one statement.

Each part is read by itself and only as far as it is shown, so that an index on what tells the parts apart serves,
however many records a part has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Integer, Select, literal, select, union_all

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.records import find, paging, tables
from builder.work import Work
from schema_store.problems import Problem, Problems, _

MOST = 100
"""Parts of one statement; SQLite takes 500 selects together, and a part may need four."""

_TESTS = {
    "==": lambda column, value: column.is_(None) if value is None else column == value,
    "<": lambda column, value: column < value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}


@dataclass(frozen=True)
class Compared:
    """`field` compared with a stored value; `==` None is empty."""

    field: str
    operator: str
    value: Any


Part = Sequence[Sequence[Compared]]
"""The ways in which a record belongs to a part, of which at most one holds for each; all tests of a way must hold."""


def firsts(
    work: Work, query: find.Query, policy: Policy, parts: Sequence[Part], limit: int
) -> list[find.Page]:
    """For each part the first `limit` records of the query that belong to it, in the query's order. Raises Problems."""
    entity = find.entity_of(work, query, policy)
    order = find.order_of(work, entity, query, policy)
    _require_readable(entity, parts, policy)
    if not parts:
        return []
    rows = work.connection.execute(_statement(work, query, policy, parts, (order, limit))).all()
    read = find.reader(work, find.fields_of(entity, query, policy), query, policy)
    found = []
    for number in range(len(parts)):
        own = [row for row in rows if row.part == number]
        shown = own[:limit]
        after = find.cursor(shown[-1], order) if len(own) > limit else None
        found.append(find.Page([read(row) for row in shown], after))
    return found


def _statement(
    work: Work,
    query: find.Query,
    policy: Policy,
    parts: Sequence[Part],
    reach: tuple[list[paging.Order], int],
) -> Select[Any]:
    """What is shown of the records that `places` finds, in the query's order."""
    entity = work.catalog.entity(query.entity)
    table = tables.of(work.catalog).table(entity.key)
    ids = places(work, query, policy, parts, reach).subquery("firsts")
    fields = find.fields_of(entity, query, policy)
    shown = find.ordered(find.selected(work, entity, fields, query, policy), reach[0])
    found = shown.add_columns(ids.c.part).where(table.c.id == ids.c.id)
    return found.order_by(*(one.clause for one in reach[0]))


def places(
    work: Work,
    query: find.Query,
    policy: Policy,
    parts: Sequence[Part],
    reach: tuple[list[paging.Order], int],
) -> CompoundSelect[Any, Any]:
    """Which records stand where: (id, part), one more than `reach` (order, limit) says where there are more."""
    order, limit = reach
    entity = work.catalog.entity(query.entity)
    matching = find.matching(work, replace(query, after=None), policy)
    stretches = [
        stretch.order_by(*clauses).limit(limit + 1).subquery()
        for number, part in enumerate(parts[:MOST])
        for tests in part
        for stretch, clauses in _stretches(work, entity, matching, number, (tests, order))
    ]
    return union_all(*(select(one.c.id, one.c.part) for one in stretches))


def _stretches(
    work: Work,
    entity: Entity,
    matching: Select[Any],
    number: int,
    told: tuple[Sequence[Compared], list[paging.Order]],
) -> list[tuple[Select[Any], list[ColumnElement[Any]]]]:
    """What one way reads, with its order: filled and empty values of the leading field apart, as an index has them."""
    tests, order = told
    known = tables.of(work.catalog)
    table = known.table(entity.key)
    own = matching.add_columns(literal(number, Integer).label("part"))
    for test in tests:
        own = own.where(_TESTS[test.operator](known.column(table, entity.key, test.field), test.value))
    is_filled = any(test.field == order[0].key and test.value is not None for test in tests)
    return [
        (own if segment.condition is None else own.where(segment.condition), segment.clauses)
        for segment in paging.segments(order, None)
        if not (segment.is_empty and is_filled)
    ]


def _require_readable(entity: Entity, parts: Sequence[Part], policy: Policy) -> None:
    """Where a record stands tells a value, so only what may be read tells the parts apart."""
    readable = policy.readable(entity)
    for key in {test.field for part in parts for tests in part for test in tests}:
        if key not in tables.SYSTEM and key not in readable:
            raise Problems(Problem("field.unknown", _("There is no field “{field}”."), {"field": key}))
