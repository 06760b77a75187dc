"""Going back, planned and then confirmed: to an old version, behind a change set, or to a moment before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _

from builder.events import Cause
from builder.pages import web
from builder.pages.reader import answer, reader
from builder.pages.studio import changes, publishing
from builder.pages.studio.definitions import kind_of
from builder.pages.studio.plan_words import happens
from builder.pages.web.visit import let_go
from builder.publishing import going_back
from builder.publishing.plan import Plan, impact
from builder.work import Work
from schema_store import change_sets
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems

LATER_SETS = 20
"""So many later change sets are looked at for the one to undo first."""


@dataclass(frozen=True)
class Way:
    """One way back: its page, what it would publish, and what does it."""

    title: str
    note: str
    trail: list[tuple[str, str]]
    action: str
    cancel_url: str
    button: str
    usual_note: str
    changes: Callable[[Work], Mapping[Name, Body | None]]
    do: Callable[..., object | None]
    given: dict[str, Any] = field(default_factory=dict)


@web.needs("signed_in", "may:publish")
def plan_version(kind: str, key: str, version: int) -> Response:
    """What going back to an old version would do."""
    return _show(_to_version(kind, key, version))


@web.needs("signed_in", "may:publish")
def confirm_version(kind: str, key: str, version: int) -> Response:
    return _confirm(_to_version(kind, key, version), f"/studio/{kind}/{key}")


@web.needs("signed_in", "may:publish")
def plan_undo(change_id: int) -> Response:
    """What undoing a change set would do; where it was built upon since, which one to undo first."""
    return _show(_behind(change_id))


@web.needs("signed_in", "may:publish")
def confirm_undo(change_id: int) -> Response:
    return _confirm(_behind(change_id), changes.HOME)


@web.needs("signed_in", "may:publish")
def plan_moment(change_id: int) -> Response:
    """What going back to the moment before a change set would do."""
    return _show(_before(change_id))


@web.needs("signed_in", "may:publish")
def confirm_moment(change_id: int) -> Response:
    return _confirm(_before(change_id), changes.HOME)


def _to_version(kind: str, key: str, version: int) -> Way:
    kind_of(kind)
    base = f"/studio/{kind}/{key}"
    return Way(
        title=_("Go back to version %(version)s", version=version),
        note=_("Read what will happen; nothing has happened yet."),
        trail=[("/studio", _("Definitions"))],
        action=f"{base}/versions/{version}/back",
        cancel_url=base,
        button=_("Go back to it"),
        usual_note=_("Back to version %(version)s", version=version),
        changes=lambda work: going_back.old_version(work, kind, key, version),
        do=lambda house, **how: going_back.roll_back(house, kind, key, version, **how),
    )


def _behind(change_id: int) -> Way:
    since = _since(change_id)
    return Way(
        title=_("Undo change set %(number)s?", number=change_id),
        note=_("Everything in it becomes what it was before. What people entered since stays stored."),
        trail=_trail(change_id),
        action=f"{changes.HOME}/{change_id}/undo",
        cancel_url=f"{changes.HOME}/{change_id}",
        button=_("Undo it"),
        usual_note=_("Undoes change set %(number)s", number=change_id),
        changes=lambda work: going_back.before_change(work, change_id),
        do=lambda house, **how: going_back.undo(house, change_id, **how),
        given={"since": since, "moment_url": f"{changes.HOME}/{change_id}/back" if since else ""},
    )


def _before(change_id: int) -> Way:
    return Way(
        title=_("Go back to before change set %(number)s?", number=change_id),
        note=_(
            "This and everything published since is undone at once. What people entered since stays stored."
        ),
        trail=_trail(change_id),
        action=f"{changes.HOME}/{change_id}/back",
        cancel_url=f"{changes.HOME}/{change_id}",
        button=_("Go back to that moment"),
        usual_note=_("Back to before change set %(number)s", number=change_id),
        changes=lambda work: going_back.before_moment(work, change_id),
        do=lambda house, **how: going_back.go_back(house, change_id, **how),
    )


def _trail(change_id: int) -> list[tuple[str, str]]:
    return [(changes.HOME, _("Changes")), (f"{changes.HOME}/{change_id}", f"#{change_id}")]


def _since(change_id: int) -> list[changes.Row]:
    """The later change sets that stand in the way, newest first; the one to undo first says so."""
    here = reader()
    with web.reading() as work:
        steps = change_sets.steps(work.connection, change_id)
        if not steps:
            abort(404)
        moved = going_back.moved_since(work, steps)
        later = change_sets.since(work.connection, change_id, moved)[:LATER_SETS] if moved else []
        first = next((one.id for one in reversed(later) if _stands(work, one.id)), 0)
        return changes.rows(here, work, later, next_id=first)


def _stands(work: Work, change_id: int) -> bool:
    """Whether everything is still as this change set left it, so that it can be undone."""
    return not going_back.moved_since(work, change_sets.steps(work.connection, change_id))


def _show(way: Way, wrong: Sequence[Problem] = (), *, status: int = 200) -> Response:
    here = reader()
    with web.reading() as work:
        found = _impact(work, way)
    return answer(
        "studio/plan.html",
        status=status,
        title=way.title,
        note=way.note,
        trail=way.trail,
        action=way.action,
        cancel_url=way.cancel_url,
        button=way.button,
        plan=happens(here, found, wrong),
        **({"since": [], "moment_url": ""} | way.given),
    )


def _impact(work: Work, way: Way) -> Plan | Problems:
    try:
        return impact(work, way.changes(work))
    except Problems as problems:
        return problems


def _confirm(way: Way, address: str) -> Response:
    cause, note = Cause("form", actor=web.visit().actor), publishing.note() or way.usual_note
    let_go()
    try:
        done = way.do(web.house(), cause=cause, note=note, confirm=request.form.get("plan", ""))
    except Problems as problems:
        return _show(way, problems.problems, status=422)
    return publishing.went_well(done, address)
