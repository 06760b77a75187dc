"""A view under design, live: its first records, drawn as the desk will draw them, and for whom it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.pages import web
from builder.pages.desk import lists
from builder.pages.desk.asked import Asked
from builder.pages.desk.views.all import draw
from builder.pages.desk.views.showing import Showing, asking
from builder.pages.reader import Reader, joined
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import Designing, Seen
from builder.records import find
from schema_store.documents import Body


def panel(here: Reader, designing: Designing, _seen: Seen) -> Panel:
    """May raise for a draft that is not whole yet."""
    entity = here.catalog.entity(designing.body["entity"])
    body = _drawable(here, entity, designing.body)
    listing = lists.listing_of(here, entity, body, Asked(entity.key))
    with web.reading() as work:
        query = asking(here, work, listing, find.Query(entity.key))
        drawn = draw(Showing(here, work, listing, Asked(entity.key), query, is_preview=True))
        number = find.count(work, query, here.policy)
    given = {
        "drawn": drawn,
        "counted": lists.counted(number),
        "has_columns": bool(body["columns"]),
        "note": listing.note,
        "whom": whom(here, designing.body),
    }
    return Panel("studio/design/_view.html", given)


def _drawable(here: Reader, entity: Entity, body: Body) -> dict[str, Any]:
    """The body with those columns and that order which are right already."""
    columns = [key for key in body.get("columns", ()) if key in entity.facts]
    return {
        **body,
        "columns": columns,
        "sort": [one for one in body.get("sort", ()) if _sorts(here, entity, one)],
    }


def _sorts(here: Reader, entity: Entity, written: str) -> bool:
    key = written.removeprefix("-")
    has_column = key not in entity.fields or entity.fields[key].column is not None
    return key in entity.facts and has_column and lists.may_see(here, entity, key)


def whom(here: Reader, body: Mapping[str, Any]) -> str:
    """Who is offered the view, and for whom it opens first."""
    known = here.catalog.of_kind("role")
    names = [
        here.label(known[key].get("label"), key) if key in known else key for key in body.get("roles", ())
    ]
    if body.get("default"):
        return (
            _("Opens first for: %(roles)s.", roles=joined(names))
            if names
            else _("Opens first for everybody.")
        )
    return _("Offered to: %(roles)s.", roles=joined(names)) if names else _("Offered to everybody.")
