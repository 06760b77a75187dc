"""What happened, kept as rows in the transaction in which it happened; workflows read them after the commit.

One write, whatever its size, is one `event_batch` row (who, when, why, through which door: history points to it
and it is kept) with one narrow `event` row per record. What changed stands in the history row of the same record
and version. A batch is the unit that workflows claim and handle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    insert,
)
from sqlalchemy.sql import expression

from builder.database import Id, Key, Moment, metadata

CREATED, CHANGED, DELETED = "created", "changed", "deleted"

event_batches = Table(
    "event_batch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("entity", Key, nullable=False),
    Column("what", Key, nullable=False),  # created | changed | deleted
    Column("cause", Key, nullable=False),  # Cause.kind
    Column("actor", Text, nullable=False),
    Column("run_id", BigInteger),
    Column("reason", Text),
    Column(
        "depth", Integer, nullable=False, server_default="0"
    ),  # how many workflows stand behind this write
    Column("at", Moment, nullable=False),
    Column("effective_at", Moment),  # when it happened in the shop, where that is not `at`
    Column("records", Integer, nullable=False, server_default="0"),
    Column("is_handled", Boolean, nullable=False, server_default=expression.false()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Moment),
    Column("trouble", Text),  # why the last attempt to handle it failed
)
Index(
    "ix_event_batch_waiting",
    event_batches.c.id,
    sqlite_where=~event_batches.c.is_handled,
    postgresql_where=~event_batches.c.is_handled,
)
Index(
    "ix_event_batch_run",
    event_batches.c.run_id,
    sqlite_where=event_batches.c.run_id.is_not(None),
    postgresql_where=event_batches.c.run_id.is_not(None),
)

events = Table(
    "event",
    metadata,
    Column("batch_id", BigInteger, ForeignKey("event_batch.id", ondelete="CASCADE"), primary_key=True),
    Column("record_id", BigInteger, primary_key=True),
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Cause:
    """Who writes, through which door and why; it stands in every history row and event of the write.

    `kind`: form api import workflow undo command sample public_form (then `reason` is its key). `actor`: "user:3",
    "operator", "workflow:member_dormant", "public".
    `run`: the run (import, workflow run, bulk edit, undo) that can be undone as a whole. `depth` guards against
    workflows that wake each other for ever. `effective_at`: when it happened in the shop, if not now.
    """

    kind: str
    actor: str = "operator"
    run: int | None = None
    reason: str = ""
    depth: int = 0
    effective_at: datetime | None = None


def open_batch(
    connection: Connection, entity: str, what: str, cause: Cause, *, at: datetime, records: int = 0
) -> int:
    """The id of a new batch; its `event` rows (and, for a set, its count) follow in the same transaction."""
    row = {
        "entity": entity,
        "what": what,
        "cause": cause.kind,
        "actor": cause.actor,
        "run_id": cause.run,
        "reason": cause.reason or None,
        "depth": cause.depth,
        "at": at,
        "effective_at": cause.effective_at,
        "records": records,
    }
    return connection.execute(insert(event_batches).values(row).returning(event_batches.c.id)).scalar_one()


def close_batch(connection: Connection, batch_id: int, records: int) -> None:
    """Say how many records the batch of a set touched; one that touched none is removed."""
    batch = event_batches.c.id == batch_id
    if records:
        connection.execute(event_batches.update().where(batch).values(records=records))
    else:
        connection.execute(event_batches.delete().where(batch))
