"""Where a definition or a field is used, in words: which definitions name it, where in them, and what drafts change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from builder.kinds.contract import Kind
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader, joined
from builder.pages.studio import places, rule_places
from builder.publishing import where_used
from builder.publishing.where_used import User
from builder.publishing.words import named
from builder.work import Work
from schema_store import drafts
from schema_store.documents import Name
from schema_store.drafts import Draft

SHOWN = 50
PLACES = 4
ABOUT = "/entity"
"""What a definition is about is said by its name already."""


@dataclass(frozen=True)
class Place:
    words: str
    href: str


@dataclass(frozen=True)
class Holder:
    """A definition that names it. `mark`: what a draft changes about that; `more`: places beyond the shown ones."""

    words: str
    href: str
    places: list[Place]
    more: int
    mark: str


@dataclass(frozen=True)
class Uses:
    """Everything that names something. `count`: "2 workflows, 1 view"; `more`: definitions beyond the shown ones."""

    count: str
    holders: list[Holder]
    more: int = 0


def of_definition(here: Reader, work: Work, kind: str, key: str) -> Uses:
    return _told(here, work, (kind, key))


def of_field(here: Reader, work: Work, entity: str, field: str) -> Uses:
    return _told(here, work, where_used.field_name(entity, field))


def _told(here: Reader, work: Work, wanted: Name) -> Uses:
    waiting = drafts.drafts(work.connection)
    bodies = {name: one.body for name, one in waiting.items()}
    found = where_used.users(web.house().registry, here.catalog, bodies, wanted)
    authors = tale.names_of(work, [waiting[one.name].by for one in found if one.draft])
    holders = [_holder(here, one, waiting.get(one.name), authors) for one in found[:SHOWN]]
    return Uses(count(here, found), holders, len(found) - len(holders))


def count(here: Reader, found: list[User]) -> str:
    """ "2 workflows, 1 view", in the order of kinds."""
    numbers = Counter(one.name[0] for one in found)
    return joined(
        _number_of(here, web.house().registry.kinds[kind], number) for kind, number in numbers.items()
    )


def _number_of(here: Reader, kind: Kind, number: int) -> str:
    what = here.label(kind.label if number == 1 else kind.label_plural, kind.key).lower()
    return _("%(number)s %(what)s", number=number, what=what)


def _holder(here: Reader, user: User, draft: Draft | None, authors: Mapping[str, str]) -> Holder:
    kind, key = user.name
    known = web.house().registry.kinds[kind]
    live = here.catalog.bodies.get(user.name)
    body = live if live is not None and user.draft != "begins" else draft.body if draft and draft.body else {}
    rules = {one.pointer for one in rule_places.rules(here, known, body)}
    shown = [
        Place(
            places.words(here, body, use.pointer),
            places.address(here, known, key, use.pointer, is_rule=use.pointer in rules),
        )
        for use in user.places
        if use.pointer != ABOUT
    ]
    distinct = list({one.words: one for one in shown}.values())
    return Holder(
        _("%(kind)s: %(name)s", kind=here.label(known.label), name=places.called(here, named(body), key)),
        f"/studio/{kind}/{key}",
        distinct[:PLACES],
        len(distinct[PLACES:]),
        _mark(here, user, draft, authors),
    )


def _mark(here: Reader, user: User, draft: Draft | None, authors: Mapping[str, str]) -> str:
    if not user.draft or draft is None:
        return ""
    who = tale.actor_name(here, draft.by, dict(authors))
    if user.draft == "begins":
        return _("in a draft by %(who)s", who=who)
    return _("no more in a draft by %(who)s", who=who)
