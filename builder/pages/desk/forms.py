"""New and edit: nothing typed is lost, a stale save is shown with all three values, a second submit does nothing.

What a form's conditions hold back is not written whatever was posted (`records/form_rules`). A change of a field that
they read posts the form as `_live`; the answer draws only the parts that stand otherwise than the page says.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, redirect, request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.pages import web
from builder.pages.desk.conflicts import disputed
from builder.pages.desk.filling import Drawing, Filling, Tab, Wrong, marks
from builder.pages.desk.picking import picks
from builder.pages.desk.seen import form_of
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.records import find, form_rules, save
from builder.records import forms as readings
from builder.records.form_rules import Standing
from builder.work import Work
from schema_store.problems import Problem, Problems, pointer
from schema_store.problems import _ as template

LIVE, SEARCH = "_live", "_search"
"""The buttons of a form that save nothing; the second stands beside a picker where there is no script."""


@web.needs("signed_in")
def new(entity_key: str) -> Response:
    """An empty form, with defaults and with what the address brings (`?member=12`)."""
    here = reader()
    entity = here.entity(entity_key)
    here.policy.require("create", entity_key)
    posted = {key: [value] for key, value in request.args.items() if key in entity.fields}
    draft = readings.from_post(entity, posted, here.policy, here.reading)
    texts = {key: value for key, (value,) in posted.items()}
    return _show(here, Filling(entity, form_of(here, entity), texts=texts, typed=draft.values))


@web.needs("signed_in")
def create(entity_key: str) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    return _save(here, Filling(entity, form_of(here, entity)))


@web.needs("signed_in")
def edit(entity_key: str, record_id: int) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    here.policy.require("update", entity_key)
    return _show(here, Filling(entity, form_of(here, entity), record_id))


@web.needs("signed_in")
def change(entity_key: str, record_id: int) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    version = request.form.get("version", type=int)
    return _save(here, Filling(entity, form_of(here, entity), record_id, version))


def _save(here: Reader, filling: Filling) -> Response:
    """Write what was posted and go to the record; or the form again, with everything that was typed."""
    filling = _read(here, filling)
    if {LIVE, SEARCH} & set(request.form):
        return _show(here, replace(filling, problems=()))
    if filling.problems and (told := _told(here, filling)):
        return _show(here, replace(filling, problems=told), status=422)
    try:
        saved = web.once(lambda work: _write(work, filling), kind="form", key=filling.token or None)
    except Problems as problems:
        return _show(here, _renewed(replace(filling, problems=problems.problems)), status=422)
    except save.Missing:
        abort(404)
    except save.Conflict as conflict:
        return _show(here, _disputed(here, filling, conflict), status=409)
    return elsewhere(saved.headers["Location"])


def _read(here: Reader, filling: Filling) -> Filling:
    """With all that was posted; where both sides changed a field, theirs stays if that was chosen."""
    posted = request.form
    draft = readings.from_post(filling.entity, posted.to_dict(flat=False), here.policy, here.reading)
    typed = {key: value for key, value in draft.values.items() if posted.get(f"keep.{key}") != "theirs"}
    token = posted.get("idempotency_key", "")
    return replace(filling, texts=draft.texts, typed=typed, problems=draft.problems, token=token)


def _told(here: Reader, filling: Filling) -> tuple[Problem, ...]:
    """What could not be read and is not held back, with what else is missing: said together, not after it."""
    with web.reading() as work:
        standing = _standing(work, here, filling)
    told = [one for one in filling.problems if one.pointer.removeprefix("/") not in standing.held_back]
    if not told:
        return ()
    missing = _missing(_lacking(filling, standing))
    return (*told, *(one for one in missing if one.pointer not in {each.pointer for each in told}))


def _lacking(filling: Filling, standing: Standing) -> list[str]:
    """The fields that were left empty and may not be, by their entity or by a condition."""
    return [
        one.key
        for one in filling.entity.fields.values()
        if one.key in standing.missing
        or (one.required and filling.texts.get(one.key) == "" and one.key not in standing.held_back)
    ]


def _missing(keys: Sequence[str]) -> list[Problem]:
    words = template("This field needs a value.")
    return [Problem("field.required", words, {}, pointer(key)) for key in keys]


def _standing(work: Work, here: Reader, filling: Filling) -> Standing:
    """What the form's conditions say; of what may not be written nothing is asked for."""
    try:
        found = form_rules.standing(work, filling.form, filling.record_id, filling.typed, here.policy)
    except save.Missing:
        abort(404)
    writable = here.policy.writable(filling.entity, "update" if filling.record_id else "create")
    return replace(found, missing=found.missing & writable)


def _write(work: Work, filling: Filling) -> Response:
    """Save, and say where to go; a second press of the same button is told the same."""
    key = filling.entity.key
    policy = web.policy_in(work)
    standing = form_rules.standing(work, filling.form, filling.record_id, filling.typed, policy)
    action = "update" if filling.record_id else "create"
    standing = replace(standing, missing=standing.missing & policy.writable(filling.entity, action))
    if standing.missing:
        raise Problems(_missing(_lacking(filling, standing)))
    values = {one: value for one, value in filling.typed.items() if one not in standing.held_back}
    done = save.save(work, key, values, policy=policy, id=filling.record_id, expected_version=filling.version)
    flash(_("Saved.") if done.changes else _("Nothing was different, so nothing was saved."), "good")
    return redirect(f"/desk/{key}/{done.id}", 303)


def _renewed(filling: Filling) -> Filling:
    """The form with a token of its own, where its old one has done its work already."""
    if any(problem.code == "call.reused" for problem in filling.problems):
        used = Problem(
            "form.used",
            template("This form was saved already. Save again only if you mean to write this too."),
        )
        return replace(filling, problems=(used,), token=secrets.token_urlsafe(12))
    return filling


def _disputed(here: Reader, filling: Filling, conflict: save.Conflict) -> Filling:
    """The form once more, at their version, with what only they changed."""
    entity = filling.entity
    values = readings.from_post(entity, request.form.to_dict(flat=False), here.policy, here.reading).values
    found = disputed(here, entity, filling.version or 0, values, conflict)
    theirs = {row.field for row in found.rows if not row.is_open}
    texts = {key: text for key, text in filling.texts.items() if key not in theirs}
    typed = {key: value for key, value in filling.typed.items() if key not in theirs}
    return replace(filling, version=conflict.version, texts=texts, typed=typed, conflict=found)


def _show(here: Reader, filling: Filling, *, status: int = 200) -> Response:
    entity = filling.entity
    label = here.label(entity.label, entity.key)
    with web.reading() as work:
        record = find.get(work, entity.key, filling.record_id, here.policy) if filling.record_id else None
        if filling.record_id and record is None:
            abort(404)
        stored = (
            readings.texts_of(entity, record, here.reading)
            if record
            else readings.begun(entity, here.reading)
        )
        standing = _standing(work, here, filling)
        offered = picks(here, work, entity, {**stored, **filling.texts})
    placed = Drawing(here, filling, standing, stored, picks=offered)
    wrong = _wrong(here, placed.tabs(), entity, filling.problems) if filling.problems else []
    tabs = replace(placed, wrong=wrong).tabs()
    if LIVE in request.form and "HX-Request" in request.headers:
        return _changed(filling, tabs)
    given = {
        "title": _("Edit: %(what)s", what=find.title_of(entity, record))
        if record
        else _("New: %(what)s", what=label),
        "trail": [(f"/desk/{entity.key}", here.label(entity.label_plural, entity.key))],
        "cancel_url": filling.base,
        "submit_label": _("Save"),
        "token": filling.token or secrets.token_urlsafe(12),
        "version": filling.version or (record.version if record else None),
        "problems": wrong,
        "fields_wrong": [one.field for one in wrong if one.field],
        "conflict": filling.conflict,
        "announced": _("Not saved. Look at the marked fields.")
        if wrong
        else _("Not saved. Somebody else changed this record.")
        if filling.conflict
        else "",
        **_parts(filling, tabs),
    }
    return answer("desk/form.html", {"form": "desk/_form.html"}, status=status, **given)


def _parts(filling: Filling, tabs: Sequence[Tab]) -> dict[str, Any]:
    rows = [row for tab in tabs for section in tab.sections for row in section.rows]
    has_conditions = any(row.is_asked for row in rows)
    return {
        "action": filling.action,
        "tabs": tabs,
        "marks": sorted(marks(tabs)),
        "has_conditions": has_conditions,
    }


def _changed(filling: Filling, tabs: Sequence[Tab]) -> Response:
    """For htmx: only the parts that are drawn otherwise than the page says that they are."""
    differing = marks(tabs) ^ set(request.form.get("_marks", "").split())
    sections = [section for tab in tabs for section in tab.sections]
    changed = [section for section in sections if f"section.{section.number}" in differing]
    rows = [
        row
        for section in sections
        if section not in changed
        for row in section.rows
        if {f"hidden.{row.key}", f"required.{row.key}", f"kept.{row.key}"} & differing
    ]
    has_tabs = any(one.startswith("tab.") for one in differing)
    given = {"changed_sections": changed, "changed_rows": rows, "has_changed_tabs": has_tabs}
    return answer("desk/filling/_changed.html", **given, **_parts(filling, tabs))


def _wrong(here: Reader, tabs: Sequence[Tab], entity: Entity, problems: Sequence[Problem]) -> list[Wrong]:
    """What is wrong, in the order of the form: first what no input is to blame for."""
    order = [row.key for tab in tabs for section in tab.sections for row in section.rows if not row.is_hidden]
    found = []
    for problem in problems:
        key = problem.pointer.removeprefix("/").split("/")[0]
        one, words = entity.fields.get(key), here.said(problem)
        label = here.label(one.label, key) if one else ""
        if key in order:
            found.append(Wrong(key, label, words))
        else:
            found.append(
                Wrong("", label, _("%(what)s: %(words)s", what=label, words=words) if label else words)
            )
    return sorted(found, key=lambda one: order.index(one.field) if one.field else -1)
