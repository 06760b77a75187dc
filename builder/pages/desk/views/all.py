"""Who draws which type of view; a type that is not here comes from a plugin and draws itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from builder.pages.desk.views import brought, calendar, gallery, kanban, table, timeline
from builder.pages.desk.views.showing import Drawn, Showing

DRAWINGS: Mapping[str, Callable[[Showing], Drawn]] = {
    "table": table.draw,
    "kanban": kanban.draw,
    "calendar": calendar.draw,
    "gallery": gallery.draw,
    "timeline": timeline.draw,
}


def draw(showing: Showing) -> Drawn:
    """The view, drawn by its type. Raises Problems for a place or a filter that means nothing."""
    return DRAWINGS.get(showing.listing.type.key, brought.draw)(showing)
