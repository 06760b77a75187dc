"""Runs over HTTP: what a workflow, an import or an undo did."""

from __future__ import annotations

from flask import Response, abort

from builder import runs
from builder.pages import web
from builder.pages.api.calls import answer, parameters


@web.needs("token", "may:run")
def get_run(run_id: int) -> Response:
    """`{"run", "matched", "changed", "failed", "status", "effects"}`."""
    parameters(())
    with web.reading() as work:
        found = runs.get(work.connection, run_id)
    if found is None:
        abort(404)
    return answer(found.document())
