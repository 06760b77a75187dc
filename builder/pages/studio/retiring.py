"""`/studio/<kind>/<key>/retire`: what uses a definition, what would be out of reach; kept as a draft like a change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio import clashes, keeping
from builder.pages.studio.definitions import kind_of
from builder.pages.studio.keeping import Working
from builder.pages.studio.plan_words import happens, kind_label, label
from builder.pages.web.numbers import counted
from builder.publishing import where_used
from builder.publishing.plan import Plan, impact
from builder.work import Work
from schema_store import drafts
from schema_store.documents import Body, Name
from schema_store.drafts import DraftConflict
from schema_store.problems import Problems

LEVELS = 10
"""So far the users of users are followed."""


@dataclass(frozen=True)
class User:
    """A definition that uses what is to be retired; it may be retired along with it."""

    input: str
    href: str
    label: str
    is_chosen: bool


@web.needs("signed_in", "may:publish")
def ask(kind: str, key: str) -> Response:
    """What would happen; nothing has happened yet."""
    return _show(reader(), (kind, key), [])


@web.needs("signed_in", "may:publish")
def retire(kind: str, key: str) -> Response:
    """Keep it as a draft, and what is ticked along with it; refused where something else still needs it."""
    here, name, form = reader(), (kind, key), request.form
    with web.reading() as work:
        along = [one for one in _users(here, name) if _input(one) in form]
        is_refused = bool(_plan(work, [name, *along]).errors)
    if "look" in form or is_refused:
        return _show(here, name, along, status=200 if "look" in form else 422)
    base, turn = form.get("base", 0, counted), form.get("turn", 0, counted)
    try:
        with web.writing("form") as work:
            kept = keeping.write(work, name, None, base=base, turn=turn)
            for one in along:
                held = keeping.opened(work, *one)
                keeping.write(work, one, None, base=held.base, turn=held.turn)
    except DraftConflict as conflict:
        return clashes.page(here, conflict, base=base, turn=turn, is_to_publish="publish" in form)
    return keeping.went_well(kept, name, is_to_publish="publish" in form)


def _show(here: Reader, name: Name, along: Sequence[Name], *, status: int = 200) -> Response:
    kind, key = name
    kind_of(kind)
    address = f"/studio/{kind}/{key}"
    with web.reading() as work:
        working = keeping.opened(work, kind, key)
        if working.live is None:  # a draft alone is thrown away, not retired
            return elsewhere(address)
        plan = _plan(work, [name, *along])
    called = label(here, name)
    blocking = plan.errors
    return answer(
        "studio/retire.html",
        status=status,
        title=_("Retire: %(what)s", what=called),
        trail=[("/studio", _("Definitions")), (address, called)],
        action=f"{address}/retire",
        cancel_url=address,
        base=working.base,
        turn=working.turn,
        replaces=_replaces(working),
        users=[_user(here, one, along) for one in _users(here, name)],
        plan=happens(here, Problems(blocking) if blocking else plan, besides=_drafted(plan, [name, *along])),
        is_possible=not blocking,
        is_refused=status == 422,
    )


def _replaces(working: Working) -> bool:
    """Whether somebody's draft of it would be replaced."""
    return bool(working.by) and not working.retires


def _plan(work: Work, names: Collection[Name]) -> Plan:
    """What retiring these would do; on top of what is drafted, where they cannot be retired without it."""
    alone = impact(work, dict.fromkeys(names))
    if not alone.errors:
        return alone
    waiting = {one: draft.body for one, draft in drafts.drafts(work.connection).items() if not draft.is_stale}
    together: Mapping[Name, Body | None] = {**waiting, **dict.fromkeys(names)}
    found = impact(work, together) if waiting else alone
    return found if found.after is not None and not found.errors else alone


def _drafted(plan: Plan, names: Collection[Name]) -> list[Name]:
    """The drafts that the plan took along: they are told on the publish page."""
    return [one for one in plan.bodies if one not in names]


def _users(here: Reader, name: Name) -> list[Name]:
    """What uses it, and what uses that: nearest first."""
    found: dict[Name, None] = {}
    nearest = [name]
    for _level in range(LEVELS):
        uses = [use for one in nearest for use in where_used.uses(web.house().registry, here.catalog, *one)]
        nearest = [
            one
            for one in dict.fromkeys((use.kind, use.key) for use in uses)
            if one != name and one not in found
        ]
        found |= dict.fromkeys(nearest)
        if not nearest:
            break
    return list(found)


def _input(name: Name) -> str:
    return f"along.{name[0]}/{name[1]}"


def _user(here: Reader, name: Name, along: Collection[Name]) -> User:
    words = _("%(kind)s: %(name)s", kind=kind_label(here, name[0]), name=label(here, name))
    return User(_input(name), f"/studio/{name[0]}/{name[1]}", words, name in along)
