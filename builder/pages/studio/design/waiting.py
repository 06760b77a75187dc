"""What waits to be published beside a design: fields that were just added can be placed before they are live."""

from __future__ import annotations

from dataclasses import replace

from builder.pages import web
from builder.pages.reader import Reader
from builder.publishing import checking
from schema_store import drafts


def beside_drafts(here: Reader) -> Reader:
    """The reader of the catalog as it would be with the drafts of entities; without them where they are not right.

    For names and checks only: what is not published yet has no column to be read from.
    """
    with web.reading() as work:
        found = drafts.drafts(work.connection)
    bodies = {
        name: one.body for name, one in found.items() if name[0] == "entity" and isinstance(one.body, dict)
    }
    if not bodies:
        return here
    try:
        checked = checking.check(web.house().registry, here.catalog, bodies)
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return here
    is_wrong = any(one.severity == "error" for one in checked.problems)
    return here if is_wrong or checked.after is None else replace(here, catalog=checked.after)
