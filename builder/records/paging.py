"""Keyset paging: an order that is total, a cursor that names the last row, and conditions that an index serves.

Empty values sort before all others (so ascending starts with them, descending ends with them), the same on both
databases. The rows of an order by an optional field come in two *segments*, empty and not empty, each of which is
one range of the field's index.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, and_, or_

from builder.catalog import Entity
from builder.records import tables
from builder.records.history import decode, encode
from schema_store import strict_json
from schema_store.problems import Problem, Problems, _

MAX_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Order:
    """One key of an order. `is_optional`: rows may be empty here."""

    key: str
    column: ColumnElement[Any]
    is_descending: bool
    is_optional: bool

    @property
    def clause(self) -> ColumnElement[Any]:
        if not self.is_optional:
            return self.column.desc() if self.is_descending else self.column.asc()
        return self.column.desc().nulls_last() if self.is_descending else self.column.asc().nulls_first()


@dataclass(frozen=True)
class Segment:
    """One stretch of the order: its condition, its clauses, and whether the first key is empty in it."""

    condition: ColumnElement[bool] | None
    clauses: list[ColumnElement[Any]]
    is_empty: bool


def orders(
    entity: Entity, table: Any, known: tables.Tables, sort: Sequence[str], readable: frozenset[str]
) -> list[Order]:
    """The total order that `sort` ("-joined_on", "name") asks for, ended by the id. Raises Problems."""
    found: list[Order] = []
    for name in sort:
        key, is_descending = name.removeprefix("-"), name.startswith("-")
        if key not in tables.SYSTEM and (key not in readable or entity.fields[key].column is None):
            raise Problems(
                Problem("sort.unknown", _("It cannot be sorted by “{field}”."), {"field": key}, "/sort")
            )
        found.append(
            Order(key, known.order_column(table, entity.key, key), is_descending, key not in tables.SYSTEM)
        )
        if key == "id":
            return found
    last_descends = found[-1].is_descending if found else False
    return [*found, Order("id", table.c.id, last_descends, is_optional=False)]


def segments(order: Sequence[Order], after: Sequence[Any] | None) -> list[Segment]:
    """The stretches still to be read behind the row whose sort values are `after` (None: from the start)."""
    first = order[0]
    if not first.is_optional:
        return [
            Segment(_behind(order, after) if after else None, [one.clause for one in order], is_empty=False)
        ]
    both = [
        _segment(order, after, is_empty)
        for is_empty in ((False, True) if first.is_descending else (True, False))
    ]
    if after is None:
        return both
    reached = [one.is_empty for one in both].index(after[0] is None)
    rest = both[reached + 1 :]
    return [both[reached], *(_segment(order, None, one.is_empty) for one in rest)]


def _segment(order: Sequence[Order], after: Sequence[Any] | None, is_empty: bool) -> Segment:
    first = order[0]
    keys = (
        order[1:]
        if is_empty
        else [Order(first.key, first.column, first.is_descending, is_optional=False), *order[1:]]
    )
    inside = first.column.is_(None) if is_empty else first.column.is_not(None)
    values = None if after is None or (after[0] is None) != is_empty else after[len(order) - len(keys) :]
    condition = and_(inside, _behind(keys, values)) if values else inside
    return Segment(condition, [one.clause for one in keys], is_empty)


def _behind(order: Sequence[Order], after: Sequence[Any]) -> ColumnElement[bool]:
    """Rows behind the values `after` in the order: `a >= x AND (a > x OR b > y)`, so that an index on a serves."""
    one, value, rest = order[0], after[0], order[1:]
    strictly = _strictly_behind(one, value)
    if not rest:
        return strictly
    same = one.column.is_(None) if value is None else one.column == value
    deeper = or_(strictly, and_(same, _behind(rest, after[1:])))
    if value is None or one.is_optional:
        return deeper
    return and_(one.column <= value if one.is_descending else one.column >= value, deeper)


def _strictly_behind(one: Order, value: Any) -> ColumnElement[bool]:
    if value is None:
        return (
            one.column.is_not(None)
            if not one.is_descending
            else and_(one.column.is_(None), one.column.is_not(None))
        )
    if one.is_descending:
        return or_(one.column < value, one.column.is_(None)) if one.is_optional else one.column < value
    return one.column > value


def cursor(values: Sequence[Any]) -> str:
    """An opaque text that names a row by its sort values."""
    return (
        base64.urlsafe_b64encode(strict_json.write([encode(value) for value in values]).encode())
        .decode()
        .rstrip("=")
    )


def read_cursor(entity: Entity, order: Sequence[Order], text: str | None) -> list[Any] | None:
    """The sort values that a cursor names. Raises Problems for one that is not of this order."""
    if not text:
        return None
    try:
        values = strict_json.read(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError(text)
        return [_decode(entity, one, value) for one, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, Problems):
        raise Problems(
            Problem(
                "cursor", _("This place in the list is not known; start from its beginning."), {}, "/after"
            )
        ) from None


def _decode(entity: Entity, one: Order, value: Any) -> Any:
    if value is None:
        if not one.is_optional:
            raise ValueError(one.key)
        return None
    _require_sort(one.column.type, value)
    if one.key in tables.SYSTEM:
        return value if one.key in ("id", "version") else datetime.fromisoformat(value)
    return decode(entity.fields[one.key], value)


def _require_sort(column: Any, value: Any) -> None:
    """Raises ValueError for what no column of this type can hold: the database would refuse it less politely."""
    if isinstance(column, Boolean):
        return
    wanted = int if isinstance(column, Integer) else str
    if type(value) is not wanted or (wanted is int and abs(value) > MAX_NUMBER):
        raise ValueError(value)
