"""The page that asks whose words stand where two people changed the same place of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader, answer
from builder.pages.studio.clash_words import Words
from builder.pages.studio.definitions import completed, differences, kind_of
from builder.publishing.merged import merged
from builder.publishing.words import named
from schema_store import strict_json
from schema_store.documents import Body, fingerprint
from schema_store.drafts import DraftConflict
from schema_store.merging import BASE, MINE, THEIRS, Conflict

AT = "at:"
"""What the inputs that choose begin with; a pointer follows."""


@dataclass(frozen=True)
class Side:
    """One of the ways in which a place may stand."""

    value: str
    who: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class Clash:
    """A place that both changed. `is_missing`: nobody chose, and the form was sent."""

    name: str
    id: str
    place: str
    sides: tuple[Side, ...]
    is_missing: bool


def page(
    here: Reader,
    conflict: DraftConflict,
    *,
    base: int,
    turn: int,
    is_to_publish: bool,
    choices: Mapping[str, str] | None = None,
    is_asked: bool = False,
    status: int = 409,
) -> Response:
    """The page about `conflict`; `base` and `turn` are those that mine was written on, to be tried with once more."""
    kind, key = conflict.name
    with web.reading() as work:
        names = tale.names_of(work, [conflict.by])
    is_own = conflict.by == web.visit().actor
    who = (
        _("Your other draft") if is_own else tale.actor_name(here, conflict.by, names) if conflict.by else ""
    )
    theirs = _("Published meanwhile") if not who else who if is_own else _("%(who)s wrote", who=who)
    clashes = _clashes(here, conflict, theirs, choices or {}, is_asked=is_asked)
    label = here.label(named(conflict.theirs or conflict.mine or conflict.base or {}), key)
    address = f"/studio/{kind}/{key}"
    return answer(
        "studio/merge.html",
        {"editor": "studio/_merge.html"},
        status=status,
        title=_("Bring together: %(what)s", what=label),
        trail=[("/studio", _("Definitions")), (address, label)],
        kind=here.label(kind_of(kind).label),
        action=f"{address}/merge",
        cancel_url=address,
        said=_said(who, is_own=is_own),
        clashes=clashes,
        missing=[one for one in clashes if one.is_missing],
        theirs_title=_title(who, is_own=is_own),
        theirs=_changed(here, conflict, conflict.theirs),
        mine=_changed(here, conflict, conflict.mine),
        carried=strict_json.write(conflict.mine),
        base=base,
        turn=turn,
        seen=fingerprint(conflict.theirs),
        is_to_publish=is_to_publish,
    )


def _said(who: str, *, is_own: bool) -> str:
    if is_own:
        return _("You kept another draft of this meanwhile, in another window perhaps.")
    if who:
        return _("%(who)s kept another draft of this while you were writing.", who=who)
    return _("A newer version of this was published while you were writing.")


def _clashes(
    here: Reader, conflict: DraftConflict, theirs: str, choices: Mapping[str, str], *, is_asked: bool
) -> list[Clash]:
    words = Words(here, conflict)
    found = merged(conflict.base, conflict.mine, conflict.theirs).conflicts
    sides = [
        (THEIRS, theirs),
        (MINE, _("You wrote")),
        (BASE, _("It was before")),
    ]
    return [
        Clash(
            AT + one.pointer,
            f"clash-{number}",
            words.place(one),
            tuple(_side(words, one, sort, said, choices) for sort, said in sides),
            is_missing=is_asked and one.pointer not in choices,
        )
        for number, one in enumerate(found, start=1)
    ]


def _side(words: Words, one: Conflict, sort: str, said: str, choices: Mapping[str, str]) -> Side:
    return Side(sort, said, words.value(one, sort), choices.get(one.pointer) == sort)


def _title(who: str, *, is_own: bool) -> str:
    if is_own or not who:
        return _("Kept elsewhere") if is_own else _("Published meanwhile")
    return _("%(who)s changed", who=who)


def _changed(here: Reader, conflict: DraftConflict, body: Body | None) -> list[str]:
    """What one of the two changed, in sentences."""
    kind = conflict.name[0]
    both = [completed(kind, one) if one is not None else None for one in (conflict.base, body)]
    return differences(here, conflict.name, *both)
