"""One process at work on one run: what is left of it done chunk by chunk, each in a transaction of its own.

A chunk that the database refuses is halved down to the records that cannot be done; the last one closes the run.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from builder import runs
from builder.events import Cause
from builder.runs import Run
from builder.work import House, Work
from builder.workflows import cascade, definition, effects, items, leases, match, undelivered
from builder.workflows.definition import Workflow
from builder.workflows.effects import Done
from builder.workflows.match import Ids
from schema_store.problems import Problem, Problems, _, as_written

LIST = 1_000
"""Ids in one list; a chunk takes one list or more."""
START, MOST = 4, 50
"""Lists in the first chunk, and at most."""
AIM_S, LIMIT_S = 0.3, 0.8
"""A chunk that took less grows, one that took more shrinks; no transaction should last over a second."""
PATIENCE = 200
"""Chunks of a run that may fail while the bad records are looked for; after that they fail as they are."""

RETRIES = 3
"""Tries of a chunk that met a lock or lost its connection."""

Stop = Callable[[], bool]
"""Says whether the process wants to end: asked between chunks."""


def never() -> bool:
    return False


class Lost(Exception):
    """Another process holds the run now."""


@dataclass
class Advance:
    """One process at work on one run. `done` counts from the run's beginning, whoever did it."""

    house: House
    run: Run
    should_stop: Stop

    def __post_init__(self) -> None:
        steps = {at: step["done"] for at, step in enumerate(self.run.steps)}
        self.done = Done(self.run.matched - self.run.failed, self.run.changed, steps, dict(self.run.effects))
        self.failed, self.trouble = self.run.failed, self.run.trouble if self.run.failed else None
        self.patience = PATIENCE
        self.ended: Run | None = None

    def to_the_end(self) -> Run | None:
        """The run as it ended; None where it waits for approval or was let go. Raises Lost."""
        lists = self._found()
        if lists is None:
            return None
        waiting, size = deque(lists), START
        while waiting:
            if self.should_stop():
                self._let_go()
                return None
            chunk = _joined(waiting, size)
            began = time.monotonic()
            self._do_or_halve(chunk, is_last=not waiting)
            size = _next_size(size, time.monotonic() - began)
        return self.ended or self._finish()

    def _found(self) -> list[Ids] | None:
        """What is left to do; None where the run must wait for approval first."""
        with self.house.reading(as_of=self.run.as_of) as work:
            workflow = definition.of_run(work, self.run)
            found = match.of_run(work, workflow, self.run)
            lists = match.cut(work, found.ids(match.open_to(found, workflow, self.run)), LIST)
        count = sum(one.count for one in lists)
        cascade.refuse_loop(self.run.depth, count)
        if self.run.matched:
            self.done.items = self.run.matched - self.run.failed - count
            return lists
        limit = workflow.approval_above
        if limit is not None and count > limit and self.run.approved_by is None:
            with self.house.writing(cause_of(self.run)) as work:
                note(work, self.run, matched=count, status=runs.WAITING, lease_until=None)
            return None
        self.run = replace(self.run, matched=count)  # written with the first chunk
        self.done.items = 0
        return lists

    def _do_or_halve(self, ids: Ids, *, is_last: bool = False) -> None:
        """Do a chunk; where the database refuses, its halves, down to the records that cannot be done."""
        try:
            self._do(ids, is_last=is_last)
        except (Problems, SQLAlchemyError) as error:
            if isinstance(
                error, OperationalError
            ):  # locks, a lost connection: nobody's fault, the run goes on later
                raise
            self.patience -= 1
            if ids.count > 1 and self.patience > 0:
                for half in match.halves(ids):
                    self._do_or_halve(half)
            else:
                self._fail(ids, words(error))

    def _do(self, ids: Ids, *, is_last: bool) -> None:
        for attempt in range(1, RETRIES + 1):
            try:
                self._try(ids, is_last=is_last)
                return
            except OperationalError:
                if attempt == RETRIES:
                    raise
                time.sleep(0.2 * attempt)

    def _try(self, ids: Ids, *, is_last: bool) -> None:
        """One chunk in one transaction; the last one closes the run too."""
        with self.house.writing(cause_of(self.run), as_of=self.run.as_of) as work:
            workflow = definition.of_run(work, self.run)
            together = self.done.plus(do_chunk(work, self.run, workflow, ids))
            ended = self._closed_with_it(work, workflow, together) if is_last else None
            if ended is None:
                self._progress(work, together)
        self.done, self.ended = together, ended  # not before the commit

    def _fail(self, ids: Ids, trouble: str) -> None:
        with self.house.writing(cause_of(self.run), as_of=self.run.as_of) as work:
            found = match.of_run(work, definition.of_run(work, self.run), self.run, ids)
            self.failed += items.fail(work, found, self.run, trouble)
            self.trouble = self.trouble or trouble
            self._progress(work, self.done)

    def _progress(self, work: Work, done: Done) -> None:
        """Raises Lost where another process holds the run: what it did in this transaction is undone then."""
        told = {"matched": self.run.matched, "failed": self.failed, "trouble": self.trouble}
        note(work, self.run, **_columns(self.run, done), **told)

    def _let_go(self) -> None:
        with self.house.writing(cause_of(self.run)) as work:
            note(work, self.run, lease_until=None)

    def _finish(self) -> Run:
        with self.house.writing(cause_of(self.run), as_of=self.run.as_of) as work:
            return self._closed(work, definition.of_run(work, self.run), self.done)

    def _closed_with_it(self, work: Work, workflow: Workflow, done: Done) -> Run | None:
        """The run closed together with its last chunk; None where that failed, which `_finish` then tells."""
        before = replace(done, steps=dict(done.steps), effects=dict(done.effects))
        try:
            with work.connection.begin_nested():
                return self._closed(work, workflow, before)
        except Lost:
            raise
        except Exception:  # noqa: BLE001 - what is done at the end must not undo the chunk
            return None

    def _closed(self, work: Work, workflow: Workflow, done: Done) -> Run:
        return close(work, self.run, workflow, done, failed=self.failed, trouble=self.trouble)


def do_chunk(work: Work, run: Run, workflow: Workflow, ids: Ids) -> Done:
    """Claim the records and do the workflow's actions for them, in the caller's transaction. Raises Problems."""
    claimed = items.claim(work, match.of_run(work, workflow, run, ids), run)
    if not claimed:
        return Done()
    is_whole = claimed == ids.count
    mine = (
        match.each(ids, is_sqlite=work.house.database.is_sqlite)
        if is_whole
        else items.of_chunk(work, run, ids)
    )
    return effects.apply(work, workflow, run, mine, claimed)


def close(
    work: Work, run: Run, workflow: Workflow, done: Done, *, failed: int = 0, trouble: str | None = None
) -> Run:
    """Do what is done once, and write how the run ended: the run as it stands then. Raises Lost."""
    effects.once(work, workflow, run, done)
    status = runs.DONE if not failed else runs.PARTIAL if done.items else runs.FAILED
    values = {**_columns(run, done), "matched": run.matched, "failed": failed, "trouble": trouble}
    ended = runs.close_run(work.connection, run.id, at=work.now, status=status, where=is_held(run), **values)
    if ended is None:
        raise Lost
    if not any(step.action.effect == "deliver" for step in workflow.steps):
        return ended
    undelivered.recount(work, run.id)  # messages of earlier chunks may have failed already
    return found(work, run.id)


def _columns(run: Run, done: Done) -> dict[str, Any]:
    steps = [{**step, "done": done.steps.get(at, 0)} for at, step in enumerate(run.steps)]
    return {"changed": done.changed, "effects": done.effects, "steps": steps}


def _joined(waiting: deque[Ids], size: int) -> Ids:
    chunk = waiting.popleft()
    for _more in range(min(size - 1, len(waiting))):
        chunk = chunk + waiting.popleft()
    return chunk


def _next_size(size: int, took_s: float) -> int:
    if took_s > LIMIT_S:
        return max(1, size // 2)
    return min(MOST, size * 2) if took_s < AIM_S else size


def is_held(run: Run) -> Any:
    return and_(
        runs.runs.c.id == run.id, runs.runs.c.attempts == run.attempts, runs.runs.c.status == runs.RUNNING
    )


def note(work: Work, run: Run, **values: Any) -> None:
    """Write to the run's row, if we still hold it; raises Lost. Locks the row until the end of the transaction."""
    values = {"lease_until": leases.later(leases.RUN_S), **values}
    if not work.connection.execute(update(runs.runs).where(is_held(run)).values(values)).rowcount:
        raise Lost


def found(work: Work, run_id: int) -> Run:
    """The run; raises Problems where there is none."""
    one = runs.get(work.connection, run_id)
    if one is None:
        raise Problems(Problem("run.unknown", _("There is no run {run}."), {"run": run_id}))
    return one


def cause_of(run: Run) -> Cause:
    """Who writes what a run writes; what happened at another time than it is done says so."""
    effective_at = None if run.as_of == run.started_at else run.as_of
    return Cause("workflow", f"workflow:{run.workflow}", run.id, run.reason or "", run.depth, effective_at)


def words(error: Exception) -> str:
    """What went wrong, for people."""
    if isinstance(error, Problems):
        return "; ".join(problem.said(as_written) for problem in error.problems)
    if isinstance(error, SQLAlchemyError):
        orig = getattr(error, "orig", None)
        return f"The database refused: {str(orig or error).strip().splitlines()[0]}"
    return f"{type(error).__name__}: {error}"
