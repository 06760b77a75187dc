"""A record's history in words: who did what, when, through which door, and what it was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from builder.access import users
from builder.catalog import Entity
from builder.fields.contract import Field, Shown
from builder.mechanics.public_forms import consents
from builder.mechanics.public_forms.consents import Consent
from builder.pages.reader import Reader, joined
from builder.records import find
from builder.records.history import Entry
from builder.records.stream import Happening
from builder.work import Work

SHOWN_LENGTH = 80


@dataclass(frozen=True)
class Change:
    """One field of a change. `set_words` instead of before and after: what came into and left a set (tags)."""

    label: str
    before: str = ""
    after: str = ""
    set_words: str = ""


@dataclass(frozen=True)
class Told:
    """One version of a record, ready to be read."""

    what: str
    by: str
    when: str
    moment: str
    why: str
    run_url: str = ""
    changes: list[Change] = field(default_factory=list)
    about: tuple[str, str, str] | None = None
    """Of another record in the stream: what it is, its title, its address."""
    agreed: tuple[Consent, ...] = ()
    """What somebody agreed to with it."""


def told(here: Reader, work: Work, own: tuple[str, int], entries: Iterable[Entry]) -> list[Told]:
    """The history of the record `own` (entity and id)."""
    entries, entity = list(entries), here.catalog.entity(own[0])
    names, shown = names_of(work, [entry.actor for entry in entries]), here.shown
    agreed = _consents(work, [(own, entry) for entry in entries])
    return [
        replace(_told(here, entity, entry, names, shown), agreed=tuple(agreed.get((*own, entry.version), ())))
        for entry in entries
    ]


def stream(here: Reader, work: Work, own: tuple[str, int], found: Iterable[Happening]) -> list[Told]:
    """What happened to the record `own` and to others, which are named; their titles cost one statement an entity."""
    found = list(found)
    names, shown = names_of(work, [one.entry.actor for one in found]), here.shown
    others = {(one.entity, one.record_id) for one in found} - {own}
    titles = {
        (key, record_id): title
        for key in {of for of, _id in others}
        for record_id, title in titles_of(here, work, key, {one for of, one in others if of == key}).items()
    }
    agreed = _consents(work, [((one.entity, one.record_id), one.entry) for one in found])
    told = []
    for one in found:
        entity, name = here.catalog.entity(one.entity), (one.entity, one.record_id)
        said = _told(here, entity, one.entry, names, shown)
        said = replace(said, agreed=tuple(agreed.get((*name, one.entry.version), ())))
        title = titles.get(name, f"#{one.record_id}")
        about = (here.label(entity.label, entity.key), title, f"/desk/{one.entity}/{one.record_id}")
        told.append(said if name == own else replace(said, about=about))
    return told


def _consents(
    work: Work, entries: Iterable[tuple[tuple[str, int], Entry]]
) -> Mapping[tuple[str, int, int], list[Consent]]:
    """What was agreed to, by entity, id and version; asked for only where an answer of a visitor is among them."""
    return consents.of(work, [name for name, entry in entries if entry.cause == "public_form"])


def titles_of(here: Reader, work: Work, entity_key: str, ids: set[int]) -> dict[int, str]:
    """`{id: title}` of those records that `here` may see: one statement."""
    entity = here.catalog.entity(entity_key)
    if not ids or not here.policy.may("read", entity_key):
        return {}
    readable = here.policy.readable(entity)
    shown = tuple(
        key for key in dict.fromkeys((entity.title_field, entity.key_field)) if key and key in readable
    )
    query = find.Query(entity_key, shown, ({"in": [{"var": "id"}, sorted(ids)]},), limit=len(ids))
    return {one.id: find.title_of(entity, one) for one in find.page(work, query, here.policy).records}


def names_of(work: Work, actors: Iterable[str]) -> Mapping[str, str]:
    """`{actor: name}` of those actors who are users: one statement, none where no user is among them."""
    wanted = {actor for actor in actors if actor.startswith("user:")}
    if not wanted:
        return {}
    return {person.actor: person.name for person in users.everyone(work.connection) if person.actor in wanted}


def _told(here: Reader, entity: Entity, entry: Entry, names: Mapping[str, str], shown: Shown) -> Told:
    return Told(
        what={"created": _("Created"), "deleted": _("Deleted")}.get(entry.what, _("Changed")),
        by=_("by %(name)s", name=actor_name(here, entry.actor, names)),
        when=here.moment(entry.at),
        moment=entry.at.isoformat(),
        why=_why(here, entry),
        run_url=f"/studio/runs/{entry.run_id}" if entry.run_id and here.policy.may("run") else "",
        changes=[] if entry.what == "created" else _changes(here, entity, entry, shown),
    )


def _changes(here: Reader, entity: Entity, entry: Entry, shown: Shown) -> list[Change]:
    """What changed, field by field; how a record was made stands in its details already."""
    return [change(entity.fields[key], here, shown, *both) for key, both in entry.changes.items()]


def change(field: Field, here: Reader, shown: Shown, before: Any, after: Any) -> Change:
    label = here.label(field.label, field.key)
    if field.storage == "tags":
        return Change(label, set_words=_of_sets(before or frozenset(), after or frozenset()))
    return Change(label, said(field, shown, before), said(field, shown, after))


def _of_sets(before: frozenset[str], after: frozenset[str]) -> str:
    came = [_("added %(tag)s", tag=tag) for tag in sorted(after - before)]
    return joined(came + [_("removed %(tag)s", tag=tag) for tag in sorted(before - after)])


def said(field: Field, shown: Shown, value: Any) -> str:
    """A value in words, short enough for a line; tags as a list."""
    if value in (None, frozenset()):
        return ""
    words = (
        joined(sorted(value))
        if isinstance(value, frozenset)
        else field.type.cell(value, field.settings, shown)
    )
    return words if len(words) <= SHOWN_LENGTH else words[: SHOWN_LENGTH - 1] + "…"


def actor_name(here: Reader, actor: str, names: Mapping[str, str]) -> str:
    """Who wrote, as people call them: a name, a workflow's label, or the operator."""
    sort, _colon, rest = actor.partition(":")
    if sort == "workflow":
        workflow = here.catalog.of_kind("workflow").get(rest)
        return here.label(
            getattr(workflow, "label", None) or (workflow or {}).get("label") if workflow else None, rest
        )
    if sort == "user":
        return names.get(actor) or _("a former user")
    return {"operator": _("the operator"), "public": _("a visitor")}.get(sort, actor)


def _why(here: Reader, entry: Entry) -> str:
    if entry.cause == "public_form":
        form = here.catalog.of_kind("public_form").get(entry.reason, {})
        return _("through the public form “%(name)s”", name=here.label(form.get("label"), entry.reason))
    door = {
        "form": "",
        "api": _("through the API"),
        "import": _("by an import"),
        "workflow": _("by a workflow"),
        "undo": _("by an undo"),
        "command": _("by a command"),
        "sample": _("as sample data"),
    }.get(entry.cause, entry.cause)
    reason = "" if entry.cause == "sample" else entry.reason  # the door says it already
    return " · ".join(part for part in (door, reason) if part)
