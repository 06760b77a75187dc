"""The list of an entity: one address for the page, for the fragment that htmx swaps, and for every filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import Field
from builder.kinds import for_roles
from builder.pages import web
from builder.pages.desk import filters
from builder.pages.desk.asked import Asked, Filter
from builder.pages.reader import Reader, answer, elsewhere, joined, reader, target
from builder.records import find, paging
from builder.work import Work
from schema_store.problems import Problem, Problems

PAGE = 50
UNSORTED = ("tags", "ref")
SYSTEM = ("id", "version", "created_at", "updated_at")
FRAGMENTS = {"list": "desk/_list.html", "filter": "desk/_filter.html"}


@dataclass(frozen=True)
class Column:
    """A header of the table. `href` "": it cannot be sorted; `sorted`: ascending, descending or ""."""

    label: str
    is_number: bool
    href: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class Listing:
    """What an entity's list shows: the view's columns, rule and order, narrowed to what may be read."""

    entity: Entity
    columns: tuple[str, ...]
    where: tuple[Any, ...]
    sort: tuple[str, ...]
    is_view: bool


@dataclass(frozen=True)
class Found:
    records: Sequence[find.Record]
    previous: str
    next: str


@web.needs("signed_in")
def show(entity_key: str) -> Response:
    """`/desk/<entity>`: the page, or `_list.html` alone for htmx."""
    here = reader()
    entity = here.entity(entity_key)
    asked = Asked.read(entity_key, request.args)
    made, problem = Filter.made(request.args), ""
    if made and made.operator and target() != "filter":
        problem = _unmade(here, entity, made)
        if not problem:  # its address is the one to keep
            return elsewhere(asked.adding(made).url)
    listing = listed(here, entity, asked)
    rules, wrong = filters.rules(here, entity, asked.filters)
    query = find.Query(
        entity_key, where=(*listing.where, *rules), sort=listing.sort, limit=PAGE, search=asked.search
    )
    with web.reading() as work:
        try:
            found = _page(work, query, here.policy, asked, listing)
            count = find.count(work, query, here.policy) if asked.count else None
        except Problems as problems:
            found, count, wrong = Found((), "", ""), None, [*wrong, *problems.problems]
        titles = filters.titles(here, work, entity, asked)
    given = _given(here, listing, asked, found, count=count, wrong=wrong) | {
        "chips": filters.chips(here, entity, asked, titles)
    }
    given["making"] = (
        filters.making(here, entity, made, problem) if made or "filter" in request.args else None
    )
    return answer("desk/list.html", FRAGMENTS, status=422 if wrong else 200, **given)


def _unmade(here: Reader, entity: Entity, made: Filter) -> str:
    """Why the filter in the panel cannot be added; "" when it can."""
    try:
        filters.rule(here, entity, made)
    except Problems as problems:
        return here.said(problems.problems[0])
    return ""


def listed(here: Reader, entity: Entity, asked: Asked) -> Listing:
    """The view that was asked for, else the entity's default one, else all its fields."""
    readable = here.policy.readable(entity)
    view = here.catalog.of_kind("view").get(asked.view) if asked.view else None
    if view is None or view["entity"] != entity.key:
        view = default_view(here, entity)
    columns = shown_columns(here, entity, view)
    where = (view["where"],) if view.get("where") not in (None, True) else ()
    order = (asked.sort,) if asked.sort else tuple(view.get("sort") or ("-id",))
    sort = tuple(one for one in order if one.removeprefix("-") in readable or one.removeprefix("-") in SYSTEM)
    return Listing(entity, columns, where, sort or ("-id",), is_view=bool(where))


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


def _page(work: Work, query: find.Query, policy: Policy, asked: Asked, listing: Listing) -> Found:
    """The page behind `after`, or the one before `before`: the same order, read backwards."""
    keys = tuple(dict.fromkeys(one.removeprefix("-") for one in listing.sort))
    query = replace(query, fields=stored([*listing.columns, *keys]))
    if not asked.before:
        page = find.page(work, replace(query, after=asked.after or None), policy)
        previous = _cursor(page.records[0], keys) if page.records and asked.after else ""
        return Found(page.records, previous, page.after or "")
    page = find.page(work, replace(query, sort=_reversed(query.sort), after=asked.before), policy)
    records = list(reversed(page.records))
    return Found(
        records,
        _cursor(records[0], keys) if page.after else "",
        _cursor(records[-1], keys) if records else "",
    )


def _reversed(sort: Sequence[str]) -> tuple[str, ...]:
    return tuple(one[1:] if one.startswith("-") else f"-{one}" for one in sort)


def _cursor(record: find.Record, keys: Sequence[str]) -> str:
    values = [getattr(record, key) if key in SYSTEM else record.values.get(key) for key in keys]
    return paging.cursor(values if "id" in keys else [*values, record.id])


def _given(
    here: Reader, listing: Listing, asked: Asked, found: Found, *, count: int | None, wrong: Sequence[Problem]
) -> dict[str, Any]:
    entity = listing.entity
    label = here.label(entity.label_plural, entity.key)
    number = len(found.records)
    shown = (
        counted(count)
        if count is not None
        else ngettext("%(num)d record on this page", "%(num)d records on this page", number)
    )
    may_write = here.policy.may("create", entity.key)
    return {
        "asked": asked,
        "entity_label": label,
        "icon_name": entity.icon,
        "note": "",
        "is_view": listing.is_view,
        "search_label": _("Search by %(fields)s", fields=_search_words(here, entity))
        if entity.search_fields
        else _("Search"),
        "tabs": tabs(here, entity, asked),
        "filter_label": _("Filter"),
        "filter_url": _with(asked.but(), "filter=1"),
        "clear_url": asked.but(search="", filters=()).url,
        "columns": sortable(here, listing, asked),
        "rows": here.cells.rows(entity, listing.columns, found.records) if found.records else "",
        "caption": label,
        "shown": shown,
        "announced": shown if number else _("No records"),
        "count_url": replace(asked, count=True).url if count is None else "",
        "previous_url": asked.but(before=found.previous).url if found.previous else "",
        "next_url": asked.but(after=found.next).url if found.next else "",
        "new_url": f"/desk/{entity.key}/new" if may_write else "",
        "export_url": _export_url(asked) if here.policy.may("export") else "",
        "problems": [here.said(problem) for problem in wrong],
    }


def tabs(here: Reader, entity: Entity, asked: Asked) -> list[Tab]:
    """The entity's views; the first stands for the default one, which needs no name in the address."""
    default = default_view(here, entity)
    views = [
        view
        for view in here.catalog.of_kind("view").values()
        if view["entity"] == entity.key and for_roles.is_for(view, here.policy.roles)
    ]
    others = [view for view in views if view is not default]
    open_key = asked.view if asked.view in {view["key"] for view in others} else ""
    plain = Asked(entity.key)
    first = Tab(here.label(default.get("label"), _("All")), plain.url, not open_key)
    return [first, *(_tab(here, plain, view, open_key) for view in others)]


def _tab(here: Reader, plain: Asked, view: Any, open_key: str) -> Tab:
    key = view["key"]
    return Tab(here.label(view.get("label"), key), plain.but(view=key).url, key == open_key)


def sortable(here: Reader, listing: Listing, asked: Asked) -> list[Column]:
    """The headers; following one sorts by it, following it again turns the order round."""
    order = {one.removeprefix("-"): one.startswith("-") for one in listing.sort[:1]}
    cells, unsorted = here.cells.of_entity(listing.entity), asked.but(sort="")
    made = []
    for key in listing.columns:
        cell = cells[key]
        direction = "" if key not in order else "descending" if order[key] else "ascending"
        turned = f"-{key}" if direction == "ascending" else key
        href = _with(unsorted, f"sort={turned}") if _sorts(listing.entity, cell.field) else ""
        made.append(Column(cell.label, cell.is_number, href, direction))
    return made


def _with(asked: Asked, more: str) -> str:
    return f"{asked.url}{'&' if '?' in asked.url else '?'}{more}"


def _sorts(entity: Entity, field: Field) -> bool:
    fact = entity.facts.get(field.key)
    return field.column is not None and fact is not None and fact.type.name not in UNSORTED


def _search_words(here: Reader, entity: Entity) -> str:
    readable = here.policy.readable(entity)
    labels = {
        key: here.label(entity.fields[key].label, key) for key in entity.search_fields if key in readable
    }
    return joined(labels.values())


def counted(count: int) -> str:
    """A number of records in words, capped."""
    if count > find.COUNT_CAP:
        return _("more than %(num)s records", num=f"{find.COUNT_CAP:,}")
    return ngettext("%(count)s record", "%(count)s records", count, count=f"{count:,}")


def _export_url(asked: Asked) -> str:
    return replace(asked.but(), entity=f"{asked.entity}/export").url
