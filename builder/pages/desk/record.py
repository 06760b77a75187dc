"""A record's page: its head and figures, what can be done, and tabs of parts; as a definition of the kind `page` says.

Without one for who reads, the page shows what every record has. The parts of the open tab alone are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.kinds import for_roles
from builder.kinds.page_parts import Drawn
from builder.kinds.parts import settings_of
from builder.pages import web
from builder.pages.cells import Cell
from builder.pages.desk.pressing import offered
from builder.pages.desk.seen import FIGURES, Labelled, Seen
from builder.pages.reader import Reader, answer, reader, target
from builder.records import find

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """What stands at the top. `subtitle` and `badges` are `(label, value)`; empty ones are left out."""

    title: str
    subtitle: list[Labelled]
    badges: list[Labelled]
    figures: list[Labelled]


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class Opened:
    """One tab as it is drawn: its parts, and those beside them."""

    parts: list[Drawn]
    beside: list[Drawn]


@web.needs("signed_in")
def show(entity_key: str, record_id: int) -> Response:
    """`/desk/<entity>/<id>?tab=2`; for htmx the open tab alone, or the one part whose id is swapped."""
    here = reader()
    entity = here.entity(entity_key)
    page = page_of(here, entity)
    with web.reading() as work:
        record = find.get(work, entity_key, record_id, here.policy)
        if record is None:
            abort(404)
        seen = Seen(here, work, entity, record, figures=figures_of(page, entity), asked=request.args)
        at = _at(page, request.args.get("tab", ""))
        opened = tab(seen, page["tabs"][at], at)
        shown, actions = head(seen, page), offered(seen, page)
    part = _swapped(opened, target())
    if part is not None:
        return answer(part.template, given=part.given)
    return answer(
        "desk/record.html",
        {"tab": "desk/_tab.html"},
        title=shown.title,
        shown=shown,
        offered=actions,
        trail=[(f"/desk/{entity.key}", here.label(entity.label_plural, entity.key))],
        opened=opened,
        tabs=_tabs(seen, page, at),
        page_key=page.get("key", ""),
        record=record,
        base=seen.base,
    )


def page_of(here: Reader, entity: Entity) -> Body:
    """The page of the entity for this person's roles, else the usual one."""
    pages = [one for one in here.catalog.of_kind("page").values() if one["entity"] == entity.key]
    return for_roles.chosen(pages, here.policy.roles) or usual(entity)


def usual(entity: Entity) -> Body:
    """What every record has: details, everything that points to it, its history."""
    related = [{"type": "related", "relation": key} for key in entity.relations]
    return {
        "entity": entity.key,
        "actions": [{"type": "edit"}, {"type": "delete"}],
        "tabs": [{"parts": [{"type": "details", "rest": True}, *related], "beside": [{"type": "timeline"}]}],
    }


def head(seen: Seen, page: Body) -> Head:
    """Title, line below it, badges and key figures; what the page does not choose is as on every page."""
    wanted = page.get("header", {})
    title = seen.text(wanted.get("title_field", "")) or find.title_of(seen.entity, seen.record)
    badges = wanted.get("badges", [cell.field.key for cell in _badges(seen.own_cells)])
    subtitle = _filled(seen, wanted.get("subtitle", ()))
    return Head(title, subtitle, _filled(seen, badges), seen.facts(seen.figures))


def _filled(seen: Seen, keys: Sequence[str]) -> list[Labelled]:
    return [(label, html) for label, html in seen.facts(keys) if html]


def _badges(cells: Mapping[str, Cell]) -> list[Cell]:
    """What says at a glance how the record stands: choices with colours, then tags."""
    coloured = [
        cell
        for cell in cells.values()
        if any(option.get("colour") for option in cell.field.settings.get("options", ()))
    ]
    return coloured + [cell for cell in cells.values() if cell.field.storage == "tags"]


def figures_of(page: Body, entity: Entity) -> tuple[str, ...]:
    """The fields that stand as key figures: those of the page, else what is worked out from the record's children."""
    if "figures" in page:
        return tuple(page["figures"])
    gathered = (key for key in entity.fields if key in entity.facts and entity.facts[key].rollup is not None)
    return tuple(gathered)[:FIGURES]


def tab(seen: Seen, document: Body, at: int) -> Opened:
    """The parts of one tab that have something to show."""
    return Opened(*(_parts(seen, document.get(side, ()), f"{side}-{at}") for side in ("parts", "beside")))


def _parts(seen: Seen, documents: Sequence[Body], place: str) -> list[Drawn]:
    """A part whose plugin is missing is left out: the page opens all the same."""
    found = []
    for number, document in enumerate(documents):
        part = seen.work.registry.page_parts.get(document["type"])
        seen.place = f"{place}-{number}"
        drawn = part.draw(seen, settings_of(document)) if part else None
        if drawn is not None:
            found.append(drawn)
    return found


def _at(page: Body, asked: str) -> int:
    """The number of the open tab: the first where none such is asked for."""
    return int(asked) if asked.isdecimal() and int(asked) < len(page["tabs"]) else 0


def _tabs(seen: Seen, page: Body, at: int) -> list[Tab]:
    """The tabs as links; the first needs no name in the address."""
    return [
        Tab(
            seen.label(one.get("label"), _("Details")),
            seen.base + (f"?tab={step}" if step else ""),
            step == at,
        )
        for step, one in enumerate(page["tabs"])
    ]


def _swapped(opened: Opened, wanted: str) -> Drawn | None:
    """The part that htmx asks for by its id."""
    parts = (*opened.parts, *opened.beside)
    return next((one for one in parts if wanted and one.given.get("history_id") == wanted), None)
