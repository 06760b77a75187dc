"""The rows of the sheet that an entity was made from: brought in by the import, with its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.events import Cause
from builder.kinds.quick.proposal import Proposed
from builder.pages import web
from builder.pages.reader import Reader, answer, reader
from builder.pages.studio.building import sheet
from builder.pages.studio.building.asked import columns_of
from builder.pages.web.visit import let_go
from builder.records import find, imports
from builder.records.importing import Options, Report
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template


@dataclass(frozen=True)
class Refusal:
    """A row that did not go in."""

    number: int
    column: str
    words: str


def offer(
    here: Reader, entity_key: str, text: str, table: sheet.Table, fields: Sequence[Proposed]
) -> Response:
    """The page behind a quick build from a sheet: what is there now, and the button that brings its rows in."""
    return _page(here, here.entity(entity_key), text, columns_of(table, fields), rows=table.rows)


@web.needs("signed_in", "may:publish", "may:import")
def bring_in(key: str) -> Response:
    """Import the sheet that was posted; good rows go in, the others are told with their reasons."""
    here = reader()
    entity = here.entity(key)
    here.policy.require("create", key)
    text = request.form.get("sheet", "").replace("\r\n", "\n")
    mapping = dict(zip(request.form.getlist("column"), request.form.getlist("field"), strict=False))
    try:
        _refuse_twice(here, entity)
        report = _import(here, entity, text, mapping)
    except Problems as wrong:
        problems = [here.said(one) for one in wrong.problems]
        return _page(here, entity, text, mapping, problems=problems, status=422)
    return _page(here, entity, "", {}, report=report)


def _refuse_twice(here: Reader, entity: Entity) -> None:
    """Without a key field the rows would come in once more."""
    if entity.key_field:
        return
    with web.reading() as work:
        page = find.page(work, find.Query(entity.key, fields=(), limit=1), here.policy)
    if page.records:
        words = template("There are records already. Without a key field these rows would come in twice.")
        raise Problems(Problem("quick.twice", words))


def _import(here: Reader, entity: Entity, text: str, mapping: dict[str, str]) -> Report:
    if not text.strip():
        abort(422)
    options = Options(mapping=mapping, key=entity.key_field, encoding="utf-8")
    cause = Cause("import", actor=web.visit().actor, reason="Rows of a quick build")
    let_go()
    with sheet.opened(text) as path:
        return imports.run(web.house(), entity.key, path, options, here.policy, cause=cause, door="form")


def _page(
    here: Reader,
    entity: Entity,
    text: str,
    mapping: dict[str, str],
    *,
    rows: int = 0,
    report: Report | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    labels = {key: here.label(one.label, key) for key, one in entity.fields.items()}
    return answer(
        "studio/building/rows.html",
        status=status,
        title=here.label(entity.label, entity.key),
        trail=[("/studio", _("Definitions"))],
        key=entity.key,
        many=here.label(entity.label_plural, entity.key),
        sheet=text,
        pairs=[(column, key, labels.get(key, key)) for column, key in mapping.items()],
        rows=rows,
        report=report,
        refusals=[_refusal(here, number, problem, labels) for number, problem in report.trouble]
        if report
        else [],
        problems=problems,
    )


def _refusal(here: Reader, number: int, problem: Problem, labels: dict[str, str]) -> Refusal:
    name = problem.pointer.strip("/").replace("~1", "/").replace("~0", "~")
    return Refusal(number, labels.get(name, name), here.said(problem))
