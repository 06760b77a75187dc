"""`/studio/entity/new`: a new entity in a few strokes. One form is all the state; every change draws it anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext

from builder.kinds.quick.bodies import Naming
from builder.kinds.quick.proposal import Proposed
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio.building import asked as forms
from builder.pages.studio.building import changes, drawing, planning, rows, worked_out
from builder.pages.studio.building.asked import Asked
from builder.pages.studio.building.planning import Planned
from builder.work import Work
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

INPUTS = ("name", "plural", "key", "app", "app_name", "lines", "sheet")
NO_FIELDS = Problem("quick.fields", template("Type at least one field, or paste a sheet."), {}, "/lines")


@web.needs("signed_in", "may:publish")
def new() -> Response:
    """An empty quick build; the address may bring names (`?name=Order`)."""
    here = reader()
    return _show(here, Asked({**request.args.to_dict(), "app": request.args.get("app", "")}), is_first=True)


@web.needs("signed_in", "may:publish")
def change() -> Response:
    """The form again with what it means by now; with `create`, the entity is made if its plan was seen."""
    here = reader()
    words = drawing.words_of(here)
    asked = forms.read(request.form, request.files.get("file"), words)
    if "create" not in request.form:
        return _show(here, asked)
    with web.reading() as work:
        own, fields, found, problems = _made(work, asked)
        planned = planning.plan(here, work, found) if found and not problems else Planned()
    if not planned.fingerprint or planned.fingerprint != request.form.get("plan"):
        return _show(here, replace(asked, said=_("Read what will happen, then create it.")), is_asked=True)
    try:
        planning.publish(found, planned.fingerprint, _("Quick build: %(what)s", what=here.label(own.label)))
    except Problems as wrong:
        return _show(here, replace(asked, problems=(*asked.problems, *wrong.problems)), is_asked=True)
    return _done(own, asked, fields)


def _made(work: Work, asked: Asked) -> tuple[Naming, list[Proposed], dict[Name, Body], list[Problem]]:
    """The name, the fields, the change set, and what keeps it from being planned."""
    taken = changes.Taken.of(work)
    own, problems = changes.naming(asked, taken)
    fields = asked.fields()
    problems += [*asked.problems, *drawing.in_rows(fields)]
    if problems or not fields:
        return own, fields, {}, problems or [NO_FIELDS]
    made = worked_out.settled(work, own, fields, web.language())
    if any(one.problems for one in made):
        return own, worked_out.marked(fields, made), {}, drawing.in_rows(made)
    found = changes.of_entity(work, taken, own, made) | changes.in_app(work, taken, asked, own)
    found |= changes.for_roles(work, request.form.getlist("role"), own.key)
    return own, fields, found, []


def _done(own: Naming, asked: Asked, fields: list[Proposed]) -> Response:
    here = reader()
    if asked.table is not None and asked.table.rows and here.policy.may("import"):
        return rows.offer(here, own.key, asked.sheet, asked.table, fields)
    flash(_("%(what)s is there for everyone who may see it.", what=here.label(own.label)), "good")
    return elsewhere(f"/studio/entity/{own.key}")


def _show(here: Reader, asked: Asked, *, is_first: bool = False, is_asked: bool = False) -> Response:
    words = drawing.words_of(here)
    with web.reading() as work:
        own, fields, found, problems = _made(work, asked)
        planned = planning.plan(here, work, found) if found else Planned()
    told = [*problems, *planned.problems]
    pinned = drawing.pinned(here, told if is_asked else [one for one in told if _is_said_early(one)], INPUTS)
    return answer(
        "studio/building/new.html",
        {"quick": "studio/building/_quick.html"},
        status=422 if is_asked else 200,
        title=_("New entity"),
        trail=[("/studio", _("Definitions"))],
        **drawing.common(here, asked, fields, words),
        **pinned,
        **_naming(here, own, asked),
        roles=drawing.roles(here, request.form.getlist("role")),
        plan=planned,
        is_first=is_first,
        announced=_announced(asked, fields, planned),
    )


def _is_said_early(problem: Problem) -> bool:
    """What is only not there yet is no news while somebody types."""
    return problem.code not in ("quick.name", "quick.fields", "quick.rows")


def _naming(here: Reader, own: Naming, asked: Asked) -> dict[str, Any]:
    """Inputs about names, with what an empty one means."""
    apps = drawing.apps(here)
    return {
        "apps": apps,
        "app": asked.text("app") or changes.default_app(dict(apps)),
        "new_app": changes.NEW_APP,
        "plural": here.label(own.label_plural),
        "key": own.key if own.label else "",
    }


def _announced(asked: Asked, fields: list[Proposed], planned: Planned) -> str:
    if asked.said:
        return asked.said
    count = ngettext("%(num)s field", "%(num)s fields", len(fields))
    return count if planned.fingerprint or not fields else _("%(count)s; not ready yet", count=count)
