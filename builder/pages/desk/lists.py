"""What a list of an entity shows: the view that is meant, narrowed to what its reader may see, and its headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from builder.catalog import Entity
from builder.fields.contract import Field
from builder.kinds import for_roles
from builder.kinds.design.names import offered
from builder.kinds.view import type_of
from builder.kinds.view_types.all import USUAL
from builder.kinds.view_types.contract import ViewType, field_settings
from builder.pages.desk.asked import Asked
from builder.pages.reader import Reader
from builder.records import find

UNSORTED = ("tags", "ref")
SYSTEM = ("id", "version", "created_at", "updated_at")


@dataclass(frozen=True)
class Column:
    """A header of the table. `href` "": it cannot be sorted; `sorted`: ascending, descending or ""."""

    label: str
    is_number: bool
    href: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Listing:
    """What an entity's list shows: the view's columns, rule and order, narrowed to what may be read.

    `type` draws it, by what `view` sets; `note` says why it is not what the view asks for.
    """

    entity: Entity
    columns: tuple[str, ...]
    where: tuple[Any, ...]
    sort: tuple[str, ...]
    is_view: bool
    view: Mapping[str, Any]
    type: ViewType
    note: str = ""


def listed(here: Reader, entity: Entity, asked: Asked) -> Listing:
    """The view that was asked for, else the entity's default one, else all its fields."""
    view = here.catalog.of_kind("view").get(asked.view) if asked.view else None
    if view is None or view["entity"] != entity.key:
        view = default_view(here, entity)
    return listing_of(here, entity, view, asked)


def listing_of(here: Reader, entity: Entity, view: Mapping[str, Any], asked: Asked) -> Listing:
    """What a view's document shows; a draft may be any JSON and may raise for it."""
    type_, view, note = _drawn_as(here, view, asked)
    columns = shown_columns(here, entity, view)
    where = (view["where"],) if view.get("where") not in (None, True) else ()
    order = type_.order({**view, "sort": [asked.sort]} if asked.sort else view)
    sort = tuple(one for one in order if may_see(here, entity, one.removeprefix("-")))
    return Listing(entity, columns, where, sort or ("-id",), bool(where), view, type_, note)


def _drawn_as(here: Reader, view: Mapping[str, Any], asked: Asked) -> tuple[ViewType, Mapping[str, Any], str]:
    """How the view is drawn for this reader, its settings without what they may not see, and why it is a table."""
    types = here.catalog.registry.view_types
    type_ = type_of(view, here.catalog.registry)
    if type_ is None:
        return (
            types[USUAL],
            view,
            _("This view needs a plugin that is not installed, so it is shown as a table."),
        )
    if asked.shape == USUAL and type_.key != USUAL:
        return types[USUAL], {**view, "type": USUAL}, ""
    hidden = [one for one in field_settings(type_, view) if not _is_shown(here, one)]
    if any(one.is_required for one in hidden):
        note = _("It is arranged by a field that your roles do not show, so you see it as a table.")
        return types[USUAL], {**view, "type": USUAL}, note
    gone = {one.key for one in hidden}
    return type_, {key: value for key, value in view.items() if key not in gone}, ""


def _is_shown(here: Reader, setting: Any) -> bool:
    entity = here.catalog.entities.get(setting.wanted.entity)
    if entity is None or not may_see(here, entity, setting.field):
        return False
    return setting.field in dict(offered(here.catalog, setting.wanted))


def may_see(here: Reader, entity: Entity, key: str) -> bool:
    """Whether a field's values may reach this reader; what every record has may."""
    return key in SYSTEM or key in here.policy.readable(entity)


def default_view(here: Reader, entity: Entity) -> Any:
    """The view that opens with the entity for this person's roles; {} where none was made."""
    views = here.catalog.of_kind("view").values()
    usual = [view for view in views if view["entity"] == entity.key and view.get("default")]
    return for_roles.chosen(usual, here.policy.roles)


def shown_columns(here: Reader, entity: Entity, view: Any, *, but: str = "") -> tuple[str, ...]:
    """The view's columns that may be read; the record's number where that leaves none."""
    readable = here.policy.readable(entity)
    wanted = view.get("columns") or default_columns(entity)
    return tuple(key for key in wanted if (key in readable or key in SYSTEM) and key != but) or ("id",)


def stored(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that a query must be asked for: the system's come with every record."""
    return tuple(dict.fromkeys(key for key in columns if key not in SYSTEM))


def headers(here: Reader, entity: Entity, columns: Sequence[str]) -> list[Column]:
    """Headers of a table that cannot be sorted."""
    cells = here.cells.of_entity(entity)
    return [Column(cells[key].label, cells[key].is_number) for key in columns]


def default_columns(entity: Entity, limit: int = 8) -> list[str]:
    """The columns of an entity without a view: key, title, then the others in the designer's order."""
    first = [key for key in (entity.title_field, entity.key_field) if key]
    return list(dict.fromkeys([*first, *entity.fields]))[:limit]


def sortable(here: Reader, listing: Listing, asked: Asked) -> list[Column]:
    """The headers; following one sorts by it, following it again turns the order round."""
    order = {one.removeprefix("-"): one.startswith("-") for one in listing.sort[:1]}
    cells, unsorted = here.cells.of_entity(listing.entity), asked.but(sort="")
    made = []
    for key in listing.columns:
        cell = cells[key]
        direction = "" if key not in order else "descending" if order[key] else "ascending"
        turned = f"-{key}" if direction == "ascending" else key
        href = with_more(unsorted, f"sort={turned}") if _sorts(listing.entity, cell.field) else ""
        made.append(Column(cell.label, cell.is_number, href, direction))
    return made


def with_more(asked: Asked, more: str) -> str:
    return f"{asked.url}{'&' if '?' in asked.url else '?'}{more}"


def _sorts(entity: Entity, field: Field) -> bool:
    fact = entity.facts.get(field.key)
    return field.column is not None and fact is not None and fact.type.name not in UNSORTED


def counted(count: int) -> str:
    """A number of records in words, capped."""
    if count > find.COUNT_CAP:
        return _("more than %(num)s records", num=f"{find.COUNT_CAP:,}")
    return ngettext("%(count)s record", "%(count)s records", count, count=f"{count:,}")
