"""Publishes that were agreed to now and happen later: the bodies and the plan are frozen, and nothing else is done.

A row is one of them. Who finds it due claims it by its row lock; what comes of it is written in the same transaction
as the publish itself, so that a process that dies leaves it waiting for the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, Column, Index, RowMapping, Table, Text, insert, select, update

from builder import audit
from builder.database import Id, Key, Moment, metadata
from builder.publishing.plan import impact
from builder.publishing.publish import changes_of_drafts, locked, within
from schema_store import drafts, strict_json
from schema_store.documents import Body, Name, same
from schema_store.problems import Problem, Problems, _, pointer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from builder.work import House, Work

WAITING, PUBLISHED, REFUSED, CANCELLED = "waiting", "published", "refused", "cancelled"

planned_publishes = Table(
    "planned_publish",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", Key, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("by", Text, nullable=False),  # who agreed to it, and in whose name it is published
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("bodies", Text, nullable=False),  # [[kind, key, body or null], …]
    Column("plan", Key, nullable=False),  # the fingerprint
    Column("ended_at", Moment),
    Column("change_id", BigInteger),
    Column("trouble", JSON),  # why it was refused: [{code, template, params, pointer, hint}, …]
)
_waits = planned_publishes.c.state == WAITING
Index("ix_planned_publish_due", planned_publishes.c.due_at, sqlite_where=_waits, postgresql_where=_waits)


@dataclass(frozen=True)
class Planned:
    """One planned publish. `changes` (None retires) are frozen; `problems`: why it was refused."""

    id: int
    state: str
    due_at: datetime
    by: str
    at: datetime
    note: str
    changes: Mapping[Name, Body | None]
    plan: str
    change_id: int | None = None
    problems: tuple[Problem, ...] = ()


Check = Callable[["Work", Planned], Problem | None]
"""What a room above still asks when the time has come."""


def agree(work: Work, names: Collection[Name], *, due_at: datetime, confirm: str, note: str = "") -> Planned:
    """Freeze the drafts of `names`, whose plan has the fingerprint `confirm`, for `due_at`. Raises Problems."""
    if due_at <= work.now:
        raise Problems(
            Problem("planned.past", _("This time is over. Choose a later one."), pointer="/due_at")
        )
    held = locked(work, None)
    changes = changes_of_drafts(held, names, for_update=True)
    _refuse_twice(work.connection, changes)
    plan = impact(held, changes)
    plan.refuse()
    if plan.is_empty:
        raise Problems(Problem("planned.nothing", _("There is nothing to publish.")))
    if plan.fingerprint != confirm:
        raise Problems(_moved())
    bodies = [[*name, body] for name, body in changes.items()]
    row = {
        "state": WAITING,
        "due_at": due_at,
        "by": work.cause.actor,
        "at": work.now,
        "note": note,
        "bodies": strict_json.write(bodies),
        "plan": confirm,
    }
    table = planned_publishes
    written = work.connection.execute(insert(table).values(row).returning(*table.c)).mappings().one()
    _note(
        work, written["id"], "plan_publish", due_at=due_at.isoformat(), names=[list(name) for name in changes]
    )
    return _planned(written)


def cancel(work: Work, planned_id: int) -> bool:
    """Take a waiting one back; False where it waits no longer."""
    is_done = _end(work, planned_id, CANCELLED)
    if is_done:
        _note(work, planned_id, "cancel_publish")
    return is_done


def waiting(connection: Connection) -> list[Planned]:
    """What is still to come, soonest first."""
    asked = select(planned_publishes).where(_waits).order_by(planned_publishes.c.due_at)
    return [_planned(row) for row in connection.execute(asked).mappings()]


def refused_since(connection: Connection, moment: datetime) -> list[Planned]:
    """What did not happen since `moment`, newest first."""
    table = planned_publishes.c
    asked = select(planned_publishes).where(table.state == REFUSED, table.ended_at >= moment)
    return [_planned(row) for row in connection.execute(asked.order_by(table.id.desc())).mappings()]


def due(house: House, until: datetime | None = None) -> list[tuple[int, datetime]]:
    """The numbers and times of those due up to `until` (None: now), in order."""
    table = planned_publishes.c
    asked = select(table.id, table.due_at).where(_waits, table.due_at <= (until or house.clock.now()))
    with house.database.reading() as connection:
        return [(row.id, row.due_at) for row in connection.execute(asked.order_by(table.due_at, table.id))]


def carry_out(work: Work, planned_id: int, check: Check) -> Planned | None:
    """Publish exactly what was agreed to, or write down why not; None where it waits no longer.

    All in the caller's transaction, in the name of whoever agreed.
    """
    held = locked(work, None)
    asked = select(planned_publishes).where(planned_publishes.c.id == planned_id, _waits).with_for_update()
    row = work.connection.execute(asked).mappings().first()
    if row is None:
        return None
    planned = _planned(row)
    held = replace(held, cause=replace(work.cause, actor=planned.by))
    try:
        with work.connection.begin_nested():
            change_id = _published(held, planned, check)
    except Problems as wrong:
        return refuse(work, planned, wrong.problems)
    _end(work, planned_id, PUBLISHED, change_id=change_id)
    return replace(planned, state=PUBLISHED, change_id=change_id)


def refuse(work: Work, planned: Planned, problems: tuple[Problem, ...]) -> Planned:
    """Write down that it did not happen, and why."""
    told = [
        {"code": one.code, "template": one.template, "params": one.params, "pointer": one.pointer, "hint": one.hint}
        for one in problems
    ]  # fmt: skip
    _end(work, planned.id, REFUSED, trouble=json.loads(json.dumps(told, default=str)))
    return replace(planned, state=REFUSED, problems=problems)


def get(connection: Connection, planned_id: int) -> Planned | None:
    """The planned publish of this number, whatever became of it."""
    asked = select(planned_publishes).where(planned_publishes.c.id == planned_id)
    row = connection.execute(asked).mappings().first()
    return _planned(row) if row else None


def drifted(planned: Planned, there: Mapping[Name, drafts.Draft]) -> list[Name]:
    """The definitions whose draft is no longer the one that was agreed to: changed, thrown away or stale."""
    return [
        name
        for name, body in planned.changes.items()
        if name not in there or there[name].is_stale or not same(there[name].body, body)
    ]


def _published(work: Work, planned: Planned, check: Check) -> int | None:
    """The change set; None where somebody published the very same by hand."""
    problem = check(work, planned)
    if problem is not None:
        raise Problems(problem)
    if impact(work, planned.changes).is_empty:
        return None
    moved = drifted(planned, drafts.drafts(work.connection, for_update=True))
    if moved:
        template = _("Its draft is not the one that was agreed to.")
        raise Problems([Problem("planned.draft_moved", template, {}, pointer(*name)) for name in moved])
    published = within(work, planned.changes, confirm=planned.plan, note=planned.note)
    return published.id if published else None


def _note(work: Work, planned_id: int, action: str, **details: Any) -> None:
    """Who agreed, and who took it back, stands in the audit; the publish itself writes its own entry."""
    subject, by = f"planned publish {planned_id}", work.cause.actor
    audit.note(work.connection, at=work.now, actor=by, action=action, subject=subject, details=details)


def _refuse_twice(connection: Connection, changes: Collection[Name]) -> None:
    taken = {name for one in waiting(connection) for name in one.changes} & set(changes)
    if taken:
        template = _("It is in another planned publish already. Cancel that one first.")
        raise Problems([Problem("planned.twice", template, {}, pointer(*name)) for name in sorted(taken)])


def _moved() -> Problem:
    template = _("The plan is not the one you agreed to: something changed meanwhile.")
    return Problem("publish.plan_moved", template, hint=_("Look at the plan again and publish once more."))


def _end(work: Work, planned_id: int, state: str, **more: Any) -> bool:
    table = planned_publishes
    ended = update(table).where(table.c.id == planned_id, _waits)
    return work.connection.execute(ended.values(state=state, ended_at=work.now, **more)).rowcount > 0


def _planned(row: RowMapping) -> Planned:
    problems = tuple(Problem(**one) for one in row["trouble"] or ())
    changes = {(kind, key): body for kind, key, body in json.loads(row["bodies"])}
    return Planned(
        row["id"],
        row["state"],
        row["due_at"],
        row["by"],
        row["at"],
        row["note"],
        changes,
        row["plan"],
        row["change_id"],
        problems,
    )
