"""After the commit: event batches wake the workflows whose trigger they meet, once each, in the batches' order.

Only one process at a time claims batches, a few at once; a batch and what it wakes are one transaction. Big batches
and workflows that fail become runs of their own, so that events never wait for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row, and_, exists, false, func, literal, not_, or_, select, update
from sqlalchemy.exc import OperationalError

from builder import runs
from builder.events import Cause, event_batches
from builder.runs import Run
from builder.work import House, Work
from builder.workflows import advancing, cascade, definition, leases, match
from builder.workflows import run as running
from builder.workflows.advancing import Stop, never
from builder.workflows.cascade import Cascade
from builder.workflows.definition import RECORD, Workflow
from builder.workflows.match import Ids
from schema_store.problems import Problem, Problems, _

log = structlog.get_logger()

CLAIMED = 50
"""Batches claimed at once."""
INLINE = 1_000
"""Records up to which a batch is handled in one transaction."""
UNHEARD = ("undo", "sample")
"""Causes that wake nobody: an undo would not be one, and samples are no news."""

_batch = event_batches.c


@dataclass(frozen=True)
class Batch:
    """One event batch that waits."""

    id: int
    entity: str
    what: str
    cause: str
    depth: int
    records: int
    effective_at: datetime | None
    attempts: int
    run_id: int | None = None


_COLUMNS = [_batch[name] for name in Batch.__dataclass_fields__]


def drain(house: House, *, should_stop: Stop = never) -> int:
    """Handle all waiting batches, those that this makes, and the runs they open; how many batches were handled."""
    handled, seen = 0, Cascade()
    while not should_stop():
        batches = claim(house)
        for batch in batches:
            handled += handle(house, batch, seen)
        opened = [
            run_id
            for run_id in running.unfinished(house)
            if running.advance(house, run_id, should_stop=should_stop)
        ]
        if not batches and not opened:
            break
    return handled


def is_waiting(house: House) -> bool:
    """Whether there is anything to claim; one small read."""
    with house.database.reading() as connection:
        return connection.execute(select(exists().where(_is_due()))).scalar_one()


def in_hand(house: House) -> int:
    """How many batches other processes are handling."""
    with house.database.reading() as connection:
        asked = select(func.count()).select_from(event_batches).where(_is_in_hand())
        return connection.execute(asked).scalar_one()


def claim(house: House) -> list[Batch]:
    """The oldest waiting batches, leased to us; none while another process has some in hand."""
    if not is_waiting(house):
        return []
    with house.writing(Cause("workflow")) as work:
        if not house.database.is_sqlite:
            work.connection.execute(select(func.pg_advisory_xact_lock(literal(_LOCK))))
        _pass_over(work)
        if work.connection.execute(select(exists().where(_is_in_hand()))).scalar_one():
            return []
        asked = select(*_COLUMNS).where(_is_due()).order_by(_batch.id).limit(CLAIMED)
        found = _careful([Batch(**row._mapping) for row in work.connection.execute(asked)])
        values = {
            "attempts": _batch.attempts + 1,
            "lease_until": leases.later(leases.EVENTS_S),
            "trouble": None,
        }
        work.connection.execute(
            update(event_batches).where(_batch.id.in_([one.id for one in found])).values(values)
        )
    return [replace(one, attempts=one.attempts + 1) for one in found]


_LOCK = 0x7E55E7E


def _is_due() -> Any:
    return and_(
        not_(_batch.is_handled), _batch.attempts < leases.MAX_ATTEMPTS, leases.is_free(_batch.lease_until)
    )


def _is_in_hand() -> Any:
    return and_(not_(_batch.is_handled), _batch.lease_until >= leases.later(0), _batch.trouble.is_(None))


def _careful(found: list[Batch]) -> list[Batch]:
    """A batch whose handling was cut off comes alone: it may be what kills the process."""
    if found and found[0].attempts:
        return found[:1]
    fresh = [at for at, one in enumerate(found) if one.attempts]
    return found[: fresh[0]] if fresh else found


def _pass_over(work: Work) -> None:
    """Mark as handled, in one statement, what no workflow listens to."""
    heard = [
        and_(_batch.entity == entity, _batch.what == what, _batch.cause.not_in(deaf))
        for entity, what, deaf in _heard(work)
    ]
    idle = and_(not_(_batch.is_handled), _batch.attempts == 0, not_(or_(false(), *heard)))
    work.connection.execute(update(event_batches).where(idle).values(is_handled=True))


def _heard(work: Work) -> list[tuple[str, str, tuple[str, ...]]]:
    """(entity, what happened, causes that do not count), over all workflows."""
    return [
        (_listens_to(workflow), what, UNHEARD if workflow.on_import else (*UNHEARD, "import"))
        for workflow in definition.enabled(work)
        if workflow.trigger["type"] == RECORD
        for what in workflow.trigger["on"]
    ]


def _listens_to(workflow: Workflow) -> str:
    return workflow.trigger.get("entity", workflow.entity)


def listeners(work: Work, batch: Batch) -> list[Workflow]:
    """The workflows that the batch wakes, if their rules hold."""
    return [
        workflow
        for workflow in definition.enabled(work)
        if workflow.trigger["type"] == RECORD
        and _listens_to(workflow) == batch.entity
        and batch.what in workflow.trigger["on"]
        and batch.cause not in UNHEARD
        and (workflow.on_import or batch.cause != "import")
    ]


def handle(house: House, batch: Batch, seen: Cascade) -> bool:
    """Wake who listens and mark the batch as handled, all or nothing; False where that failed or was not ours."""
    try:
        with house.writing(Cause("workflow")) as work:
            mine = and_(_batch.id == batch.id, not_(_batch.is_handled), _batch.attempts == batch.attempts)
            done = update(event_batches).where(mine).values(is_handled=True, lease_until=None)
            if not work.connection.execute(done).rowcount:
                return False
            found = [(workflow, _found(work, workflow, batch)) for workflow in listeners(work, batch)]
            for (
                workflow,
                lists,
            ) in found:  # all are asked first: what one does is an event of its own to the others
                _wake(work, workflow, batch, lists, seen)
    except Exception as error:  # noqa: BLE001 - one batch must not stop the others; it is tried again, then parked
        _stumbled(house, batch, error)
        return False
    return True


def _stumbled(house: House, batch: Batch, error: Exception) -> None:
    log.error("event.stumbled", batch=batch.id, attempt=batch.attempts, exc_info=error)
    with house.writing(Cause("workflow")) as work:
        mine = and_(_batch.id == batch.id, _batch.attempts == batch.attempts)
        values = {
            "trouble": advancing.words(error),
            "lease_until": leases.later(leases.pause_s(batch.attempts)),
        }
        work.connection.execute(update(event_batches).where(mine).values(values))


def _found(work: Work, workflow: Workflow, batch: Batch) -> list[Ids] | None:
    """The records that the batch concerns; None where a run of its own must find out."""
    if batch.records > INLINE:
        return None
    as_of = batch.effective_at or work.now
    asked = Run(
        0,
        runs.WORKFLOW,
        as_of,
        work.now,
        runs.RUNNING,
        "",
        "",
        workflow.key,
        batch_id=batch.id,
        trigger=RECORD,
    )
    try:
        with work.connection.begin_nested():
            there = replace(work, as_of=as_of)
            woken = match.of_run(there, workflow, asked)
            return match.cut(there, woken.ids(match.open_to(woken, workflow, asked)), INLINE)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - the workflow's own trouble
        _tell(batch, workflow, error)
        return None


def _wake(work: Work, workflow: Workflow, batch: Batch, lists: list[Ids] | None, seen: Cascade) -> None:
    """Run one workflow for the batch, here or, where it is much or fails, as a run of its own later."""
    root = seen.root(batch.id, batch.run_id)
    if lists == []:
        return
    if seen.is_full(root):
        if not seen.is_told(root, workflow.key):
            ended = {"status": runs.FAILED, "trouble": cascade.stopped(), "finished_at": work.now}
            _open(work, workflow, batch, **ended)
        return
    if lists is None:
        seen.note(root, _open(work, workflow, batch))
        return
    try:
        with work.connection.begin_nested():
            seen.note(root, _run_here(work, workflow, batch, lists))
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - the workflow's own trouble; its run tells it and tries again
        _tell(batch, workflow, error)
        seen.note(root, _open(work, workflow, batch))


def _tell(batch: Batch, workflow: Workflow, error: Exception) -> None:
    log.warning("event.deferred", batch=batch.id, workflow=workflow.key, why=advancing.words(error))


def _open(work: Work, workflow: Workflow, batch: Batch, **more: Any) -> int:
    now = work.now
    return running.open_run(
        work,
        workflow,
        trigger=RECORD,
        actor=f"workflow:{workflow.key}",
        cause="event",
        batch_id=batch.id,
        depth=batch.depth + 1,
        as_of=batch.effective_at or now,
        **more,
    )


def _run_here(work: Work, workflow: Workflow, batch: Batch, lists: list[Ids]) -> int:
    count = sum(one.count for one in lists)
    definition.require_whole(workflow, work.registry)
    cascade.refuse_loop(batch.depth + 1, count)
    must_wait = workflow.approval_above is not None and count > workflow.approval_above
    run_id = _open(work, workflow, batch, matched=count, status=runs.WAITING if must_wait else runs.RUNNING)
    if not must_wait:
        _do(work, workflow, run_id, lists)
    return run_id


def _do(work: Work, workflow: Workflow, run_id: int, lists: list[Ids]) -> None:
    run = advancing.found(work, run_id)
    there = replace(work, as_of=run.as_of, cause=advancing.cause_of(run))
    done = advancing.Done()
    for ids in lists:
        done = done.plus(advancing.do_chunk(there, run, workflow, ids))
    advancing.close(there, run, workflow, done)


def _is_parked() -> Any:
    return and_(not_(_batch.is_handled), _batch.attempts >= leases.MAX_ATTEMPTS)


def parked(work: Work) -> list[Row[Any]]:
    """Batches that failed too often: id, entity, what, at, records, attempts, trouble; oldest first."""
    columns = [_batch[name] for name in ("id", "entity", "what", "at", "records", "attempts", "trouble")]
    return list(work.connection.execute(select(*columns).where(_is_parked()).order_by(_batch.id)))


def retry(work: Work, batch_id: int) -> None:
    """Let a parked batch be handled again. Raises Problems where it is not parked."""
    stuck = and_(_batch.id == batch_id, _is_parked())
    values = {"attempts": 0, "lease_until": None, "trouble": None}
    if not work.connection.execute(update(event_batches).where(stuck).values(values)).rowcount:
        raise Problems(Problem("event.unknown", _("No event batch {batch} is parked."), {"batch": batch_id}))
