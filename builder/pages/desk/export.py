"""The list as a file: the same filters, all pages, formula-safe."""

from __future__ import annotations

import io
import tempfile

from flask import Response, request
from werkzeug.wsgi import wrap_file

from builder.pages import web
from builder.pages.desk import filters
from builder.pages.desk.asked import Asked
from builder.pages.desk.lists import listed
from builder.pages.reader import reader
from builder.records import exporting, find
from schema_store.problems import Problems

KEPT = 1 << 20
"""Bytes of a file that stay in memory; a longer one waits on the disk until it is sent."""


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
    file = tempfile.SpooledTemporaryFile(KEPT)  # noqa: SIM115 - closed when it is sent
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    with web.reading() as work:
        exporting.write(work, query, here.policy, text, "csv")
    text.detach()
    file.seek(0)
    name = f"{entity_key}-{here.today.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    sent = wrap_file(request.environ, file)
    return Response(sent, mimetype="text/csv", headers=headers, direct_passthrough=True)
