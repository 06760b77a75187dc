"""Workflows and runs over HTTP: run, rehearse, look up, undo."""

from __future__ import annotations

from flask import Response, abort

from builder import runs
from builder.pages import web
from builder.pages.api.calls import answer, options, parameters
from builder.workflows import run as running
from builder.workflows import undo as undoing
from builder.workflows.rehearse import rehearse


@web.needs("token", "may:run")
def run_workflow(key: str) -> Response:
    """Run a workflow now and to its end; it counts as approved. The run's document, or the rehearsal's."""
    parameters(())
    asked = options({"as_of": str, "rehearse": bool})
    if key not in web.visit().catalog.of_kind("workflow"):
        abort(404)
    house = web.house()
    as_of = house.clock.moment(asked["as_of"]) if "as_of" in asked else None
    if asked.get("rehearse"):
        return answer(rehearse(house, key, as_of=as_of, sample=0).document())
    actor = web.visit().actor

    def effect() -> Response:
        return answer(running.run(house, key, as_of=as_of, actor=actor, cause="api").document())

    return web.once_apart(effect)


@web.needs("token", "may:run")
def get_run(run_id: int) -> Response:
    """`{"run", "matched", "changed", "failed", "status", "effects"}`."""
    parameters(())
    with web.reading() as work:
        found = runs.get(work.connection, run_id)
    if found is None:
        abort(404)
    return answer(found.document())


@web.needs("token", "may:undo")
def undo_run(run_id: int) -> Response:
    """`{"reverted", "skipped", "not_undoable"}`; with `{"rehearse": true}` nothing is written."""
    parameters(())
    asked = options({"rehearse": bool})
    with web.reading() as work:
        if runs.get(work.connection, run_id) is None:
            abort(404)
    if asked.get("rehearse"):
        return answer(undoing.rehearse(web.house(), run_id).document())
    actor = web.visit().actor
    return web.once_apart(
        lambda: answer(undoing.undo(web.house(), run_id, actor=actor, cause="api").document())
    )
