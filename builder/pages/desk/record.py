"""One record with everything around it: figures, details, what belongs to it, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _
from markupsafe import Markup

from builder.catalog import Entity
from builder.kinds import for_roles
from builder.pages import web
from builder.pages.cells import Cell
from builder.pages.desk import tale
from builder.pages.desk.asked import Asked, Filter
from builder.pages.desk.lists import Column, default_view, headers, shown_columns, stored
from builder.pages.reader import Reader, answer, reader
from builder.records import find, history
from builder.rules.names import Relation
from builder.work import Work

RELATED = 10
HISTORY = 20
FIGURES = 6
Labelled = tuple[str, Markup]


@dataclass(frozen=True)
class Section:
    """One part of the details, as the entity's form arranges its fields."""

    label: str
    columns: int
    facts: list[Labelled]


@dataclass(frozen=True)
class Related:
    """The first children of a relation. `all_url`: the list of all, where there are more."""

    label: str
    columns: list[Column]
    rows: Markup | str
    all_url: str
    new_url: str


@web.needs("signed_in")
def show(entity_key: str, record_id: int) -> Response:
    """`/desk/<entity>/<id>`; for htmx also its history alone."""
    here = reader()
    entity = here.entity(entity_key)
    limit = min(request.args.get("history", HISTORY, int), 500)
    with web.reading() as work:
        record = find.get(work, entity_key, record_id, here.policy)
        if record is None:
            abort(404)
        entries = history.of(work, entity_key, record_id, here.policy, limit=limit + 1)
        told = tale.told(here, work, entity, entries[:limit])
        relations = [
            _related(here, work, record, one)
            for one in entity.relations.values()
            if here.policy.may("read", one.entity)
        ]
    base = f"/desk/{entity_key}/{record_id}"
    older = f"{base}?history={limit * 5}#history" if len(entries) > limit else ""
    return answer(
        "desk/record.html",
        {"history": "desk/_history.html"},
        entries=told,
        older_url=older,
        relations=relations,
        **_given(here, entity, record, base),
    )


def _given(here: Reader, entity: Entity, record: find.Record, base: str) -> dict[str, Any]:
    cells = here.cells.of_entity(entity)
    shown = {key: cells[key] for key in entity.fields if key in record.values}
    badges = [
        (cell.label, cell.html(record))
        for cell in _badges(shown)
        if record.values.get(cell.field.key) not in (None, frozenset())
    ]
    return {
        "title": find.title_of(entity, record),
        "trail": [(f"/desk/{entity.key}", here.label(entity.label_plural, entity.key))],
        "edit_url": f"{base}/edit" if here.policy.may("update", entity.key) else "",
        "delete_url": f"{base}/delete" if here.policy.may("delete", entity.key) else "",
        "badges": badges,
        "figures": [(cell.label, cell.html(record)) for cell in _figures(entity, shown)],
        "sections": sections(here, entity, record, shown),
    }


def _badges(cells: dict[str, Cell]) -> list[Cell]:
    """What says at a glance how the record stands: choices with colours, then tags."""
    coloured = [
        cell
        for cell in cells.values()
        if any(option.get("colour") for option in cell.field.settings.get("options", ()))
    ]
    return coloured + [cell for cell in cells.values() if cell.field.storage == "tags"]


def _figures(entity: Entity, cells: dict[str, Cell]) -> list[Cell]:
    """What the engine works out from the record's children."""
    return [
        cell for key, cell in cells.items() if key in entity.facts and entity.facts[key].rollup is not None
    ][:FIGURES]


def sections(here: Reader, entity: Entity, record: find.Record, cells: dict[str, Cell]) -> list[Section]:
    """The details by the form's sections; what no section names comes last, but for the figures above."""
    form = form_of(here, entity)
    found, placed = [], {cell.field.key for cell in _figures(entity, cells)}
    for section in form.get("sections", ()):
        keys = [key for key in section.get("fields", ()) if key in cells and key not in placed]
        placed.update(keys)
        if keys:
            found.append(
                Section(
                    here.label(section.get("label"), _("Details")),
                    section.get("columns", 2),
                    _facts(keys, cells, record),
                )
            )
    rest = [key for key in cells if key not in placed]
    if rest:
        found.append(Section(_("More") if found else _("Details"), 2, _facts(rest, cells, record)))
    return found


def form_of(here: Reader, entity: Entity) -> Any:
    """The entity's form for this person's roles, or an empty one."""
    forms = here.catalog.of_kind("form").values()
    return for_roles.chosen((form for form in forms if form["entity"] == entity.key), here.policy.roles)


def _facts(keys: list[str], cells: dict[str, Cell], record: find.Record) -> list[Labelled]:
    return [(cells[key].label, cells[key].html(record)) for key in keys]


def _related(here: Reader, work: Work, record: find.Record, relation: Relation) -> Related:
    """The newest children, in the columns of their own list but for the one that leads back here."""
    child = here.catalog.entity(relation.entity)
    readable = here.policy.readable(child)
    if relation.via not in readable:
        return Related(here.label(relation.label, relation.key), [], "", "", "")
    view = default_view(here, child)
    columns = shown_columns(here, child, view, but=relation.via)[:6]
    where = {"==": [{"var": relation.via}, record.id]}
    sort = tuple(one for one in view.get("sort", ()) if one.removeprefix("-") in readable) or ("-id",)
    page = find.page(work, find.Query(child.key, stored(columns), (where,), sort, RELATED), here.policy)
    all_url = Asked(child.key, filters=(Filter(relation.via, "==", f"id:{record.id}"),)).url
    return Related(
        here.label(relation.label, relation.key),
        headers(here, child, columns),
        here.cells.rows(child, columns, page.records) if page.records else "",
        all_url if page.after else "",
        f"/desk/{child.key}/new?{relation.via}={record.id}" if here.policy.may("create", child.key) else "",
    )
