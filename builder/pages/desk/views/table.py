"""A view as a table: rows and sortable headers; if wanted under headings, with colours and with buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup, escape

from builder.pages.desk.lists import headers, sortable
from builder.pages.desk.views.acts import acts_of
from builder.pages.desk.views.cards import legend
from builder.pages.desk.views.showing import Drawn, Showing, page_of
from builder.records import find

TEMPLATE = "desk/views/_table.html"


def draw(showing: Showing) -> Drawn:
    here, listing = showing.here, showing.listing
    group = listing.view.get("group", "")
    found = page_of(showing, showing.asking_for(group))
    columns = (
        headers(here, listing.entity, listing.columns)
        if showing.is_preview
        else sortable(here, listing, showing.asked)
    )
    has_acts = bool(listing.view.get("actions")) and not showing.is_preview
    given = {
        "columns": columns,
        "has_acts": has_acts,
        "width": len(columns) + has_acts,
        "groups": _groups(showing, found.records, group) if found.records else [],
        "legend": legend(showing),
        "label": here.label(listing.entity.label_plural, listing.entity.key),
    }
    return Drawn(TEMPLATE, given, len(found.records), found.previous, found.next)


def _groups(
    showing: Showing, records: Sequence[find.Record], group: str
) -> list[tuple[Markup | None, Markup]]:
    """`(heading, rows)`; one without a heading where nothing is grouped."""
    entity, columns = showing.listing.entity, showing.listing.columns
    cells, around = showing.here.cells, _around(showing)
    if not group:
        return [(None, cells.rows(entity, columns, records, around))]
    cell = cells.of_entity(entity)[group]
    runs = groupby(records, key=cell.html)
    return [(words or _empty(), cells.rows(entity, columns, list(run), around)) for words, run in runs]


def _empty() -> Markup:
    return Markup(escape(_("Without a value")))  # noqa: S704 - escaped


def _around(showing: Showing) -> Callable[[find.Record], tuple[str, str, str]] | None:
    """What stands around the cells of a row: its class, what the class means, its buttons. None where nothing does."""
    colours, has_acts = showing.colours, bool(showing.listing.view.get("actions")) and not showing.is_preview
    if not colours and not has_acts:
        return None
    acts = acts_of(showing)
    buttons: Any = get_template_attribute("desk/views/_acts.html", "cell") if has_acts else None

    def around(record: find.Record) -> tuple[str, str, str]:
        mark = colours[record.mark] if record.mark is not None else {}
        means = escape(showing.here.label(mark.get("means")))
        end = buttons(acts(record)) if buttons else ""
        return escape(mark.get("colour", "")), means, end

    return around
