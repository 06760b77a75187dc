"""One box for phone, name or number: straight to the record where one fits, else what fits, by entity."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from builder.catalog import Entity
from builder.pages import web
from builder.pages.desk.asked import MAX_SEARCH, Asked
from builder.pages.desk.lists import Column, default_view, headers, shown_columns, stored
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.records import find
from builder.work import Work

SHOWN = 10


@dataclass(frozen=True)
class Group:
    """What was found of one entity."""

    label: str
    columns: list[Column]
    rows: Markup
    all_url: str


@web.needs("signed_in")
def show() -> Response:
    """`/desk/lookup?q=` (also `?phone=`, which telephone systems open)."""
    here = reader()
    text = (request.args.get("q") or request.args.get("phone") or "").strip()[:MAX_SEARCH]
    found: list[tuple[Entity, find.Page, tuple[str, ...]]] = []
    if text:
        with web.reading() as work:
            found = [
                one for entity in here.catalog.entities.values() if (one := _found(here, work, entity, text))
            ]
    if len(found) == 1 and len(found[0][1].records) == 1:
        return elsewhere(f"/desk/{found[0][0].key}/{found[0][1].records[0].id}")
    groups = [_group(here, entity, page, columns, text) for entity, page, columns in found]
    return answer("desk/lookup.html", text=text, found=groups, title=_("Find"))


def _found(
    here: Reader, work: Work, entity: Entity, text: str
) -> tuple[Entity, find.Page, tuple[str, ...]] | None:
    """The first matches of one entity, in its default columns; None where there are none."""
    readable = here.policy.readable(entity)
    if not here.policy.may("read", entity.key) or not readable.intersection(entity.search_fields):
        return None
    columns = shown_columns(here, entity, default_view(here, entity))[:6]
    page = find.page(
        work, find.Query(entity.key, fields=stored(columns), search=text, limit=SHOWN), here.policy
    )
    return (entity, page, columns) if page.records else None


def _group(here: Reader, entity: Entity, page: find.Page, columns: tuple[str, ...], text: str) -> Group:
    rows = here.cells.rows(entity, columns, page.records)
    label = here.label(entity.label_plural, entity.key)
    return Group(
        label, headers(here, entity, columns), rows, Asked(entity.key, search=text).url if page.after else ""
    )
