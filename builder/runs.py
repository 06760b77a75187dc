"""Runs: everything that writes many records and can be looked up, resumed and undone as a whole.

A workflow run, an import, a bulk edit and an undo are all rows of `run`; event batches point to them by
`Cause.run`. Rooms from the records upwards open and close them; what a run means is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    insert,
    select,
    update,
)

from builder.database import Id, Key, Moment, metadata

WORKFLOW, IMPORT, UNDO, BULK = "workflow", "import", "undo", "bulk"
"""Kinds of runs."""

RUNNING, WAITING = "running", "waiting_approval"
DONE, PARTIAL, FAILED, UNDONE = "done", "partial", "failed", "undone"
"""Statuses. A waiting run has touched nothing yet; a partial one left some records out and says which and why."""

runs = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("workflow", Key),
    Column("workflow_version", Integer),
    Column("entity", Key),
    Column("trigger", Key),  # hand | schedule | record
    Column("slot", Moment),  # when it was due, of a scheduled run
    Column("batch_id", BigInteger),  # the event batch that woke it
    Column("as_of", Moment, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("status", Key, nullable=False),
    Column("matched", Integer, nullable=False, server_default="0"),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("effects", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Key, nullable=False),  # the door: Cause.kind
    Column("reason", Text),
    Column("trouble", Text),
    Column("depth", Integer, nullable=False, server_default="0"),
    Column("lease_until", Moment),  # by the database's clock
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("approved_by", Text),
    Column("undoes", BigInteger),
    Column("undone_by", BigInteger),
)
Index("ix_run_workflow", runs.c.workflow, runs.c.id)
Index(
    "ix_run_unfinished",
    runs.c.id,
    sqlite_where=runs.c.finished_at.is_(None),
    postgresql_where=runs.c.finished_at.is_(None),
)


@dataclass(frozen=True)
class Run:
    """One row of `run`. `changed` counts records; `effects` is `{what: number}`; `steps` one dict per action.

    `slot`, `batch_id`: what woke a workflow run. `undoes`: the run that an undo took back; `undone_by` its inverse.
    """

    id: int
    kind: str
    as_of: datetime
    started_at: datetime
    status: str
    actor: str
    cause: str
    workflow: str | None = None
    workflow_version: int | None = None
    entity: str | None = None
    trigger: str | None = None
    slot: datetime | None = None
    batch_id: int | None = None
    finished_at: datetime | None = None
    matched: int = 0
    changed: int = 0
    failed: int = 0
    effects: Mapping[str, int] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()
    reason: str | None = None
    trouble: str | None = None
    depth: int = 0
    attempts: int = 0
    approved_by: str | None = None
    undoes: int | None = None
    undone_by: int | None = None

    def document(self) -> dict[str, Any]:
        """What `run --json` prints and the API answers."""
        counts = {"run": self.id, "matched": self.matched, "changed": self.changed, "failed": self.failed}
        return {**counts, "status": self.status, "effects": dict(self.effects)}


COLUMNS = [runs.c[one.name] for one in fields(Run)]
"""What a Select of runs asks for, in the order of `Run`."""


def open_run(connection: Connection, *, kind: str, at: datetime, actor: str, cause: str, **more: Any) -> int:
    """The id of a new run. `more`: other columns by name; `as_of` is `at` and the status running unless they say."""
    return opened(connection, kind=kind, at=at, actor=actor, cause=cause, **more).id


def opened(connection: Connection, *, kind: str, at: datetime, actor: str, cause: str, **more: Any) -> Run:
    """A new run, as `open_run` makes it."""
    usual = {"as_of": at, "status": RUNNING, "effects": {}, "steps": []}
    row = {**usual, "kind": kind, "started_at": at, "actor": actor, "cause": cause, **more}
    return Run(**connection.execute(insert(runs).values(row).returning(*COLUMNS)).one()._mapping)


def close_run(
    connection: Connection, run_id: int, *, at: datetime, status: str, where: Any = None, **more: Any
) -> Run | None:
    """Say how a run ended; the run as it stands then. None where `where` does not hold of it: nothing is written.

    `more`: the columns that changed, such as matched, changed, failed, effects, trouble.
    """
    row = {"finished_at": at, "status": status, "lease_until": None, **more}
    conditions = (runs.c.id == run_id,) if where is None else (runs.c.id == run_id, where)
    statement = update(runs).where(*conditions).values(row).returning(*COLUMNS)
    closed = connection.execute(statement).one_or_none()
    return None if closed is None else Run(**closed._mapping)


def get(connection: Connection, run_id: int) -> Run | None:
    """The run; None where there is none of this number."""
    row = connection.execute(select(*COLUMNS).where(runs.c.id == run_id)).one_or_none()
    return None if row is None else Run(**row._mapping)


def recent(
    connection: Connection, *, workflow: str | None = None, before: int | None = None, limit: int = 50
) -> list[Run]:
    """The newest runs first, of one workflow if named; `before`: the id that the previous page ended with."""
    asked = select(*COLUMNS).order_by(runs.c.id.desc()).limit(limit)
    if workflow is not None:
        asked = asked.where(runs.c.workflow == workflow)
    if before is not None:
        asked = asked.where(runs.c.id < before)
    return [Run(**row._mapping) for row in connection.execute(asked)]
