"""Undo of a run: records as they were, messages that wait are cancelled, the rest is named. Episodes stay closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, update

from builder import runs
from builder.events import Cause
from builder.records import revert
from builder.runs import Run
from builder.work import House, Work
from builder.workflows import leases, outbox
from builder.workflows import run as running
from builder.workflows.advancing import Lost
from builder.workflows.tables import SENDING, SENT, UNKNOWN, notices
from schema_store.problems import Problem, Problems, _

UNDOABLE = (runs.DONE, runs.PARTIAL, runs.FAILED)


@dataclass(frozen=True)
class Undone:
    """What an undo did, or would do. `skipped`: `(entity, id)` of records changed since, the first of `skipped_count`.

    `not_undoable`: sentences about what cannot be taken back. `run`: the undo's own run, None when rehearsed.
    """

    run: int | None
    reverted: int
    skipped: list[tuple[str, int]]
    skipped_count: int
    not_undoable: list[str]

    def document(self) -> dict[str, Any]:
        """What `undo --json` prints; where more were skipped than are listed, a sentence says how many."""
        skipped = [{"entity": entity, "id": record_id} for entity, record_id in self.skipped]
        more = self.skipped_count - len(skipped)
        told = [f"Records changed since and left alone, beside those listed: {more}."] if more else []
        return {
            "reverted": self.reverted,
            "skipped": skipped,
            "not_undoable": [*self.not_undoable, *told],
        }


def rehearse(house: House, run_id: int) -> Undone:
    """What `undo` would do; nothing is written. Raises Problems where the run cannot be undone."""
    with house.reading() as work:
        _check(running.found(work, run_id))
        sent = _sent(work, run_id)
    found = revert.rehearse(house, run_id)
    return Undone(None, found.reverted, found.skipped, found.skipped_count, found.not_undoable + sent)


def undo(house: House, run_id: int, *, actor: str = "operator", cause: str = "command") -> Undone:
    """Take a run back; a second undo at the same time is refused. Raises Problems where the run cannot be undone."""
    with house.writing(Cause(cause, actor)) as work:
        run = running.found(work, run_id)
        _check(run)
        outbox.cancel(work, run_id)
        sent = _sent(work, run_id)
        more = {"undoes": run_id, "entity": run.entity, "workflow": run.workflow}
        lease = {"lease_until": leases.later(leases.RUN_S), "attempts": 1}
        undo_id = runs.open_run(
            work.connection, kind=runs.UNDO, at=work.now, actor=actor, cause=cause, **more, **lease
        )
        ours = and_(runs.runs.c.id == run_id, runs.runs.c.undone_by.is_(None))
        if not work.connection.execute(update(runs.runs).where(ours).values(undone_by=undo_id)).rowcount:
            raise Problems(_undone(run_id))
        mine = running.found(work, undo_id)
    found = _revert(house, mine)
    return Undone(undo_id, found.reverted, found.skipped, found.skipped_count, found.not_undoable + sent)


def _revert(house: House, mine: Run) -> revert.Reverted:
    """Do the undo `mine`, which we hold."""
    run_id, cause = int(mine.undoes or 0), Cause("undo", mine.actor, mine.id)
    try:
        found = revert.run(house, run_id, cause, hold=lambda work: _hold(work, mine))
    except Lost:  # whoever took over does the rest
        return revert.rehearse(house, run_id, undo_run=mine.id)
    with house.writing(cause) as work:
        numbers = {
            "matched": found.reverted + found.skipped_count,
            "changed": found.reverted,
            "failed": found.skipped_count,
        }
        status = runs.PARTIAL if found.skipped_count else runs.DONE
        effects = {"reverted": found.reverted}
        runs.close_run(work.connection, mine.id, at=work.now, status=status, effects=effects, **numbers)
        work.connection.execute(update(runs.runs).where(runs.runs.c.id == run_id).values(status=runs.UNDONE))
    return found


def _hold(work: Work, mine: Run) -> None:
    """Renew the lease; raises Lost where another process took over."""
    ours = and_(runs.runs.c.id == mine.id, runs.runs.c.attempts == mine.attempts)
    lease = {"lease_until": leases.later(leases.RUN_S)}
    if not work.connection.execute(update(runs.runs).where(ours).values(lease)).rowcount:
        raise Lost


def resume(house: House) -> int:
    """Bring undos to their end whose process fell silent; how many. What was put back already stays so."""
    mine = and_(runs.runs.c.kind == runs.UNDO, runs.runs.c.finished_at.is_(None))
    silent = and_(mine, leases.is_free(runs.runs.c.lease_until))
    with house.database.reading() as connection:
        if connection.execute(select(runs.runs.c.id).where(silent).limit(1)).first() is None:
            return 0
    with house.writing(Cause("undo")) as work:
        asked = select(runs.runs.c.id).where(silent).with_for_update(skip_locked=True)
        waiting = work.connection.execute(asked).scalars().all()
        lease = {"lease_until": leases.later(leases.RUN_S), "attempts": runs.runs.c.attempts + 1}
        work.connection.execute(update(runs.runs).where(runs.runs.c.id.in_(waiting)).values(lease))
        taken = [running.found(work, one) for one in waiting]
    for one in taken:
        _revert(house, one)
    return len(taken)


def _check(run: Run) -> None:
    if run.undone_by is not None:
        raise Problems(_undone(run.id))
    if run.kind == runs.UNDO:
        raise Problems(Problem("undo.undo", _("Run {run} is itself an undo."), {"run": run.id}))
    if run.status not in UNDOABLE:
        template = _("Run {run} has not ended yet ({status}).")
        raise Problems(Problem("undo.running", template, {"run": run.id, "status": run.status}))


def _undone(run_id: int) -> Problem:
    return Problem("undo.twice", _("Run {run} was undone already."), {"run": run_id})


def _sent(work: Work, run_id: int) -> list[str]:
    """What people were told already."""
    told = select(func.count()).select_from(notices).where(notices.c.run_id == run_id)
    number = work.connection.execute(told).scalar_one()
    states = outbox.counts(work, run_id)
    gone = sum(states.get(state, 0) for state in (SENT, SENDING, UNKNOWN))
    sentences = [
        (number, f"Notices shown to people: {number}."),
        (gone, f"Messages sent to the outside: {gone}."),
    ]
    return [sentence for count, sentence in sentences if count]
