"""A workflow run: opened, then brought to its end by whoever holds its lease.

What was done stands in run items, so a run whose process was killed goes on in another one where it stopped.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import and_, case, func, select, update

from builder import runs
from builder.events import Cause
from builder.runs import Run
from builder.work import House, Work
from builder.workflows import definition, leases
from builder.workflows.advancing import Advance, Lost, Stop, found, is_held, never, words
from builder.workflows.definition import Workflow
from builder.workflows.match import HAND
from schema_store.problems import Problem, Problems, _

log = structlog.get_logger()

CRASHES = 12
"""How often a run may be taken up before it counts as what kills its processes."""
LOOK_AGAIN_S = 0.2


def run(
    house: House,
    key: str,
    *,
    as_of: datetime | None = None,
    actor: str = "operator",
    cause: str = "command",
    reason: str = "",
) -> Run:
    """Run a workflow by hand, now and to its end; it counts as approved. Raises Problems where there is none such.

    `as_of`: the moment its rules are asked about (None: now). Episodes that are closed are opened again.
    """
    with house.writing(Cause(cause, actor)) as work:
        workflow = definition.of(work, key)
        asked = {"as_of": as_of or work.now, "approved_by": actor, "reason": reason or None}
        asked |= {"attempts": 1, "lease_until": leases.later(leases.RUN_S)}  # ours from the first moment
        held = _opened(work, workflow, trigger=HAND, actor=actor, cause=cause, **asked)
    return _bring_to_its_end(house, held, never) or finish(house, held.id)


def finish(house: House, run_id: int) -> Run:
    """The run, brought to its end here or by whoever took it first: then this waits for them.

    It may still be running only where it stumbled and is to be tried again later.
    """
    while True:
        is_ours = advance(house, run_id)
        with house.reading() as work:
            run = found(work, run_id)
        if is_ours or run.status != runs.RUNNING or run.trouble:
            return run
        time.sleep(LOOK_AGAIN_S)


def open_run(work: Work, workflow: Workflow, *, trigger: str, actor: str, cause: str, **more: Any) -> int:
    """The row of a run that anybody may then advance. `more`: columns such as slot, batch_id, depth, as_of."""
    return _opened(work, workflow, trigger=trigger, actor=actor, cause=cause, **more).id


def _opened(work: Work, workflow: Workflow, *, trigger: str, actor: str, cause: str, **more: Any) -> Run:
    steps = [{"type": step.type, "done": 0} for step in workflow.steps]
    return runs.opened(
        work.connection,
        kind=runs.WORKFLOW,
        at=work.now,
        actor=actor,
        cause=cause,
        workflow=workflow.key,
        workflow_version=workflow.version,
        entity=workflow.entity,
        trigger=trigger,
        steps=steps,
        **{"depth": 1, **more},
    )


def advance(house: House, run_id: int, *, should_stop: Stop = never) -> bool:
    """Take the run and bring it to its end, if nobody else holds it; False where somebody does."""
    taken = _take(house, run_id)
    return taken is not None and _bring_to_its_end(house, taken, should_stop) is not None


def _bring_to_its_end(house: House, held: Run, should_stop: Stop) -> Run | None:
    """Do what is left of a run that we hold: the run as it stands then; None where another process took it."""
    try:
        ended = Advance(house, held, should_stop).to_the_end()
    except Lost:
        log.warning("run.lost", run=held.id)
        return None
    except Exception as error:  # noqa: BLE001 - a workflow that cannot run must not stop the others
        ended = None
        _stumbled(house, held, error)
    if ended is not None:
        return ended
    with house.reading() as work:
        return found(work, held.id)


def _take(house: House, run_id: int) -> Run | None:
    """The run with the lease on it; its `attempts` is the token of whoever holds it."""
    with house.writing(Cause("workflow")) as work:
        taken = update(runs.runs).where(
            runs.runs.c.id == run_id,
            runs.runs.c.status == runs.RUNNING,
            leases.is_free(runs.runs.c.lease_until),
        )
        values = {"attempts": runs.runs.c.attempts + 1, "lease_until": leases.later(leases.RUN_S)}
        if not work.connection.execute(taken.values(values)).rowcount:
            return None
        run = found(work, run_id)
        if run.attempts <= CRASHES:
            return run
        trouble = f"Whoever worked on it was cut off {CRASHES} times."
        runs.close_run(work.connection, run_id, at=work.now, status=_ENDED, trouble=trouble)
        return None


def _stumbled(house: House, run: Run, error: Exception) -> None:
    """What people can mend, and what failed five times, ends the run; anything else is tried again later."""
    fault = None if isinstance(error, Problems) else error
    log.error("run.stumbled", run=run.id, workflow=run.workflow, why=words(error), exc_info=fault)
    is_final = isinstance(error, Problems) or run.trigger == HAND or run.attempts >= leases.MAX_ATTEMPTS
    values: dict[str, Any] = {
        "trouble": words(error),
        "lease_until": leases.later(leases.pause_s(run.attempts)),
    }
    with house.writing(Cause("workflow")) as work:
        if is_final:
            values |= {"status": _ENDED, "finished_at": work.now, "lease_until": None}
        work.connection.execute(update(runs.runs).where(is_held(run)).values(values))


_ENDED = case((runs.runs.c.changed > 0, runs.PARTIAL), else_=runs.FAILED)
"""How a run ends that cannot go on."""


def unfinished(house: House) -> list[int]:
    """The runs of workflows that nobody works on, oldest first."""
    with house.reading() as work:
        is_due = and_(runs.runs.c.finished_at.is_(None), runs.runs.c.status == runs.RUNNING)
        ours = runs.runs.c.kind == runs.WORKFLOW
        asked = select(runs.runs.c.id).where(is_due, ours, leases.is_free(runs.runs.c.lease_until))
        return list(work.connection.execute(asked.order_by(runs.runs.c.id)).scalars())


def in_hand(house: House) -> tuple[int, datetime | None]:
    """How many runs other processes are at work on (not those to be tried again later), and the newest lease."""
    held = and_(runs.runs.c.kind == runs.WORKFLOW, runs.runs.c.status == runs.RUNNING)
    held = and_(held, runs.runs.c.lease_until >= leases.later(0), runs.runs.c.trouble.is_(None))
    with house.database.reading() as connection:
        asked = select(func.count(), func.max(runs.runs.c.lease_until)).where(held)
        count, newest = connection.execute(asked).one()
        return count, newest


def approve(house: House, run_id: int, actor: str) -> Run:
    """Let a waiting run go on, and bring it to its end. Raises Problems unless it waits."""
    with house.writing(Cause("workflow", actor)) as work:
        waits = and_(runs.runs.c.id == run_id, runs.runs.c.status == runs.WAITING)
        values = {
            "status": runs.RUNNING,
            "approved_by": actor,
            "lease_until": None,
            "attempts": 0,
            "matched": 0,
        }
        if not work.connection.execute(update(runs.runs).where(waits).values(values)).rowcount:
            raise Problems(Problem("run.waits", _("Run {run} does not wait for approval."), {"run": run_id}))
    return finish(house, run_id)
