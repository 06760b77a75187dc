"""The list of an entity: one address for the page, for the fragment that htmx swaps, and for every filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from builder.catalog import Entity
from builder.kinds import for_roles
from builder.kinds.view import type_of
from builder.pages import web
from builder.pages.desk import filters
from builder.pages.desk.asked import Asked, Filter
from builder.pages.desk.lists import Listing, counted, default_view, listed, with_more
from builder.pages.desk.views.all import draw
from builder.pages.desk.views.showing import Drawn, Showing, asking
from builder.pages.reader import Reader, answer, elsewhere, joined, reader, target
from builder.records import find
from schema_store.problems import Problem, Problems

FRAGMENTS = {"list": "desk/_list.html", "filter": "desk/_filter.html"}


@dataclass(frozen=True)
class Tab:
    """A view of the entity; `icon` "" for a table."""

    label: str
    href: str
    is_here: bool
    icon: str = ""


@dataclass(frozen=True)
class Told:
    """What is said above a list, for instance by a button that was pressed in it."""

    wrong: tuple[Problem, ...] = ()
    said: str = ""
    status: int = 200


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
    making = filters.making(here, entity, made, problem) if made or "filter" in request.args else None
    return page(here, entity, asked, Told(), making=making)


def page(
    here: Reader, entity: Entity, asked: Asked, told: Told, *, making: filters.Making | None = None
) -> Response:
    """The list as `asked`, with what is told above it."""
    listing = listed(here, entity, asked)
    rules, wrong = filters.rules(here, entity, asked.filters)
    count = None
    with web.reading() as work:
        query = asking(
            here, work, listing, replace(find.Query(entity.key), where=tuple(rules), search=asked.search)
        )
        try:
            drawn = draw(Showing(here, work, listing, asked, query))
            count = find.count(work, query, here.policy) if asked.count else None
        except Problems as problems:
            drawn, wrong = Drawn("desk/views/_table.html"), [*wrong, *problems.problems]
        titles = filters.titles(here, work, entity, asked)
    given = _given(here, listing, asked, drawn, count=count, wrong=[*told.wrong, *wrong]) | {
        "chips": filters.chips(here, entity, asked, titles),
        "making": making,
    }
    given["announced"] = told.said or given["announced"]
    status = told.status if told.status != 200 else 422 if wrong else 200
    return answer("desk/list.html", {**FRAGMENTS, **drawn.fragments}, status=status, **given)


def _unmade(here: Reader, entity: Entity, made: Filter) -> str:
    """Why the filter in the panel cannot be added; "" when it can."""
    try:
        filters.rule(here, entity, made)
    except Problems as problems:
        return here.said(problems.problems[0])
    return ""


def _given(
    here: Reader, listing: Listing, asked: Asked, drawn: Drawn, *, count: int | None, wrong: Sequence[Problem]
) -> dict[str, Any]:
    entity = listing.entity
    label = here.label(entity.label_plural, entity.key)
    shown = (
        counted(count)
        if count is not None
        else ngettext("%(num)d record on this page", "%(num)d records on this page", drawn.number)
    )
    return {
        "asked": asked,
        "entity_label": label,
        "icon_name": entity.icon,
        "note": "",
        "is_view": listing.is_view,
        "view_note": listing.note,
        "search_label": _("Search by %(fields)s", fields=_search_words(here, entity))
        if entity.search_fields
        else _("Search"),
        "tabs": tabs(here, entity, asked),
        "filter_label": _("Filter"),
        "filter_url": with_more(asked.but(), "filter=1"),
        "clear_url": asked.but(search="", filters=()).url,
        "drawn": drawn,
        "given": drawn.given,
        "acts_url": asked.acts_url,
        "shown": shown,
        "announced": shown if drawn.number else _("No records"),
        "count_url": replace(asked, count=True).url if count is None else "",
        "previous_url": replace(asked, before=drawn.previous, after="", card="").url
        if drawn.previous
        else "",
        "next_url": replace(asked, after=drawn.next, before="", card="").url if drawn.next else "",
        "new_url": f"/desk/{entity.key}/new" if here.policy.may("create", entity.key) else "",
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
    first = Tab(here.label(default.get("label"), _("All")), plain.url, not open_key, _icon(here, default))
    return [first, *(_tab(here, plain, view, open_key) for view in others)]


def _tab(here: Reader, plain: Asked, view: Any, open_key: str) -> Tab:
    key = view["key"]
    label = here.label(view.get("label"), key)
    return Tab(label, plain.but(view=key).url, key == open_key, _icon(here, view))


def _icon(here: Reader, view: Mapping[str, Any]) -> str:
    type_ = type_of(view, here.catalog.registry)
    return type_.icon if type_ and type_.icon != "table" else ""


def _search_words(here: Reader, entity: Entity) -> str:
    readable = here.policy.readable(entity)
    labels = {
        key: here.label(entity.fields[key].label, key) for key in entity.search_fields if key in readable
    }
    return joined(labels.values())


def _export_url(asked: Asked) -> str:
    return replace(asked.but(), entity=f"{asked.entity}/export").url
