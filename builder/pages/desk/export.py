"""The list as a file: the same filters, all pages, formula-safe."""

from __future__ import annotations

import io

from flask import Response, request

from builder.pages import web
from builder.pages.desk import filters
from builder.pages.desk.asked import Asked
from builder.pages.desk.lists import listed
from builder.pages.reader import reader
from builder.records import exporting, find
from schema_store.problems import Problems


@web.needs("signed_in", "may:export")
def send(entity_key: str) -> Response:
    """A CSV file of what the list shows, in the list's order, with all readable fields."""
    here = reader()
    entity = here.entity(entity_key)
    asked = Asked.read(entity_key, request.args)
    listing = listed(here, entity, asked)
    rules, wrong = filters.rules(here, entity, asked.filters)
    if wrong:
        raise Problems(wrong)
    query = find.Query(entity_key, where=(*listing.where, *rules), sort=listing.sort, search=asked.search)
    file = io.StringIO(newline="")
    with web.reading() as work:
        exporting.write(work, query, here.policy, file, "csv")
    name = f"{entity_key}-{here.today.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file.getvalue(), mimetype="text/csv", headers=headers)
