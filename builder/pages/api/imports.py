"""Imports over HTTP: a CSV file as the body, what to do with it in the address."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Response, abort, request

from builder import runs
from builder.events import Cause
from builder.pages import web
from builder.pages.api.calls import answer, entity_of, flag, parameters
from builder.records import imports
from builder.records.importing import Options
from schema_store.problems import Problem, Problems, _

MAX_FILE = 50_000_000
"""Bytes of a file; larger ones go by the command."""
PARAMETERS = ("entity", "key", "mode", "encoding", "tag", "map", "rehearse")
COUNTS = ("rows", "inserted", "updated", "unchanged", "failed", "run")


@web.needs("token", "may:import")
def import_file() -> Response:
    """`{"rows", "inserted", "updated", "unchanged", "failed", "run", "ignored", "trouble"}`; good rows go in.

    `map=COLUMN=field` may stand several times; `rehearse=1` counts and writes nothing.
    """
    request.max_content_length = MAX_FILE
    if request.mimetype != "text/csv":
        abort(415)
    asked = parameters(PARAMETERS, many=("map",))
    entity = entity_of(web.visit().catalog, asked.get("entity", ""), "create", "update").key
    options = Options(
        mapping=dict(_pair(text) for text in request.args.getlist("map")),
        key=asked.get("key"),
        mode=asked.get("mode"),
        encoding=asked.get("encoding"),
        tag=asked.get("tag"),
        rehearse=flag(asked, "rehearse"),
    )
    return web.once_apart(lambda: _import(entity, request.get_data(), options))


@web.needs("token", "may:import")
def get_import(run_id: int) -> Response:
    """What an import did, by the number of its run."""
    parameters(())
    with web.reading() as work:
        found = runs.get(work.connection, run_id)
    if found is None or found.kind != runs.IMPORT:
        abort(404)
    return answer(found.document())


def _import(entity: str, content: bytes, options: Options) -> Response:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sent.csv"
        file.write_bytes(content)
        cause = Cause("import", actor=web.visit().actor, reason="Import by the API")
        policy = web.visit().policy
        report = imports.run(web.house(), entity, file, options, policy, cause=cause, door="api")
    document: dict[str, Any] = {name: getattr(report, name) for name in COUNTS}
    document["ignored"] = list(report.ignored)
    document["trouble"] = [{"row": row, **problem.document()} for row, problem in report.trouble]
    return answer(document, 200 if options.rehearse else 201)


def _pair(text: str) -> tuple[str, str]:
    column, sign, field = text.rpartition("=")
    if not sign or not column or not field:
        template = _("“{text}” says no mapping; write COLUMN=field.")
        raise Problems(Problem("import.map", template, {"text": text[:60]}, "/map"))
    return column, field
