"""Through whose eyes, and at which record, a preview looks: two pickers beside a design (`try.record`, `try.role`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import request

from builder.access import viewing
from builder.catalog import Entity
from builder.pages.reader import Reader
from builder.records import find
from builder.work import Work
from schema_store.texts import pick

OFFERED = 20


@dataclass(frozen=True)
class Picked:
    """What was searched for, what is offered for it, and the record that was chosen."""

    search: str
    chosen: str
    offered: Sequence[tuple[str, str]]
    record: find.Record | None = None


def picked(here: Reader, work: Work, entity: Entity, *, is_first: bool = False) -> Picked:
    """The record that the form asks for; with `is_first` the first that is offered where none was chosen."""
    search, chosen = (request.form.get(f"try.{one}", "").strip()[:100] for one in ("search", "record"))
    readable = here.policy.readable(entity)
    shown = tuple(
        key for key in dict.fromkeys((entity.title_field, entity.key_field)) if key and key in readable
    )
    page = find.page(work, find.Query(entity.key, shown, search=search, limit=OFFERED), here.policy)
    offered = {str(one.id): find.title_of(entity, one) for one in page.records}
    if is_first and not chosen:
        chosen = next(iter(offered), "")
    record = find.get(work, entity.key, int(chosen), here.policy) if chosen.isdecimal() else None
    if record is None:
        return Picked(search, "", list(offered.items()))
    offered.setdefault(chosen, find.title_of(entity, record))
    return Picked(search, chosen, list(offered.items()), record)


@dataclass(frozen=True)
class Eyes:
    """`here` as the chosen role sees things, never more than its own person; `roles` are those that may be chosen."""

    here: Reader
    role: str
    roles: Sequence[tuple[str, str]]


def eyes(here: Reader) -> Eyes:
    """Through the eyes of the role that the form asks for; only who may give roles may look so."""
    if here.user is None or not viewing.may_view_as(here.policy):
        return Eyes(here, "", ())
    known = here.catalog.of_kind("role")
    roles = [(key, pick(body.get("label"), here.language, key)) for key, body in known.items()]
    wanted = request.form.get("try.role", "")
    policy = viewing.policy_as(here.catalog, here.user, [wanted]) if wanted in known else None
    return Eyes(replace(here, policy=policy), wanted, roles) if policy else Eyes(here, "", roles)
