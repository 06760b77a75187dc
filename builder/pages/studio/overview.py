"""`/studio`: everything that was made, by kind; searched in all that it says, with the reason why it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext as _

from builder.kinds.contract import Kind
from builder.pages import first_build, web
from builder.pages.palette import ranking
from builder.pages.reader import Reader, answer, reader
from builder.pages.studio import places, rights, searching
from builder.pages.studio.definitions import new_address
from builder.pages.studio.saying import all as saying
from builder.pages.studio.searching import Why
from builder.publishing.words import named
from schema_store import drafts
from schema_store.documents import Body, Name
from schema_store.drafts import Draft

FIRST = 8
"""Definitions of a kind that stand among those of all kinds; its own tab has the rest."""
DRAFTS = "drafts"


@dataclass(frozen=True)
class Card:
    """One definition. `state`: live, draft (never published) or changed (a draft waits); `whys`: why it was found."""

    kind: str
    key: str
    label: str
    note: str
    state: str
    href: str
    whys: list[Why] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """A kind with its definitions. `more`: how many there are beyond the shown ones, and `all_url` where."""

    kind: str
    label: str
    cards: list[Card]
    new_url: str
    more: int
    all_url: str


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    count: int
    is_here: bool


@web.needs("signed_in")
def show() -> Response:
    """`/studio?q=&kind=`: kind is a kind, "drafts", or nothing for all."""
    here = rights.of_studio(reader())
    text, kind = request.args.get("q", "").strip()[:100], request.args.get("kind", "")
    kinds = {one.key: one for one in _kinds()}
    with web.reading() as work:
        waiting = drafts.drafts(work.connection)
        path = first_build.path(here, work)
    found = _found(here, kinds, waiting, ranking.terms(text))
    chosen = [card for card in found if kind in ("", card.kind) or (kind == DRAFTS and card.state != "live")]
    groups = [_group(here, one, chosen, text, is_alone=bool(kind)) for one in kinds.values()]
    may_publish = here.policy.may("publish")
    is_wanted = not text and kind != DRAFTS
    return answer(
        "studio/overview.html",
        {"definitions": "studio/_definitions.html"},
        text=text,
        kind=kind,
        tabs=_tabs(here, kinds, found, text, kind),
        groups=[one for one in groups if one.cards or (is_wanted and kind in ("", one.kind) and may_publish)],
        waiting=len(waiting),
        may_publish=may_publish,
        path=path,
        announced=_("%(num)s found", num=len(chosen)),
    )


def _kinds() -> list[Kind]:
    return sorted(web.house().registry.kinds.values(), key=lambda kind: kind.order)


def _found(
    here: Reader, kinds: Mapping[str, Kind], waiting: Mapping[Name, Draft], terms: tuple[str, ...]
) -> list[Card]:
    """The definitions that have all of the words: those that have them in their names first, then what waits."""
    live = {name: body for name, body in here.catalog.bodies.items() if name[0] in kinds}
    new = {name: one.body for name, one in waiting.items() if one.body is not None and name[0] in kinds}
    said = dict(searching.of_live(here, kinds)) if terms else {}
    if terms:
        said |= {name: searching.said_of(here, kinds[name[0]], body, name[1]) for name, body in new.items()}
    cards = []
    for name, body in {**live, **new}.items():
        whys = searching.match(said.get(name, []), terms) if terms else []
        if whys is not None:
            cards.append(_card(here, name, body, whys, is_live=name in live, has_draft=name in waiting))
    return sorted(cards, key=lambda card: (bool(card.whys), card.state == "live", card.label.casefold()))


def _card(here: Reader, name: Name, body: Body, whys: list[Why], *, is_live: bool, has_draft: bool) -> Card:
    kind, key = name
    state = "live" if not has_draft else "changed" if is_live else "draft"
    gist = saying.gist(here, kind, body)
    label = places.called(here, named(body), key)
    return Card(kind, key, label, gist, state, f"/studio/{kind}/{key}", whys)


def _group(here: Reader, kind: Kind, found: list[Card], text: str, *, is_alone: bool) -> Group:
    cards = [card for card in found if card.kind == kind.key]
    shown = cards if is_alone or text else cards[:FIRST]
    new_url = new_address(kind) if here.policy.may("publish") else ""
    label = here.label(kind.label_plural, kind.key)
    return Group(kind.key, label, shown, new_url, len(cards) - len(shown), _address(text, kind.key))


def _tabs(here: Reader, kinds: Mapping[str, Kind], found: list[Card], text: str, kind: str) -> list[Tab]:
    """All, each kind, drafts; with how many of what is looked for."""
    numbers = {key: sum(card.kind == key for card in found) for key in kinds}
    waiting = sum(card.state != "live" for card in found)
    tabs = [Tab(_("All"), _address(text, ""), len(found), not kind)]
    tabs += [
        Tab(here.label(one.label_plural, key), _address(text, key), numbers[key], kind == key)
        for key, one in kinds.items()
        if numbers[key] or kind == key
    ]
    return [*tabs, Tab(_("Drafts"), _address(text, DRAFTS), waiting, kind == DRAFTS)]


def _address(text: str, kind: str) -> str:
    query = urlencode({name: value for name, value in (("q", text), ("kind", kind)) if value})
    return f"/studio?{query}" if query else "/studio"
