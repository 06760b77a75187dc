"""The few SQL forms that SQLite and PostgreSQL spell differently, as SQLAlchemy constructs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Integer, Select, Text, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import cast
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

_JSON = JSON().with_variant(JSONB, "postgresql")


class json_list(FunctionElement[Any]):  # noqa: N801 - reads as a SQL function
    """All values of a group as one JSON list (empty or null where there are none)."""

    type = JSON()
    inherit_cache = True


@compiles(json_list, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **kw)})"


@compiles(json_list, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_agg({compiler.process(element.clauses, **kw)})"


class json_plus(FunctionElement[Any]):  # noqa: N801
    """All texts of a group as the members of one JSON object, each with the second argument as its value."""

    type = _JSON
    inherit_cache = True


@compiles(json_plus, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **kw)})"


@compiles(json_plus, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"jsonb_object_agg({compiler.process(element.clauses, **kw)})"


class json_pair(FunctionElement[Any]):  # noqa: N801
    """`[before, after]` as JSON."""

    type = _JSON
    inherit_cache = True


@compiles(json_pair, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **kw)})"


@compiles(json_pair, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"jsonb_build_array({compiler.process(element.clauses, **kw)})"


class json_filled(FunctionElement[Any]):  # noqa: N801
    """A JSON object of key, value, key, value …, none of them null."""

    type = _JSON
    inherit_cache = True


@compiles(json_filled, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **kw)})"


@compiles(json_filled, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"jsonb_build_object({compiler.process(element.clauses, **kw)})"


class json_members(FunctionElement[Any]):  # noqa: N801
    """A JSON object of key, value, key, value …, without the members whose value is SQL null."""

    type = _JSON
    inherit_cache = True


@compiles(json_members, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    # A merge patch drops members that are null; arrays inside are taken over whole, nulls and all.
    return f"json_patch('{{}}', json_object({compiler.process(element.clauses, **kw)}))"


@compiles(json_members, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"jsonb_strip_nulls(jsonb_build_object({compiler.process(element.clauses, **kw)}))"


class json_merged(FunctionElement[Any]):  # noqa: N801
    """Two JSON objects as one."""

    type = _JSON
    inherit_cache = True


@compiles(json_merged, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_patch({compiler.process(element.clauses, **kw)})"


@compiles(json_merged, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(part, **kw) for part in element.clauses)
    return f"({first} || {second})"


class json_at(FunctionElement[Any]):  # noqa: N801
    """The member at (document, key, index) of `{key: [before, after]}` as text; null where there is none."""

    type = Text()
    inherit_cache = True


@compiles(json_at, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    document, key, index = (compiler.process(part, **kw) for part in element.clauses)
    return f"json_extract({document}, '$.' || {key} || '[' || {index} || ']')"


@compiles(json_at, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    document, key, index = (compiler.process(part, **kw) for part in element.clauses)
    return f"({document} -> {key} ->> {index})"


class member_text(FunctionElement[Any]):  # noqa: N801
    """The member (key) of a JSON object (document) as JSON text; null where there is none."""

    type = Text()
    inherit_cache = True


@compiles(member_text, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    document, key = (compiler.process(part, **kw) for part in element.clauses)
    return f"json_extract({document}, '$.' || {key})"


@compiles(member_text, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    document, key = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST({document} -> {key} AS TEXT)"


class has_member(FunctionElement[Any]):  # noqa: N801
    """True where the JSON object (document) has the member (key)."""

    type = Boolean()
    inherit_cache = True


@compiles(has_member, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    document, key = (compiler.process(part, **kw) for part in element.clauses)
    return f"(json_type({document}, '$.' || {key}) IS NOT NULL)"


@compiles(has_member, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    document, key = (compiler.process(part, **kw) for part in element.clauses)
    return f"jsonb_exists({document}, {key})"


class typed(FunctionElement[Any]):  # noqa: N801
    """A bound value with its type spelled out where PostgreSQL cannot infer it (polymorphic functions)."""

    inherit_cache = True

    def __init__(self, value: Any, column_type: TypeEngine[Any]):
        super().__init__(literal(value, column_type))
        self.type = column_type


@compiles(typed, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return compiler.process(next(iter(element.clauses)), **kw)


@compiles(typed, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    bound = next(iter(element.clauses))
    return compiler.process(cast(bound, bound.type), **kw)


class item(FunctionElement[Any]):  # noqa: N801
    """The value at (row, position) of a JSON list, in the SQL type of the construct."""

    inherit_cache = True

    def __init__(self, row: Any, position: int, column_type: TypeEngine[Any]):
        super().__init__(row, literal(position, Integer()))
        self.type = column_type


@compiles(item, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    row, position = (compiler.process(part, **kw) for part in element.clauses)
    return f"json_extract({row}, '$[' || {position} || ']')"


@compiles(item, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    row, position = (compiler.process(part, **kw) for part in element.clauses)
    target = compiler.dialect.type_compiler_instance.process(element.type.dialect_impl(compiler.dialect))
    return f"CAST({row} ->> CAST({position} AS INTEGER) AS {target.split(' COLLATE')[0]})"


def key(value: str) -> ColumnElement[str]:
    """A key or another short text as a bound value."""
    return typed(value, Text())


def affected(connection: Connection, statement: Any) -> int:
    """Execute a writing statement; how many rows it touched (drivers forget it for INSERT unless asked)."""
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def number(value: int) -> ColumnElement[int]:
    """A small whole number as a bound value."""
    return typed(value, Integer())


def keys_of(connection: Connection, document: ColumnElement[Any]) -> Select[Any]:
    """A Select of the keys of a JSON object column, one row each."""
    if connection.dialect.name == "sqlite":
        each = func.json_each(document).table_valued("key")
        return select(each.c.key).select_from(document.table.join(each, true()))  # type: ignore[attr-defined]
    return select(func.jsonb_object_keys(document))


def given_rows(
    connection: Connection, columns: Mapping[str, TypeEngine[Any]], rows: Iterable[Sequence[Any]]
) -> Select[Any]:
    """Python rows as a Select with typed, labelled columns: one bound JSON text, whatever their number.

    Values are stored forms; dates and moments are written as each database stores them.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    text = json.dumps(
        [[_plain(value, is_sqlite) for value in row] for row in rows],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if is_sqlite:
        each = func.json_each(text).table_valued("value", name="each_row")
        row = each.c.value
    else:
        each = func.jsonb_array_elements(cast(literal(text, Text()), JSONB)).table_valued(
            column("value", JSONB), name="each_row"
        )
        row = each.c.value
    return select(
        *(item(row, position, kind).label(name) for position, (name, kind) in enumerate(columns.items()))
    ).select_from(each)


def _plain(value: Any, is_sqlite: bool) -> Any:
    if isinstance(value, datetime):
        utc = value.astimezone(UTC)
        return utc.strftime("%Y-%m-%d %H:%M:%S.%f") if is_sqlite else utc.isoformat()
    return value.isoformat() if isinstance(value, date) else value
