"""Rows of any table as JSON that says the same on every database, and back: what backups are made of.

Moments are ISO texts in UTC, dates ISO texts, bytes base64; JSON documents stand as they are.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

_FAMILIES: tuple[tuple[str, type[TypeEngine[Any]]], ...] = (
    ("boolean", Boolean),
    ("moment", DateTime),
    ("date", Date),
    ("json", JSON),
    ("integer", Integer),
    ("number", Numeric),
    ("bytes", LargeBinary),
)
TYPES: dict[str, TypeEngine[Any]] = {
    "boolean": Boolean(),
    "moment": DateTime(timezone=True),
    "date": Date(),
    "json": JSON(),
    "integer": BigInteger(),
    "number": Double(),
    "bytes": LargeBinary(),
    "text": Text(),
}
"""A column type for each family, for tables of which nothing but the backup knows."""


def reflected(connection: Connection) -> dict[str, Table]:
    """Every table that is in the database, as it is there: `{name: Table}`, parents before children."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def family(column: Column[Any]) -> str:
    """Which sort of value the column holds: a key of `TYPES`."""
    found = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return next((name for name, sort in _FAMILIES if isinstance(found, sort)), "text")


def writers(columns: Sequence[Column[Any]]) -> list[Callable[[Any], Any]]:
    """For each column what turns a value that the database gave into JSON."""
    return [_WRITE.get(family(column), _as_it_is) for column in columns]


def readers(columns: Sequence[Column[Any]], *, is_sqlite: bool) -> list[Callable[[Any], Any]]:
    """For each column of the target table what turns JSON into a value to bind."""
    read = _READ | ({"moment": _read_moment_utc} if is_sqlite else {})
    return [read.get(family(column), _as_it_is) for column in columns]


def _as_it_is(value: Any) -> Any:
    return value


def _write_moment(value: datetime) -> str:
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _read_moment_utc(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)


_WRITE: dict[str, Callable[[Any], Any]] = {
    "moment": _write_moment,
    "date": date.isoformat,
    "number": float,
    "bytes": lambda value: base64.b64encode(value).decode(),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": base64.b64decode,
}
