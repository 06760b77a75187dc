"""`/studio/entity/<key>/fields/<field>`: one field's settings, by inputs that its type's own schema draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.fields.contract import BadValue, FieldType
from builder.kinds import entity_edits
from builder.kinds.quick.proposal import TEXT
from builder.pages import web
from builder.pages.reader import Reader, elsewhere, reader
from builder.pages.studio.building import drafted, inputs, reading
from builder.pages.studio.building.drafted import Moved
from builder.pages.studio.building.editing import KIND, Editing, opened, properties, rule_at, types
from builder.pages.studio.building.field_drawing import drawn
from builder.pages.studio.building.placing import also_in
from builder.pages.studio.building.rules import Rules
from builder.pages.studio.condition.drafted import with_draft
from builder.pages.studio.design.leaving import way_back
from builder.publishing import checking
from schema_store.documents import is_key
from schema_store.problems import Problem, Problems, pointer
from schema_store.problems import _ as template


@web.needs("signed_in", "may:publish")
def new(key: str) -> Response:
    """A field that is not there yet; `?type=` says of which type."""
    here = reader()
    type_ = request.args.get("type", TEXT)
    settings: dict[str, Any] = {"type": type_ if type_ in types() else TEXT}
    return drawn(here, opened(key, "", settings), is_first=True)


@web.needs("signed_in", "may:publish")
def show(key: str, field_key: str) -> Response:
    return drawn(reader(), opened(key, field_key))


@web.needs("signed_in", "may:publish")
def save(key: str, field_key: str = "") -> Response:
    """A button or a change: the form again. Else the field goes into the draft, if it is whole."""
    here = reader()
    editing = _posted(here, opened(key, field_key, {"type": request.form.get("type", TEXT)}))
    if "save" not in request.form and "publish" not in request.form:
        editing.problems = [one for one in editing.problems if one.code.startswith("value.")]
        return drawn(here, editing)
    editing.problems += _check(here, editing)
    if any(one.severity == "error" for one in editing.problems):
        return drawn(here, editing, status=422)
    return _keep(here, editing)


def _posted(here: Reader, editing: Editing) -> Editing:
    """With all that the form says."""
    form = request.form
    was = editing.settings["type"]
    if not editing.live:  # what is published keeps its type
        editing.settings["type"] = form.get("type", editing.settings["type"])
    type_ = types().get(editing.settings["type"])
    if type_ is None:
        abort(404)
    editing.new_key = form.get("key", "").strip()
    editing.is_required = "required" in form and not type_.is_computed
    editing.rules = Rules(with_draft(here, editing.entity), form)
    read = reading.Reader(
        form,
        types=types(),
        rule=lambda place: (
            editing.rules.read(place, rule_at(here, editing, place)) if editing.rules else None
        ),
        value=lambda place: _value(here, editing, type_, place),
    )
    known = editing.settings
    if type_.key != was:  # what another type said means nothing to this one
        known = {key: one for key, one in known.items() if key in properties(type_)}
    plain = {key: one for key, one in properties(type_).items() if inputs.sort_of(one) != "rule"}
    ruled = {key: one for key, one in properties(type_).items() if key not in plain}
    editing.settings = {"type": type_.key, **read.document(plain, known)}
    editing.settings = read.document(ruled, editing.settings)  # what they are about is known only now
    editing.problems = list(editing.rules.problems) + editing.problems
    if form.get("do"):
        editing.settings, editing.place = reading.pressed(editing.settings, form["do"], properties(type_))
    return editing


def _value(here: Reader, editing: Editing, type_: FieldType, place: str) -> Any:
    """A value of the field itself, as its own type reads it."""
    name = inputs.PREFIX + place
    posted = request.form.getlist(name)
    try:
        stored = type_.from_form(posted, editing.settings, here.reading)
        value = type_.to_json(stored, editing.settings)
    except BadValue as bad:
        editing.problems.append(bad.problem.at(place))
        editing.texts[place] = posted[-1] if posted else ""
        return reading.NOTHING
    except (KeyError, TypeError, AttributeError, ValueError):  # its settings are not whole yet
        return reading.NOTHING
    return reading.NOTHING if value is None else value


def _check(here: Reader, editing: Editing) -> list[Problem]:
    """What is wrong with the field, with pointers into its settings; what is wrong elsewhere does not hold it up."""
    if not is_key(editing.named) or (not editing.key and editing.named in editing.working.body["properties"]):
        words = template("“{key}” is taken already, or cannot be a key.")
        return [Problem("field.key", words, {"key": editing.named[:60]}, "/key")]
    name = (KIND, editing.entity)
    found = checking.check(web.house().registry, here.catalog, {name: editing.body}).problems
    own = pointer(*name) + editing.base
    above = pointer(*name, "properties", editing.named)
    return [
        replace(one, pointer=one.pointer[len(own) :] if one.pointer.startswith(own) else "")
        for one in found
        if one.pointer.startswith(above) or one.pointer.startswith(pointer(*name, "required"))
    ]


def _keep(here: Reader, editing: Editing) -> Response:
    name = (KIND, editing.entity)
    also = also_in(here, editing.entity, editing.named, request.form) if not editing.key else {}
    try:
        drafted.change(
            name,
            lambda body: entity_edits.field(body, editing.key),
            editing.seen,
            lambda body: entity_edits.with_field(
                body, editing.named, editing.settings, is_required=editing.is_required
            ),
            also,
        )
    except Moved as moved:
        editing.theirs, editing.problems = moved.theirs, list(moved.problems)
        editing.seen = drafted.mark(moved.theirs)
        return drawn(here, editing, status=409)
    except Problems as refused:
        editing.problems = list(refused.problems)
        return drawn(here, editing, status=422)
    flash(_("The draft is kept. Nothing has changed for others until it is published."), "good")
    to = way_back() or f"/studio/entity/{editing.entity}"
    return elsewhere("/studio/publish" if "publish" in request.form else to)
