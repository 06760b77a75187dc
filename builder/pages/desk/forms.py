"""New and edit: nothing typed is lost, a stale save is shown with all three values, a second submit does nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, abort, flash, redirect, request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.fields.contract import Field, InputState, Widget
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.desk.record import form_of
from builder.pages.reader import Reader, answer, elsewhere, joined, reader
from builder.records import find, history, save
from builder.records import forms as readings
from builder.work import Work
from schema_store.problems import Problem, Problems, pointer
from schema_store.problems import _ as template

WIDE = ("long_text",)
HISTORY = 200
PICKS = 20
"""Records that a picker offers at a time; its template says so when there are as many."""


Picks = dict[str, list[tuple[str, str]]]
"""`{reference field: [(id, title)]}`."""


@dataclass(frozen=True)
class Row:
    """One field of a form: its input, what stands in it, and what is wrong with that."""

    key: str
    label: str
    help: str
    is_required: bool
    is_wide: bool
    widget: Widget
    text: str
    state: InputState
    errors: Sequence[str] = ()


@dataclass(frozen=True)
class Section:
    label: str
    columns: int
    rows: list[Row]


@dataclass(frozen=True)
class Wrong:
    """A line of the summary above a form; `field` "" where no single field is to blame."""

    field: str
    label: str
    words: str


@dataclass(frozen=True)
class Disputed:
    """A field that somebody else saved meanwhile. `is_open`: it was changed here too, so a person must choose."""

    field: str
    label: str
    original: str
    theirs: str
    yours: str
    is_open: bool


@dataclass(frozen=True)
class Conflict:
    said: str
    rows: list[Disputed]


@dataclass(frozen=True)
class Filling:
    """A form on its way: which record (None: a new one), at which version it was opened, and what stands in it."""

    entity: Entity
    record_id: int | None
    version: int | None
    texts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    conflict: Conflict | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def base(self) -> str:
        return f"/desk/{self.entity.key}" + (f"/{self.record_id}" if self.record_id else "")


@web.needs("signed_in")
def new(entity_key: str) -> Response:
    """An empty form, with defaults and with what the address brings (`?member=12`)."""
    here = reader()
    entity = here.entity(entity_key)
    here.policy.require("create", entity_key)
    texts = {
        one.key: one.type.to_form(one.default, one.settings, here.reading)
        for one in entity.fields.values()
        if one.default is not None
    }
    texts |= {key: value for key, value in request.args.items() if key in entity.fields}
    return _show(here, Filling(entity, None, None, texts))


@web.needs("signed_in")
def create(entity_key: str) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    return _save(here, Filling(entity, None, None, {}, token=request.form.get("idempotency_key", "")))


@web.needs("signed_in")
def edit(entity_key: str, record_id: int) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    here.policy.require("update", entity_key)
    with web.reading() as work:
        record = find.get(work, entity_key, record_id, here.policy)
    if record is None:
        abort(404)
    return _show(
        here, Filling(entity, record_id, record.version, readings.texts_of(entity, record, here.reading))
    )


@web.needs("signed_in")
def change(entity_key: str, record_id: int) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    version = request.form.get("version", type=int)
    return _save(here, Filling(entity, record_id, version, {}, token=request.form.get("idempotency_key", "")))


def _save(here: Reader, filling: Filling) -> Response:
    """Write what was posted and go to the record; or the form again, with everything that was typed."""
    entity, posted = filling.entity, request.form
    draft = readings.from_post(entity, posted.to_dict(flat=False), here.policy, here.reading)
    filling = replace(filling, texts=draft.texts, problems=draft.problems)
    if "_search" in posted:  # the button beside a picker, where there is no script
        return _show(here, replace(filling, problems=()))
    if draft.problems:
        return _show(here, replace(filling, problems=(*draft.problems, *_missing(filling))), status=422)
    values = {key: value for key, value in draft.values.items() if posted.get(f"keep.{key}") != "theirs"}
    try:
        saved = web.once(lambda work: _write(work, filling, values), kind="form", key=filling.token or None)
    except Problems as problems:
        return _show(here, _renewed(replace(filling, problems=problems.problems)), status=422)
    except save.Missing:
        abort(404)
    except save.Conflict as conflict:
        return _show(here, _disputed(here, filling, conflict), status=409)
    return elsewhere(saved.headers["Location"])


def _missing(filling: Filling) -> list[Problem]:
    """The fields of the form that were left empty and may not be: said beside what could not be read, not after it."""
    wanted = [
        one for one in filling.entity.fields.values() if one.required and filling.texts.get(one.key) == ""
    ]
    return [
        Problem("field.required", template("This field needs a value."), {}, pointer(one.key))
        for one in wanted
    ]


def _write(work: Work, filling: Filling, values: Mapping[str, Any]) -> Response:
    """Save, and say where to go; a second press of the same button is told the same."""
    key = filling.entity.key
    policy = web.policy_in(work)
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
    """The form once more, at their version: per field what it was, what they saved, what was typed here."""
    entity = filling.entity
    with web.reading() as work:
        entries = history.of(work, entity.key, conflict.record_id, here.policy, limit=HISTORY)
        since = [entry for entry in entries if entry.version > (filling.version or 0)]
        by = tale.names_of(work, [entry.actor for entry in since])
    original: dict[str, Any] = {}
    for entry in since:  # newest first, so the oldest change has the last word about what it was
        original.update({key: before for key, (before, _after) in entry.changes.items()})
    shown = here.shown
    values = readings.from_post(entity, request.form.to_dict(flat=False), here.policy, here.reading).values
    rows, texts = [], dict(filling.texts)
    for key, before in original.items():
        one, theirs, yours = entity.fields[key], conflict.current.get(key), values.get(key)
        was = theirs if one.storage == "tags" else before  # history tells tags as what went and what came
        is_open = key in values and yours not in (was, theirs)
        if key in texts and not is_open:
            texts[key] = one.type.to_form(theirs, one.settings, here.reading)
        words = [tale.said(one, shown, value) for value in (was, theirs, yours if key in values else theirs)]
        rows.append(Disputed(key, here.label(one.label, key), *words, is_open))
    who = joined(dict.fromkeys(tale.actor_name(here, entry.actor, by) for entry in since)) or _(
        "Somebody else"
    )
    said = _(
        "%(who)s saved it after you had opened it. Nothing of yours is lost: compare and choose.", who=who
    )
    return replace(filling, version=conflict.version, texts=texts, conflict=Conflict(said, rows))


def _show(here: Reader, filling: Filling, *, status: int = 200) -> Response:
    entity = filling.entity
    label = here.label(entity.label, entity.key)
    with web.reading() as work:
        title, picks = _title(here, work, filling), _picks(here, work, filling)
    wrong = _wrong(here, entity, filling.problems)
    fields_wrong = [one.field for one in wrong if one.field]
    given = {
        "title": _("New: %(what)s", what=label)
        if filling.record_id is None
        else _("Edit: %(what)s", what=title),
        "trail": [(f"/desk/{entity.key}", here.label(entity.label_plural, entity.key))],
        "action": f"{filling.base}/edit" if filling.record_id else f"{filling.base}/new",
        "cancel_url": filling.base,
        "submit_label": _("Save"),
        "token": filling.token or secrets.token_urlsafe(12),
        "version": filling.version,
        "sections": _sections(here, filling, wrong, picks),
        "problems": wrong,
        "fields_wrong": fields_wrong,
        "conflict": filling.conflict,
        "announced": _("Not saved. Look at the marked fields.")
        if wrong
        else _("Not saved. Somebody else changed this record.")
        if filling.conflict
        else "",
    }
    return answer("desk/form.html", {"form": "desk/_form.html"}, status=status, **given)


def _title(here: Reader, work: Work, filling: Filling) -> str:
    """What the record under edit is called."""
    record = find.get(work, filling.entity.key, filling.record_id, here.policy) if filling.record_id else None
    return (
        find.title_of(filling.entity, record)
        if record
        else here.label(filling.entity.label, filling.entity.key)
    )


def _wrong(here: Reader, entity: Entity, problems: Sequence[Problem]) -> list[Wrong]:
    """What is wrong, in the order of the form: first what no single field is to blame for."""
    sections = form_of(here, entity).get("sections", ())
    order = [key for section in sections for key in section.get("fields", ())] + list(entity.fields)
    found = []
    for problem in problems:
        key = problem.pointer.removeprefix("/").split("/")[0]
        one = entity.fields.get(key)
        found.append(Wrong(key if one else "", here.label(one.label, key) if one else "", here.said(problem)))
    return sorted(found, key=lambda one: order.index(one.field) if one.field else -1)


def _sections(here: Reader, filling: Filling, wrong: Sequence[Wrong], picks: Picks) -> list[Section]:
    """The form's sections with the fields that may be written; without a form, one section with all of them."""
    entity = filling.entity
    arranged = form_of(here, entity).get("sections") or [{"fields": list(entity.fields)}]
    return sections_of(here, filling, arranged, wrong, picks)


def sections_of(
    here: Reader,
    filling: Filling,
    arranged: Sequence[Mapping[str, Any]],
    wrong: Sequence[Wrong] = (),
    picks: Picks | None = None,
) -> list[Section]:
    """These sections of a form's document, as they are drawn for who reads; those without a field are left out."""
    entity = filling.entity
    writable = here.policy.writable(entity, "update" if filling.record_id else "create")
    first = next((one.field for one in wrong if one.field), None)
    found = []
    for section in arranged:
        keys = [key for key in section.get("fields", ()) if key in writable]
        rows = [
            _row(here, entity.fields[key], filling, wrong, picks or {}, has_focus=key == first)
            for key in keys
        ]
        if rows:
            found.append(
                Section(here.label(section.get("label"), _("Details")), section.get("columns", 2), rows)
            )
    return found


def _row(
    here: Reader, one: Field, filling: Filling, wrong: Sequence[Wrong], picks: Picks, *, has_focus: bool
) -> Row:
    widget = one.type.widget(one.settings, here.shown)
    errors = [each.words for each in wrong if each.field == one.key]
    help_text, place = here.label(one.help), f"f-{one.key}"
    described = [f"{place}-error"] * bool(errors) + [f"{place}-help"] * bool(help_text)
    state = InputState(
        id=place,
        is_required=one.required,
        is_invalid=bool(errors),
        has_focus=has_focus,
        described_by=" ".join(described),
        candidates=picks.get(one.key, ()),
        search=request.form.get(f"{one.key}__search", ""),
        search_url=f"/desk/{one.entity}/choices/{one.key}" if one.settings.get("to") else "",
    )
    label = here.label(one.label, one.key)
    return Row(
        one.key,
        label,
        help_text,
        one.required,
        widget.name in WIDE,
        widget,
        filling.texts.get(one.key, ""),
        state,
        errors,
    )


def _picks(here: Reader, work: Work, filling: Filling) -> Picks:
    """What the pickers of references offer: what was searched for, and what is chosen already."""
    found: Picks = {}
    for one in filling.entity.fields.values():
        if one.settings.get("to") and here.policy.may("read", one.settings["to"]):
            text, chosen = request.form.get(f"{one.key}__search", ""), filling.texts.get(one.key, "")
            found[one.key] = picked(here, work, one, text, chosen)
    return found


def picked(here: Reader, work: Work, one: Field, text: str, chosen: str = "") -> list[tuple[str, str]]:
    """`(id, title)` of the records that a picker offers; the chosen one is always among them."""
    to = here.catalog.entity(one.settings["to"])
    readable = here.policy.readable(to)
    if to.title_field not in readable:
        return []
    shown = tuple(dict.fromkeys(key for key in (to.title_field, to.key_field) if key in readable))
    page = find.page(work, find.Query(to.key, fields=shown, search=text, limit=PICKS), here.policy)
    found = {str(record.id): _called(to, record) for record in page.records}
    if chosen.isdecimal() and chosen not in found:
        record = find.get(work, to.key, int(chosen), here.policy)
        found = {chosen: _called(to, record), **found} if record else found
    return list(found.items())


def _called(entity: Entity, record: find.Record) -> str:
    """The record's title, and its key where people may share a title."""
    title, key = find.title_of(entity, record), record.values.get(entity.key_field or "")
    return f"{title} · {key}" if key and str(key) != title else title


@web.needs("signed_in")
def choices(entity_key: str, field_key: str) -> Response:
    """What a picker found for what was typed, for htmx; the only one that fits is chosen where nothing was."""
    here = reader()
    entity = here.entity(entity_key)
    one = entity.fields.get(field_key)
    if one is None or not one.settings.get("to"):
        abort(404)
    text = request.args.get(f"{field_key}__search", "").strip()[:100]
    chosen = request.args.get(field_key, "")
    with web.reading() as work:
        found = picked(here, work, one, text, chosen)
    if text and not chosen and len(found) == 1:
        chosen = found[0][0]
    state = InputState(id=f"f-{field_key}", is_required=one.required, candidates=found, search=text)
    widget = one.type.widget(one.settings, here.shown)
    return answer("fields/_choices.html", name=field_key, value=chosen, widget=widget, state=state)
