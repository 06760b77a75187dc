"""A view of a type that a plugin brings: it draws one page of records; what it cannot draw is a table."""

from __future__ import annotations

import structlog
from flask_babel import gettext as _
from markupsafe import Markup

from builder.kinds.view_types.contract import ShownPage, ShownRecord
from builder.pages.desk.views import table
from builder.pages.desk.views.showing import Drawn, Showing, page_of

log = structlog.get_logger()


def draw(showing: Showing) -> Drawn:
    listing, here = showing.listing, showing.here
    cells = here.cells.of_entity(listing.entity)
    keys = [key for key in (*listing.columns, *_named(showing)) if key in cells]
    found = page_of(showing, showing.asking_for(*keys))
    records = [
        ShownRecord(
            record.id,
            f"/desk/{listing.entity.key}/{record.id}",
            {key: cells[key].html(record) for key in dict.fromkeys(keys)},
        )
        for record in found.records
    ]
    columns = [(key, cells[key].label) for key in listing.columns]
    try:
        html = listing.type.draw(ShownPage(listing.view, columns, records, here.language))
    except Exception as error:  # a plugin's mistake closes no list
        log.error("plugin.stumbled", part=listing.type.key, exc_info=error)
        html = None
    if html is None:
        drawn = table.draw(showing)
        note = _("The plugin of this view could not draw it, so you see it as a table.")
        return Drawn(drawn.template, {**drawn.given, "note": note}, drawn.number, drawn.previous, drawn.next)
    given = {"html": Markup(html)}  # noqa: S704 - plugins are trusted code and told to escape
    return Drawn("desk/views/_brought.html", given, len(records), found.previous, found.next)


def _named(showing: Showing) -> list[str]:
    """The fields that its settings name."""
    properties = showing.listing.type.settings.get("properties", {})
    named = (showing.listing.view.get(key) for key, one in properties.items() if "x-names" in one)
    return [one for one in named if isinstance(one, str)]
