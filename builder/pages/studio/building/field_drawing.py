"""The page of a field under edit: inputs by where they are drawn, conditions by their builder, problems in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from builder.fields.contract import BadValue, FieldType, InputState, Widget
from builder.kinds import entity_edits
from builder.kinds.quick.proposal import offered
from builder.pages import web
from builder.pages.reader import Reader, answer, target
from builder.pages.studio import uses
from builder.pages.studio.building import inputs
from builder.pages.studio.building.choices import chooser
from builder.pages.studio.building.editing import Editing, properties, rule_at, types
from builder.pages.studio.building.placing import places
from builder.pages.studio.building.rules import Rules, within
from builder.pages.studio.condition.drafted import with_draft
from builder.pages.studio.design.leaving import way_back
from builder.pages.studio.uses import Uses
from builder.publishing import sentences, words
from schema_store import diff
from schema_store.problems import Problem
from schema_store.problems import _ as template

APART = ("unique", "index", "default")
"""What is drawn among the rules for what is filled in."""
EMPTY_ROW = Problem("field.row", template("Give it a label, or take it away."))


def drawn(here: Reader, editing: Editing, *, is_first: bool = False, status: int = 200) -> Response:
    type_ = types()[editing.settings["type"]]
    found = inputs.drawn(
        properties(type_), editing.settings, _context(here, editing, type_), needs=type_.needs
    )
    shown = [one for one in found if one.sort != "rule"]
    known = {place for one in found for place in _pointers(one)}
    ruled = [one.pointer for one in found if one.sort == "rule"]
    loose = [
        one
        for one in editing.problems
        if one.pointer not in (*known, "/key") and not any(within(one, place) for place in ruled)
    ]
    what = here.label(editing.settings.get("label"), editing.named) if editing.key else _("New field")
    base = f"/studio/entity/{editing.entity}"
    entity_label = here.label(sentences.named(editing.working.body), editing.entity)
    return answer(
        "studio/building/field.html",
        {"field": "studio/building/_field.html"},
        status=status,
        title=what,
        trail=[("/studio", _("Definitions")), (base, entity_label)],
        action=f"{base}/fields/{editing.key or 'new'}",
        cancel_url=base,
        back=way_back(),
        editing=editing,
        type_label=here.label(type_.label, type_.key),
        types=_type_choices(here, editing),
        groups=_groups(shown),
        conditions=_conditions(here, editing, [one for one in found if one.sort == "rule"]),
        may_be_required=not type_.is_computed,
        places=[]
        if editing.key
        else places(here, editing.entity, request.form, is_filled=not type_.is_computed),
        key_error=next((here.said(one) for one in editing.problems if one.pointer == "/key"), ""),
        loose=list(dict.fromkeys(here.said(one) for one in loose)),
        theirs=_theirs(here, editing),
        uses=_uses(here, editing),
        is_first=is_first,
        announced="" if is_first else _("Not kept. Look at the marked fields.") if status != 200 else "",
    )


def _uses(here: Reader, editing: Editing) -> Uses | None:
    """Where the field is used; not of one that is new, nor for an answer that is only its form."""
    if not editing.key or target():
        return None
    with web.reading() as work:
        return uses.of_field(here, work, editing.entity, editing.key)


def _context(here: Reader, editing: Editing, type_: FieldType) -> inputs.Context:
    errors: dict[str, list[str]] = {}
    for one in editing.problems:
        errors.setdefault(one.pointer, []).append(here.said(EMPTY_ROW if _is_empty_row(one) else one))
    fields = {
        key: entity_edits.settings_of(editing.working.body, key)
        for key in entity_edits.used(editing.working.body)
    }
    return inputs.Context(
        here.language,
        choose=chooser(here, editing.entity, editing.settings, fields),
        types=types(),
        live=editing.live,
        errors=errors,
        value_state=_value_state(here, editing, type_, errors),
    )


def _is_empty_row(problem: Problem) -> bool:
    """Of a row of options that says nothing: the keys of its schema are nobody's words."""
    return problem.code == "shape.required" and problem.pointer.rpartition("/")[2].isdecimal()


def _value_state(
    here: Reader, editing: Editing, type_: FieldType, errors: Mapping[str, Any]
) -> Callable[[str], tuple[Widget, str, InputState] | None]:
    """The type's own input for its default; none where people never fill it in, or not before it is whole."""

    def state(place: str) -> tuple[Widget, str, InputState] | None:
        if type_.is_computed or "to" in type_.settings:
            return None
        try:
            widget = type_.widget(editing.settings, here.shown)
            text = editing.texts.get(place)
            if text is None:
                stored = type_.from_json(editing.settings.get(place[1:]), editing.settings)
                text = type_.to_form(stored, editing.settings, here.reading)
        except (BadValue, KeyError, TypeError, AttributeError, ValueError):  # its settings are not whole yet
            return None
        name = (inputs.PREFIX + place).replace("/", "-")
        described = f"{name}-error" if errors.get(place) else ""
        return widget, text, InputState(name, is_invalid=bool(errors.get(place)), described_by=described)

    return state


def _groups(drawn: list[inputs.Input]) -> dict[str, list[inputs.Input]]:
    """By where they are drawn: what people read, the type's own settings, rules for what is filled in."""
    found: dict[str, list[inputs.Input]] = {"read": [], "own": [], "filled": []}
    for one in drawn:
        key = one.pointer[1:]
        sort = "read" if key in ("label", "help") else "filled" if key in APART else "own"
        found[sort].append(one)
    return found


def _conditions(here: Reader, editing: Editing, drawn: list[inputs.Input]) -> list[dict[str, Any]]:
    """The rules of the field, each with the component that edits it; none where it cannot stand yet."""
    held = editing.rules or Rules(with_draft(here, editing.entity))
    found = []
    for one in drawn:
        rule = rule_at(here, editing, one.pointer)
        if rule is not None:
            document = editing.settings.get(one.pointer[1:])
            found.append(
                {"input": one, "condition": held.drawn(one.pointer, rule, document, editing.problems)}
            )
    return found


def _pointers(one: inputs.Input) -> list[str]:
    return [one.pointer, *(place for part in one.parts for place in _pointers(part))]


def _type_choices(here: Reader, editing: Editing) -> list[tuple[str, str]]:
    """What a field can be that is not published yet; commonest first."""
    if editing.live:
        return []
    common = offered(web.house().registry)
    keys = [*common, *(key for key in types() if key not in common)]
    return [(key, here.label(types()[key].label, key)) for key in keys]


def _theirs(here: Reader, editing: Editing) -> list[tuple[str, str, str]]:
    """What somebody else wrote meanwhile: (setting, theirs, yours)."""
    if editing.theirs is None:
        return []
    theirs = editing.theirs[0]
    known = properties(types()[editing.settings["type"]])
    return [
        (
            inputs.title(str(one.path[0]), known.get(str(one.path[0]), {}), here.language),
            _said(here, one.before),
            _said(here, one.after),
        )
        for one in diff.changes(theirs, editing.settings)
    ]


def _said(here: Reader, value: Any) -> str:
    return here.label(words.shown(value))
