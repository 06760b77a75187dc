"""The API under /api/v1: JSON both ways, a token in the header, problem+json. All its addresses, in one list."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from builder.pages.api import definitions, description, explaining, imports, past, records, runs
from builder.pages.api.calls import BASE


def blueprint() -> Blueprint:
    api = Blueprint("api", __name__)

    def add(method: str, path: str, view: Callable[..., Response | str], base: str = BASE) -> None:
        api.add_url_rule(base + path, view.__name__, view, methods=[method])

    many, one = "/records/<entity_key>", "/records/<entity_key>/<int:record_id>"
    add("GET", many, records.list_records)
    add("POST", many, records.create_records)
    add("GET", one, records.get_record)
    add("PATCH", one, records.change_record)
    add("DELETE", one, records.delete_record)
    add("GET", f"{one}/history", past.get_history)
    add("GET", f"{one}/explain", explaining.get_explanation)
    add("GET", "/definitions/<kind>/<key>", definitions.get_definition)
    add("PUT", "/definitions/<kind>/<key>", definitions.put_definition)
    add("POST", "/publish", definitions.publish)
    add("POST", "/workflows/<key>/run", runs.run_workflow)
    add("GET", "/runs/<int:run_id>", runs.get_run)
    add("POST", "/runs/<int:run_id>/undo", runs.undo_run)
    add("POST", "/imports", imports.import_file)
    add("GET", "/imports/<int:run_id>", imports.get_import)
    add("GET", "/openapi.json", description.describe)
    add("GET", "/openapi.json", description.describe, base="")
    add("GET", "/docs", description.docs)
    return api
