"""`/studio/publish`: all drafts as one change set; what it would do, in sentences; doing exactly that, now or later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Response, flash, request
from flask_babel import gettext as _

from builder.events import Cause
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio.plan_words import happens
from builder.pages.studio.waiting import Waits, input_of
from builder.pages.web.visit import let_go
from builder.publishing import planned
from builder.publishing import publish as publishing
from builder.publishing.plan import Plan, impact
from builder.work import Work
from schema_store import drafts
from schema_store.documents import Name
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

NOTE = 500
HOME = "/studio/publish"
LATER, LOOK = "schedule", "look"
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Asked:
    """What was posted beside the choice: the words, and the time for later."""

    note: str = ""
    day: str = ""
    time: str = ""
    problems: tuple[Problem, ...] = ()


@web.needs("signed_in", "may:publish")
def plan() -> Response:
    """All drafts, and what they would do together."""
    return _show(reader())


@web.needs("signed_in", "may:publish")
def confirm() -> Response:
    """Publish what is ticked, now or later, if the plan is still the one that was shown; `look` shows it again."""
    here, do = reader(), request.form.get("do", "")
    chosen, asked = _chosen(), _asked()
    if do == LOOK:
        return _show(here, chosen, asked)
    try:
        if do == LATER:
            return _plan_later(here, chosen, asked)
        done = _publish(chosen, asked.note)
    except Problems as problems:
        told = Asked(asked.note, asked.day, asked.time, problems.problems)
        return _show(here, chosen, told, status=422)
    return went_well(done, "/studio")


def went_well(done: object | None, address: str) -> Response:
    """Say what came of a publish, and go on."""
    if done is None:
        flash(_("All of it was live already; nothing was published."), "info")
    else:
        flash(_("Published. It holds for everyone from now on."), "good")
    return elsewhere(address)


def note() -> str:
    """What the form says that a publish is for."""
    return request.form.get("note", "").strip()[:NOTE]


def _publish(chosen: Collection[Name], words: str) -> object | None:
    if not chosen:
        raise Problems(Problem("publish.nothing", template("Tick at least one draft.")))
    cause, agreed = Cause("form", actor=web.visit().actor), request.form.get("plan", "")
    let_go()
    return publishing.publish_drafts(web.house(), chosen, cause=cause, confirm=agreed, note=words)


def _plan_later(here: Reader, chosen: Collection[Name], asked: Asked) -> Response:
    due_at = _due_at(asked)
    with web.writing("form") as work:
        web.policy_in(work).require("publish")
        agreed = planned.agree(
            work, chosen, due_at=due_at, confirm=request.form.get("plan", ""), note=asked.note
        )
    flash(
        _("Planned: it is published on %(when)s, just as you see it here.", when=here.moment(agreed.due_at)),
        "good",
    )
    return elsewhere(f"{HOME}#planned-{agreed.id}")


@web.needs("signed_in", "may:publish")
def cancel(planned_id: int) -> Response:
    """Take a planned publish back; its drafts stay."""
    with web.writing("form") as work:
        web.policy_in(work).require("publish")
        is_done = planned.cancel(work, planned_id)
    if is_done:
        flash(_("It will not be published by itself. The drafts are kept."), "good")
    else:
        flash(_("It waits no longer: it was published, or somebody took it back."), "info")
    return elsewhere(HOME)


def _chosen() -> list[Name]:
    """The ticked drafts that are still there."""
    with web.reading() as work:
        return [name for name in drafts.drafts(work.connection) if input_of(name) in request.form]


def _asked() -> Asked:
    form = request.form
    return Asked(note(), form.get("day", "")[:10], form.get("time", "")[:5])


def _due_at(asked: Asked) -> datetime:
    """The chosen moment in the workspace's zone. Raises Problems."""
    clock = web.house().clock
    try:
        day, at = datetime.fromisoformat(asked.day).date(), time.fromisoformat(asked.time)
        found = datetime.combine(day, at, clock.zone)
        is_in_reach = found - clock.now() <= LONGEST
    except (ValueError, OverflowError):
        words = template("Choose a day and a time.")
        raise Problems(Problem("planned.time", words, pointer="/due_at")) from None
    if not is_in_reach:
        raise Problems(
            Problem("planned.far", template("Choose a day within the next year."), pointer="/due_at")
        )
    return found


def _show(
    here: Reader, chosen: Sequence[Name] | None = None, asked: Asked | None = None, *, status: int = 200
) -> Response:
    asked = asked or Asked()
    with web.reading() as work:
        waits = Waits(here, work)
        chosen = waits.usual if chosen is None else [name for name in chosen if name in waits.able]
        found = _impact(work, chosen)
    rows = waits.rows(chosen)
    late = [one for one in asked.problems if one.pointer == "/due_at"]
    plan = happens(here, found, [one for one in asked.problems if one not in late], besides=waits.drafts)
    return answer(
        "studio/publish.html",
        {"plan": "studio/_publish_plan.html"},
        status=status,
        rows=rows,
        chosen=len(chosen),
        plan=plan,
        asked=asked,
        due_error=" ".join(here.said(one) for one in late),
        today=here.today.isoformat(),
        zone=str(here.zone),
        coming=waits.coming(),
        refused=waits.refused(),
        announced=_("%(num)s chosen", num=len(chosen)),
    )


def _impact(work: Work, chosen: Collection[Name]) -> Plan | Problems:
    try:
        return impact(work, publishing.changes_of_drafts(work, chosen))
    except Problems as problems:
        return problems
