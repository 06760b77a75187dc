"""What the search box means: records one of whose search fields starts with, or is, what was typed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy import false as sql_false

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import BadValue, Field
from builder.records import tables
from builder.rules.operators.texts import fold


def found(entity: Entity, table: Any, text: str, policy: Policy) -> ColumnElement[bool]:
    """Records one of whose search fields starts with, or after normalising is, what was typed; by their indexes.

    Capitals and small letters are the same.
    """
    readable = policy.readable(entity)
    parts: list[ColumnElement[bool]] = []
    for key in entity.search_fields:
        one = entity.fields[key]
        if key in readable and tables.is_found_folded(entity, one):
            parts += [starts_with(table.c[one.folded], fold(start)) for start in _starts(one, text)]
        elif key in readable and one.column is not None:
            column = table.c[one.column]
            parts += [column == value for value in _meant(one, text)]
            starts = {way(start) for start in _starts(one, text) for way in (str, str.upper, str.lower)}
            parts += [starts_with(column, start) for start in sorted(starts)]
    return or_(*parts) if parts else sql_false()


def _meant(one: Field, text: str) -> list[Any]:
    try:
        value = one.type.from_text(text.strip(), one.settings)
    except BadValue:
        return []
    return [] if value is None else [value]


def _starts(one: Field, text: str) -> list[str]:
    starts = getattr(one.type, "search_prefixes", None)
    if starts:
        return starts(text.strip(), one.settings)
    return [text.strip()] if one.type.fact(one.settings)["type"] == "text" else []


def starts_with(column: ColumnElement[Any], start: str) -> ColumnElement[bool]:
    """`column` starts with `start`, as a range that an index serves (LIKE folds case and misses it)."""
    last = ord(start[-1])
    following = 0xE000 if last == 0xD7FF else last + 1  # surrogates are no characters
    if following > 0x10FFFF:
        return column >= start
    return (column >= start) & (column < start[:-1] + chr(following))
