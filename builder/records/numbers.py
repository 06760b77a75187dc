"""Automatic numbers: one counter row per field, taken in the transaction that uses it, so none is given twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Table, insert, update

from builder.catalog import Entity
from builder.database import Key, metadata
from builder.work import Work

counters = Table(
    "number_counter",
    metadata,
    Column("entity", Key, primary_key=True),
    Column("field", Key, primary_key=True),
    Column("last", BigInteger, nullable=False),
)


def next_for(work: Work, entity: Entity) -> dict[str, Any]:
    """`{field: next number's text}` for one new record."""
    return {key: numbers[0] for key, numbers in reserve(work, entity, 1).items()}


def reserve(work: Work, entity: Entity, count: int) -> dict[str, list[str]]:
    """The next `count` numbers of every automatic-number field of `entity`."""
    return {
        one.key: [one.type.next_text(number, one.settings) for number in range(last - count + 1, last + 1)]
        for one in entity.fields.values()
        if hasattr(one.type, "next_text")
        for last in [_take(work, entity.key, one.key, count)]
    }


def _take(work: Work, entity: str, field: str, count: int) -> int:
    row = (counters.c.entity == entity) & (counters.c.field == field)
    taken = work.connection.execute(
        update(counters).where(row).values(last=counters.c.last + count).returning(counters.c.last)
    ).scalar()
    if taken is None:
        work.connection.execute(insert(counters).values(entity=entity, field=field, last=count))
        return count
    return taken
