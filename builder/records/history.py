"""What every record was, is and why: one row per record and version, pointing to the batch that wrote it.

`changes` is `{field: [before, after]}` in stored form as JSON, for tags `{field: {tag: "+" or "-"}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, Table, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.database import Key, Moment, metadata
from builder.events import event_batches
from builder.fields.contract import Field
from builder.work import Work

history = Table(
    "history",
    metadata,
    Column("entity", Key, primary_key=True),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("batch_id", BigInteger, nullable=False),
    Column("changes", JSON().with_variant(JSONB, "postgresql"), nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Entry:
    """One version of a record: when, by whom, through which door (`cause`), in which run, and what changed.

    `changes`: `{field: (before, after)}` in stored form; tags as frozensets of what was removed and added.
    `what`: created, changed or deleted.
    """

    version: int
    what: str
    at: datetime
    effective_at: datetime | None
    actor: str
    cause: str
    run_id: int | None
    reason: str
    changes: Mapping[str, tuple[Any, Any]]


def of(work: Work, entity_key: str, record_id: int, policy: Policy, *, limit: int = 200) -> list[Entry]:
    """The record's history that `policy` may read, newest first; fields it may not read are left out."""
    entity = work.catalog.entity(entity_key)
    policy.require("read", entity_key)
    readable = policy.readable(entity)
    rows = work.connection.execute(
        select(*history.c, *TOLD)
        .join(event_batches, event_batches.c.id == history.c.batch_id)
        .where(history.c.entity == entity_key, history.c.record_id == record_id)
        .order_by(history.c.version.desc())
        .limit(limit)
    )
    return [entry_of(row, entity, readable) for row in rows]


_BATCH = event_batches.c
TOLD = (
    _BATCH.what,
    _BATCH.at,
    _BATCH.effective_at,
    _BATCH.actor,
    _BATCH.cause,
    _BATCH.run_id,
    _BATCH.reason,
)
"""What a batch says of each of its rows: columns for a statement that joins it."""


def entry_of(row: Any, entity: Entity, readable: frozenset[str]) -> Entry:
    """The entry of a row of `history` with what is TOLD of it."""
    return Entry(
        row.version,
        row.what,
        row.at,
        row.effective_at,
        row.actor,
        row.cause,
        row.run_id,
        row.reason or "",
        decode_changes(entity, row.changes, readable),
    )


def decode_changes(
    entity: Entity, changes: Mapping[str, Any], readable: frozenset[str]
) -> dict[str, tuple[Any, Any]]:
    """`{field: (before, after)}` in stored form; unknown (retired) and unreadable fields are left out."""
    decoded: dict[str, tuple[Any, Any]] = {}
    for key, change in changes.items():
        field = entity.fields.get(key)
        if field is None or key not in readable:
            continue
        if field.storage == "tags":
            decoded[key] = tuple(
                frozenset(tag for tag, sign in change.items() if sign == wanted) for wanted in "-+"
            )
            continue
        before, after = (decode(field, value) for value in change)
        if before != after:
            decoded[key] = (before, after)
    return decoded


def encode(value: Any) -> Any:
    """A stored value as it stands in `changes`; a moment as SQLite stores it, which PostgreSQL reads too."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


def encode_changes(changes: Mapping[str, tuple[Any, Any]], entity: Entity) -> dict[str, Any]:
    """The `changes` document of `{field: (before, after)}`; tags come as whole sets and leave as differences."""
    document: dict[str, Any] = {}
    for key, (before, after) in changes.items():
        if entity.fields[key].storage == "tags":
            old, new = before or frozenset(), after or frozenset()
            document[key] = dict.fromkeys(sorted(new - old), "+") | dict.fromkeys(sorted(old - new), "-")
        else:
            document[key] = [encode(before), encode(after)]
    return document


def decode(field: Field, value: Any) -> Any:
    """The stored value of what stands in `changes`; databases write moments and booleans in their own ways."""
    if value is None:
        return None
    column_type: TypeEngine[Any] | None = field.type.column_type(field.settings)
    if isinstance(column_type, Moment):
        return Moment().process_result_value(datetime.fromisoformat(value), None)  # type: ignore[arg-type]
    if isinstance(column_type, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(column_type, Boolean) else value
