"""The folded copies of texts: written with them, so that lists and rules may search without regard to case.

A copy is kept in a column of its own beside each text. Folding is Python's (databases fold each in their own way),
so what SQL alone worked out is read back once, for the whole set, and its copies written in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select, update

from builder.catalog import Entity
from builder.database import PlainText
from builder.fields.contract import Field
from builder.records import tables
from builder.records.sql import given_rows
from builder.rules.operators.texts import fold
from builder.work import Work

CHUNK = 5_000


def folded(value: Any) -> str | None:
    """The copy of a stored text; nothing of nothing."""
    return None if value is None else fold(value)


def columns_of(entity: Entity, values: Mapping[str, Any]) -> dict[str, str | None]:
    """`{column: copy}` for the fields among `{field: stored value}` that keep one."""
    kept = {key: entity.fields[key].folded for key in values}
    return {column: folded(values[key]) for key, column in kept.items() if column}


def given(
    work: Work, entity: Entity, columns: Mapping[str, Any], rows: Iterable[Sequence[Any]]
) -> Select[Any]:
    """`given_rows` of an entity's fields, with a column (named as in the table) for each copy that goes with them."""
    kept = [
        (at, one.folded) for at, key in enumerate(columns) if (one := entity.fields.get(key)) and one.folded
    ]
    wider = dict(columns) | {column: PlainText for _at, column in kept}
    return given_rows(
        work.connection, wider, ([*row, *(folded(row[at]) for at, _column in kept)] for row in rows)
    )


def refresh(work: Work, entity: Entity, ids: Select[Any], fields: Iterable[Field]) -> None:
    """Write the copies of these fields anew for the records whose ids are given."""
    kept = [one for one in fields if one.folded]
    if not kept:
        return
    table = tables.of(work.catalog).table(entity.key)
    asked = select(table.c.id, *(table.c[one.column] for one in kept)).where(table.c.id.in_(ids))
    wider = {"id": table.c.id.type} | {str(one.folded): PlainText for one in kept}
    found = work.connection.execute(asked).all()
    for at in range(0, len(found), CHUNK):
        copies = ([number, *map(folded, texts)] for number, *texts in found[at : at + CHUNK])
        source = given_rows(work.connection, wider, copies).subquery("copies")
        values = {column: source.c[column] for column in wider if column != "id"}
        work.connection.execute(update(table).values(values).where(table.c.id == source.c.id))


def refresh_all(work: Work) -> None:
    """Write every copy anew, some thousand records at a time: for a repair."""
    for entity in work.catalog.entities.values():
        table = tables.of(work.catalog).table(entity.key)
        highest = work.connection.execute(select(func.max(table.c.id))).scalar() or 0
        for start in range(0, highest, CHUNK):
            some = select(table.c.id).where(table.c.id > start, table.c.id <= start + CHUNK)
            refresh(work, entity, some, entity.fields.values())
