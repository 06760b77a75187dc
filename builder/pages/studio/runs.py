"""Runs: what workflows, imports and undos did, step by step, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder import runs
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio import rights, touched
from builder.pages.web.numbers import counted
from builder.pages.web.visit import let_go
from builder.runs import Run
from builder.upkeep import sample
from builder.work import Work
from builder.workflows import run as running
from builder.workflows import undo as undoing
from schema_store.problems import Problems

PAGE = 50
SKIPPED = 20
COLOURS = {
    runs.DONE: "green",
    runs.PARTIAL: "orange",
    runs.FAILED: "red",
    runs.UNDONE: "",
    runs.RUNNING: "azure",
    runs.WAITING: "yellow",
}


@dataclass(frozen=True)
class Told:
    """A run in words. `took` "" while it goes on."""

    id: int
    href: str
    title: str
    sort: str
    status: str
    colour: str
    is_open: bool
    started: str
    moment: str
    took: str
    by: str
    matched: int
    changed: int
    failed: int


@web.needs("signed_in")
def overview() -> Response:
    """`/studio/runs?workflow=&before=`: newest first."""
    here = rights.of_studio(reader())
    workflow, before = request.args.get("workflow") or None, request.args.get("before", type=counted)
    with web.reading() as work:
        found = runs.recent(work.connection, workflow=workflow, before=before, limit=PAGE + 1)
        shown = told(here, work, found[:PAGE])
    of = f"workflow={workflow}&" if workflow else ""
    next_url = f"/studio/runs?{of}before={found[PAGE - 1].id}" if len(found) > PAGE else ""
    return answer(
        "studio/runs.html",
        {"runs": "studio/_runs.html"},
        runs=shown,
        next_url=next_url,
        announced=_("Older runs") if before else "",
    )


@web.needs("signed_in")
def show(run_id: int) -> Response:
    """`/studio/runs/<id>`; while it goes on, its head renews itself."""
    here = rights.of_studio(reader())
    with web.reading() as work:
        run = _run(work, run_id)
        (one,) = told(here, work, [run])
        sample, failed = touched.sample(here, work, run), touched.failed(here, work, run)
    return answer(
        "studio/run.html",
        {"run": "studio/_run.html"},
        run=one,
        trail=[("/studio/runs", _("Runs"))],
        facts=_facts(here, run),
        steps=_steps(here, run),
        trouble=run.trouble or "",
        sample=sample,
        failed=failed,
        undo_url=f"/studio/runs/{run_id}/undo" if here.policy.may("undo") and _is_undoable(run) else "",
        approve_url=f"/studio/runs/{run_id}/approve"
        if here.policy.may("run") and run.status == runs.WAITING
        else "",
        announced=_("%(title)s: %(status)s", title=one.title, status=one.status),
    )


def _run(work: Work, run_id: int) -> Run:
    run = runs.get(work.connection, run_id)
    if run is None:
        abort(404)
    return run


def _is_undoable(run: Run) -> bool:
    return run.status in undoing.UNDOABLE and run.undone_by is None and run.kind != runs.UNDO


def told(here: Reader, work: Work, found: Sequence[Run]) -> list[Told]:
    """Runs in words: one statement for the names of all who started them."""
    names = tale.names_of(work, [run.actor for run in found])
    return [_told(here, run, names) for run in found]


def _told(here: Reader, run: Run, names: Mapping[str, str]) -> Told:
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
    return Told(
        run.id,
        f"/studio/runs/{run.id}",
        _title(here, run),
        _sorts().get(run.kind, run.kind),
        _statuses().get(run.status, run.status),
        COLOURS.get(run.status, ""),
        run.status == runs.RUNNING,
        here.moment(run.started_at),
        run.started_at.isoformat(),
        "" if took is None else _("%(seconds)s s", seconds=f"{took:.1f}"),
        tale.actor_name(here, run.actor, names),
        run.matched,
        run.changed,
        run.failed,
    )


def _title(here: Reader, run: Run) -> str:
    if run.kind == runs.UNDO:
        return _("Undo of run %(number)s", number=run.undoes)
    if run.workflow:
        body = here.catalog.of_kind("workflow").get(run.workflow, {})
        return here.label(body.get("label"), run.workflow)
    entity = here.catalog.entities.get(run.entity or "")
    what = here.label(entity.label_plural, entity.key) if entity else run.entity or ""
    if run.kind == sample.KIND:
        app = sample.app_of(run)
        what = here.label(here.catalog.of_kind("app").get(app, {}).get("label"), app)
    sort = _sorts().get(run.kind, run.kind)
    return _("%(kind)s: %(name)s", kind=sort, name=what) if what else sort


def _sorts() -> dict[str, str]:
    return {
        runs.WORKFLOW: _("Workflow"),
        runs.IMPORT: _("Import"),
        runs.UNDO: _("Undo"),
        runs.BULK: _("Bulk edit"),
        sample.KIND: _("Sample data"),
    }


def _statuses() -> dict[str, str]:
    return {
        runs.RUNNING: _("running"),
        runs.WAITING: _("waits for approval"),
        runs.DONE: _("done"),
        runs.PARTIAL: _("partly done"),
        runs.FAILED: _("failed"),
        runs.UNDONE: _("undone"),
    }


def _facts(here: Reader, run: Run) -> list[tuple[str, str, str]]:
    """(label, words, address) of what a run was about."""
    woken = {"hand": _("by hand"), "schedule": _("by the clock"), "record": _("by a change of a record")}
    found = [
        (_("Woken"), woken.get(run.trigger or "", run.trigger or ""), ""),
        (_("Due at"), here.moment(run.slot) if run.slot else "", ""),
        (_("Asked about"), here.moment(run.as_of), ""),
        (
            _("Workflow version"),
            str(run.workflow_version or ""),
            f"/studio/workflow/{run.workflow}/versions/{run.workflow_version}",
        ),
        (_("Reason"), "" if run.kind == sample.KIND else run.reason or "", ""),
        (_("Undoes"), f"#{run.undoes}" if run.undoes else "", f"/studio/runs/{run.undoes}"),
        (_("Undone by"), f"#{run.undone_by}" if run.undone_by else "", f"/studio/runs/{run.undone_by}"),
    ]
    return [one for one in found if one[1]]


def _steps(here: Reader, run: Run) -> list[tuple[str, int]]:
    actions = web.house().registry.actions
    found = []
    for step in run.steps:
        known = actions.get(step["type"])
        found.append((here.label(known.label, step["type"]) if known else step["type"], step.get("done", 0)))
    return found


@web.needs("signed_in", "may:undo")
def ask_undo(run_id: int) -> Response:
    """What an undo would put back and what not, before anyone says yes."""
    here = reader()
    with web.reading() as work:
        run = _run(work, run_id)
        (one,) = told(here, work, [run])
    let_go()
    try:
        found, problem = undoing.rehearse(web.house(), run_id), ""
    except Problems as problems:
        found, problem = None, here.said(problems.problems[0])
    return answer(
        "studio/undo.html",
        status=422 if problem else 200,
        run=one,
        found=found,
        problem=problem,
        skipped=_skipped(here, found),
        more=max(found.skipped_count - SKIPPED, 0) if found else 0,
        trail=_trail(one),
    )


def _trail(one: Told) -> list[tuple[str, str]]:
    return [("/studio/runs", _("Runs")), (one.href, f"#{one.id}")]


def _skipped(here: Reader, found: Any) -> list[tuple[str, str]]:
    """Addresses and names of the first records that stay as they are, of those that may be seen."""
    if found is None:
        return []
    shown: list[tuple[str, str]] = []
    first = found.skipped[:SKIPPED]
    with web.reading() as work:
        for entity in dict.fromkeys(entity for entity, _id in first):
            ids = {record_id for of, record_id in first if of == entity}
            titles = tale.titles_of(here, work, entity, ids)
            shown += [(f"/desk/{entity}/{key}", title) for key, title in titles.items()]
    return shown


@web.needs("signed_in", "may:undo")
def undo(run_id: int) -> Response:
    here = reader()
    actor = web.visit().actor
    let_go()
    try:
        done = undoing.undo(web.house(), run_id, actor=actor, cause="form")
    except Problems as problems:
        flash(here.said(problems.problems[0]), "bad")
        return elsewhere(f"/studio/runs/{run_id}")
    flash(
        _(
            "Undone: %(reverted)s put back, %(skipped)s left as they are.",
            reverted=done.reverted,
            skipped=done.skipped_count,
        ),
        "good",
    )
    return elsewhere(f"/studio/runs/{run_id}")


@web.needs("signed_in", "may:run")
def approve(run_id: int) -> Response:
    """Let a waiting run go on."""
    here = reader()
    actor = web.visit().actor
    let_go()
    try:
        running.approve(web.house(), run_id, actor)
    except Problems as problems:
        flash(here.said(problems.problems[0]), "bad")
    return elsewhere(f"/studio/runs/{run_id}")
