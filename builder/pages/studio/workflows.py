"""Workflows: what each does in a sentence, when next, what it would do now, run it, switch it, its runs."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Response, abort, flash, redirect, request
from flask_babel import gettext as _

from builder import runs
from builder.events import Cause
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio import rights, rule_places
from builder.pages.studio.runs import told
from builder.pages.studio.saying import all as saying
from builder.pages.web.visit import let_go
from builder.publishing import publish as publishing
from builder.work import Work
from builder.workflows import definition, rehearse
from builder.workflows import run as running
from builder.workflows.triggers.schedule import next_slot
from schema_store.problems import Problems

NEXT = 3
RUNS = 10
WAIT_S = 3.0
"""A run by hand gets this long inside the request; a worker does the rest while its page tells how far it is."""


@dataclass(frozen=True)
class Line:
    """One workflow in the list."""

    key: str
    label: str
    entity: str
    when: str
    is_enabled: bool
    next_at: str


@web.needs("signed_in")
def overview() -> Response:
    """`/studio/workflows`."""
    here = rights.of_studio(reader())
    lines = [_line(here, key, body) for key, body in here.catalog.of_kind("workflow").items()]
    return answer(
        "studio/workflows.html",
        lines=lines,
        new_url="/studio/workflow/new/design" if here.policy.may("publish") else "",
    )


def _line(here: Reader, key: str, body: Mapping[str, Any]) -> Line:
    entity = here.catalog.entities.get(body["entity"])
    said = saying.of(here, "workflow", body)
    times = _next_times(here, body, 1)
    return Line(
        key,
        here.label(body.get("label"), key),
        here.label(entity.label_plural, entity.key) if entity else body["entity"],
        said.given["when"] if said else "",
        body.get("enabled", True),
        times[0] if times else "",
    )


@web.needs("signed_in")
def show(key: str) -> Response:
    """`/studio/workflows/<key>`."""
    here = rights.of_studio(reader())
    body = _body(here, key)
    with web.reading() as work:
        found = runs.recent(work.connection, workflow=key, limit=RUNS)
        recent = told(here, work, found)
    return answer(
        "studio/workflow.html",
        **_given(here, key, body),
        runs=recent,
        more_url=f"/studio/runs?workflow={key}" if len(found) == RUNS else "",
    )


def _body(here: Reader, key: str) -> Mapping[str, Any]:
    body = here.catalog.of_kind("workflow").get(key)
    if body is None:
        abort(404)
    return body


def _given(here: Reader, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "base": f"/studio/workflows/{key}",
        "title": here.label(body.get("label"), key),
        "trail": [("/studio/workflows", _("Workflows"))],
        "said": saying.of(here, "workflow", body),
        "is_enabled": body.get("enabled", True),
        "next_times": _next_times(here, body, NEXT),
        "may_run": here.policy.may("run"),
        "may_publish": here.policy.may("publish"),
        "condition_url": _condition_url(here, key, body),
    }


def _condition_url(here: Reader, key: str, body: Mapping[str, Any]) -> str:
    """Where the condition of its records is edited; "" for those who may not."""
    if not here.policy.may("publish"):
        return ""
    known = web.house().registry.kinds["workflow"]
    found = rule_places.links(here, known, known.authored(body), key)
    return next((one.href for one in found if not one.is_value), "")


def _next_times(here: Reader, body: Mapping[str, Any], number: int) -> list[str]:
    """When a scheduled, enabled workflow runs next, in the workspace's zone."""
    trigger = body["trigger"]
    if trigger["type"] != "schedule" or not body.get("enabled", True):
        return []
    return [here.moment(moment) for moment in islice(_slots(trigger["cron"], here), number)]


def _slots(cron: str, here: Reader) -> Any:
    moment: datetime | None = web.house().clock.now()
    while moment is not None:
        moment = next_slot(cron, moment, here.zone)
        if moment is not None:
            yield moment


@web.needs("signed_in", "may:run")
def rehearsal(key: str) -> Response:
    """What would happen now: counted over the whole set, sampled, nothing written."""
    here = reader()
    body = _body(here, key)
    as_of, problem = _moment(here)
    found = None
    let_go()
    try:
        found = rehearse.rehearse(web.house(), key, as_of=as_of)
    except Problems as problems:
        problem = here.said(problems.problems[0])
    given = {"rehearsal": None} if found is None else _rehearsed(here, body, found)
    return answer(
        "studio/rehearsal.html",
        {"rehearsal": "studio/_rehearsal.html"},
        status=422 if problem else 200,
        problem=problem,
        as_of_text=request.args.get("as_of", ""),
        **_given(here, key, body),
        **given,
    )


def _moment(here: Reader) -> tuple[datetime | None, str]:
    text = request.args.get("as_of", "").strip()
    if not text:
        return None, ""
    try:
        return web.house().clock.moment(text), ""
    except Problems as problems:
        return None, here.said(problems.problems[0])


def _rehearsed(here: Reader, body: Mapping[str, Any], found: rehearse.Rehearsal) -> dict[str, Any]:
    entity = here.catalog.entity(body["entity"])
    readable = here.policy.readable(entity)
    with web.reading() as work:
        titles = tale.titles_of(here, work, entity.key, {one.id for one in found.sample})
    sample = [
        {
            "title": titles[one.id],
            "href": f"/desk/{entity.key}/{one.id}",
            "changes": [
                tale.change(entity.fields[key], here, here.shown, *both)
                for key, both in one.changes.items()
                if key in readable
            ],
            "created": [_made(here, made, values) for made, values in one.created],
        }
        for one in found.sample
        if one.id in titles
    ]
    steps = [(_step_label(here, step["type"]), step["would"]) for step in found.steps]
    return {
        "token": secrets.token_urlsafe(12),
        "rehearsal": found,
        "sample": sample,
        "steps": steps,
        "when": here.moment(found.as_of),
    }


def _made(here: Reader, entity_key: str, values: Mapping[str, Any]) -> str:
    """A record that would be made, in a few words."""
    entity = here.catalog.entity(entity_key)
    title = values.get(entity.title_field)
    name = tale.said(entity.fields[entity.title_field], here.shown, title) if title is not None else ""
    label = here.label(entity.label, entity_key)
    return _("%(what)s “%(name)s”", what=label, name=name) if name else label


def _step_label(here: Reader, action: str) -> str:
    known = web.house().registry.actions.get(action)
    return here.label(known.label, action) if known else action


@web.needs("signed_in", "may:run")
def run(key: str) -> Response:
    """Run it now; a second press of the same button runs nothing more."""
    here = reader()
    _body(here, key)
    opened = web.once(lambda work: _open(work, key), kind="form", key=request.form.get("idempotency_key"))
    address = opened.headers["Location"]
    let_go()
    until = time.monotonic() + WAIT_S
    running.advance(
        web.house(), int(address.rpartition("/")[2]), should_stop=lambda: time.monotonic() > until
    )
    return elsewhere(address)


def _open(work: Work, key: str) -> Response:
    web.policy_in(work).require("run")
    actor = work.cause.actor
    workflow = definition.of(work, key)
    run_id = running.open_run(
        work, workflow, trigger="hand", actor=actor, cause="form", as_of=work.now, approved_by=actor
    )
    return redirect(f"/studio/runs/{run_id}", 303)


@web.needs("signed_in", "may:publish")
def switch(key: str) -> Response:
    """Switch it on or off: a new version like any other change, so it stands in the list of versions."""
    here = reader()
    body = dict(_body(here, key))
    wanted = request.form.get("enabled") == "1"
    kind = web.house().registry.kinds["workflow"]
    changed = {**kind.authored(body), "enabled": wanted}
    note = _("Switched on") if wanted else _("Switched off")
    let_go()
    publishing.publish(
        web.house(), {("workflow", key): changed}, cause=Cause("form", actor=web.visit().actor), note=note
    )
    flash(_("It is switched on.") if wanted else _("It is switched off: it runs by hand only."), "good")
    return elsewhere(f"/studio/workflows/{key}")
