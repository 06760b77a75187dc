"""A workflow run by hand for one record, in the caller's transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from builder import runs
from builder.runs import Run
from builder.work import Work
from builder.workflows import advancing, definition, leases, run
from builder.workflows.match import HAND, Ids
from schema_store.problems import Problem, Problems, _


def run_for(work: Work, key: str, record_id: int, *, actor: str, as_of: datetime | None = None) -> Run | None:
    """The run, which counts as approved; None where the workflow's condition does not hold for the record.

    All or nothing with what else the transaction does. Raises Problems where there is no such workflow, where it
    can only be asked about a change, or where the database refuses.
    """
    workflow = definition.of(work, key)
    definition.require_whole(workflow, work.registry)
    if workflow.where is not None and workflow.where.uses_trigger:
        template = _("“{key}” asks what a change did, so it runs only when a record is written.")
        raise Problems(Problem("workflow.trigger", template, {"key": key}))
    asked = {"as_of": as_of or work.now, "approved_by": actor, "attempts": 1, "matched": 1}
    held = advancing.found(
        work,
        run.open_run(
            work,
            workflow,
            trigger=HAND,
            actor=actor,
            cause=work.cause.kind,
            lease_until=leases.later(leases.RUN_S),
            **asked,
        ),
    )
    there = replace(work, as_of=held.as_of, cause=advancing.cause_of(held))
    one = Ids(f"[{record_id}]" if work.house.database.is_sqlite else f"{{{record_id}}}", 1)
    done = advancing.do_chunk(there, held, workflow, one)
    if not done.items:
        work.connection.execute(runs.runs.delete().where(runs.runs.c.id == held.id))
        return None
    return advancing.close(there, held, workflow, done)
