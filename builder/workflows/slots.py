"""When timed workflows are due, and who fires them: whoever inserts a slot's row, and nobody else.

A slot is a time of a schedule. After a stop the latest missed slot is caught up and the older ones are noted as
skipped, since what a timed rule changes depends on the day alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from cronsim import CronSimError
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from builder.events import Cause
from builder.work import House, Work
from builder.workflows import definition
from builder.workflows import run as running
from builder.workflows.definition import SCHEDULE, Workflow
from builder.workflows.tables import FIRED, SKIPPED, START, slots
from builder.workflows.triggers import schedule

NOTED = 1_000
"""Skipped slots that get a row; beyond it the oldest are not even noted."""


@dataclass(frozen=True)
class Slot:
    """A time at which a workflow is due, with the older ones that it catches up for."""

    due_at: datetime
    workflow: Workflow
    skipped: tuple[datetime, ...] = ()


def scheduled(work: Work) -> list[Workflow]:
    return [one for one in definition.enabled(work) if one.trigger["type"] == SCHEDULE]


def due(house: House) -> list[Slot]:
    """What is due now and not fired yet: for each workflow its latest slot."""
    now, zone = house.clock.now(), house.clock.zone
    found = []
    with house.reading() as work:
        for workflow in scheduled(work):
            after = watched_from(work, workflow, now)
            cron = workflow.trigger["cron"]
            if after is None:
                continue
            missed = list(islice(schedule.latest_slots(cron, after=after, until=now, zone=zone), NOTED))
            if missed:
                found.append(Slot(missed[0], workflow, tuple(missed[1:])))
    return sorted(found, key=lambda slot: slot.due_at)


def up_to(house: House, until: datetime) -> list[Slot]:
    """Every slot of every workflow since its last one, up to `until`, in order."""
    found = []
    with house.reading() as work:
        for workflow in scheduled(work):
            after = watched_from(work, workflow, until)
            if after is not None:
                cron = workflow.trigger["cron"]
                times = schedule.slots(cron, after=after, until=until, zone=house.clock.zone)
                found += [Slot(time, workflow) for time in times]
    return sorted(found, key=lambda slot: (slot.due_at, slot.workflow.key))


def watched_from(work: Work, workflow: Workflow, until: datetime) -> datetime | None:
    """The moment after which slots up to `until` are still to fire; None where the clock stands before publication.

    It is the last slot, or the time since which the schedule stands if that is later: nothing is made up for
    a time in which the workflow was not there.
    """
    since = definition.published(work)[workflow.key].scheduled_since
    ours = slots.c.workflow == workflow.key
    last = work.connection.execute(
        select(func.max(slots.c.due_at)).where(ours, slots.c.due_at <= until)
    ).scalar()
    if since is None or since > until:
        return last
    return since if last is None else max(last, since)


def watch(house: House) -> None:
    """From now on, watch the workflows that were published later than the clock shows: somebody set it back."""
    now, begun = house.clock.now(), house.settings.now
    with house.reading() as work:
        unseen = [one.key for one in scheduled(work) if watched_from(work, one, now) is None]
    if not unseen:
        return
    since = begun if begun is not None and begun <= now else now  # what came due while we started counts
    with house.writing(Cause("workflow")) as work:
        for key in unseen:
            _insert(work, workflow=key, due_at=since - timedelta(microseconds=1), state=START)


def fire(house: House, slot: Slot) -> int | None:
    """Open the run of a slot; None where another process was quicker."""
    with house.writing(Cause("workflow")) as work:
        key = slot.workflow.key
        if not _insert(work, workflow=key, due_at=slot.due_at, state=FIRED):
            return None
        for time in slot.skipped:
            _insert(work, workflow=key, due_at=time, state=SKIPPED)
        more: dict[str, Any] = {
            "slot": slot.due_at,
            "as_of": slot.due_at,
            "actor": "scheduler",
            "cause": "schedule",
        }
        run_id = running.open_run(work, slot.workflow, trigger=SCHEDULE, **more)
        mine = (slots.c.workflow == key) & (slots.c.due_at == slot.due_at)
        work.connection.execute(update(slots).where(mine).values(run_id=run_id))
        return run_id


def _insert(work: Work, **row: Any) -> bool:
    """True where the slot was not there yet."""
    new = (sqlite if work.house.database.is_sqlite else postgresql).insert(slots)
    statement = new.values(claimed_at=work.now, **row).on_conflict_do_nothing().returning(slots.c.state)
    return work.connection.execute(statement).first() is not None


def next_due(house: House) -> datetime | None:
    """When the next slot of any workflow comes, by the product's clock."""
    now, zone = house.clock.now(), house.clock.zone
    with house.reading() as work:
        times = [_next(one.trigger["cron"], now, zone) for one in scheduled(work)]
    return min((time for time in times if time is not None), default=None)


def _next(cron: str, now: datetime, zone: Any) -> datetime | None:
    try:
        return schedule.next_slot(cron, now, zone)
    except (CronSimError, StopIteration):
        return None
