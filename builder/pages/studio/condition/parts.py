"""The parts of a condition as templates draw them: inputs, problems, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from builder.fields.contract import InputState, Widget
from builder.pages.desk.picking import picked
from builder.pages.reader import Reader
from builder.pages.studio.condition import form as forms
from builder.pages.studio.condition import values
from builder.pages.studio.condition.inputs import Input
from builder.pages.studio.condition.words import field_groups, group_words, numbered
from builder.rules.check import check
from builder.rules.compose.edits import group_of
from builder.rules.compose.forms import FORMS, QUANTIFIERS
from builder.rules.compose.outline import UNFINISHED, Composed
from builder.rules.compose.parts import Group, Other, Part, Related, Row, below, says_itself
from builder.rules.telling.explain import sentence
from builder.work import Work
from schema_store import strict_json
from schema_store.problems import Problem, Problems
from schema_store.texts import pick

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Entry:
    """One input of a row."""

    name: str
    label: str
    widget: Widget
    text: str
    state: InputState
    chosen: Options = ()
    """Of boxes: `(value, label)` of what can be ticked."""
    ticked: frozenset[str] = frozenset()
    unit: str = ""


@dataclass(frozen=True)
class Drawn:
    """One part. `name`: of its fields, with the condition's prefix; `place`: as buttons name it; `id`: in the page.

    `joint`: the word between it and the part before it. `hidden`: fields that nobody sees.
    """

    kind: str
    name: str
    place: str
    id: str
    label: str
    joint: str = ""
    hidden: Options = ()
    errors: Sequence[str] = ()
    is_first: bool = True
    is_last: bool = True
    has_focus: bool = False
    parts: Sequence[Drawn] = ()
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """How a building is to be shown: which part gets the focus, what is said, whether what is unfinished is wrong."""

    part: str | None = None
    said: str = ""
    is_saving: bool = False
    problems: tuple[Problem, ...] = ()


class Drawing:
    """Draws the parts of one condition; `loose` are the problems that belong to none of them."""

    def __init__(self, here: Reader, work: Work, prefix: str, made: Composed, look: Look):
        self._here, self._work, self._prefix, self._look = here, work, prefix, look
        self._pinned: dict[str, list[str]] = {}
        self.loose: list[Problem] = []
        for problem in look.problems:
            place = made.part_at(problem.pointer)
            if place:
                self._pinned.setdefault(place, []).append(here.said(problem))
            else:
                self.loose.append(problem)

    def part(self, part: Part, entity: str, place: str = "", *, around: Group | None = None) -> Drawn:
        siblings = len(around.parts) if around else 1
        at = int(place.rpartition(".")[2] or 0)
        name = f"{self._prefix}.{place}" if place else self._prefix
        own = Drawn(
            kind=forms.KIND_OF[type(part)],
            name=name,
            place=place,
            id=name.replace(".", "-"),
            label=_("Condition %(number)s", number=numbered(place)),
            joint=self._joint(around, at),
            errors=self._errors(part, entity, place),
            is_first=at == 0,
            is_last=at == siblings - 1,
            has_focus=place == self._look.part and bool(place),
        )
        return _DRAWERS[type(part)](self, own, part, entity)

    def _joint(self, around: Group | None, at: int) -> str:
        if around is None or at == 0:
            return _("Where") if around is not None else ""
        return _("or") if around.op == "or" else _("and")

    def _errors(self, part: Part, entity: str, place: str) -> list[str]:
        found = list(self._pinned.get(place, ()))
        unread = values.problem_of(self._here, entity, part) if isinstance(part, Row) else None
        if unread:
            return [*found, self._here.said(unread)]
        if isinstance(part, Other) and part.text is not None:
            return [*found, *self._of_text(part.text, entity)]
        if self._look.is_saving and not says_itself(part, is_root=not place):
            found.append(self._here.said(UNFINISHED))
        return found

    def _of_text(self, text: str, entity: str) -> list[str]:
        """What is wrong with a part that is written as text, each with its place in it."""
        try:
            check(strict_json.read(text), self._here.catalog, entity, trigger=True)
        except Problems as wrong:
            return [f"{one.pointer} {self._here.said(one)}".strip() for one in wrong.problems]
        return []

    # --- rows ---

    def row(self, own: Drawn, row: Row, entity: str) -> Drawn:
        pairs = dict(forms.row_pairs(self._here, entity, row))
        hidden = [(f"{own.name}.{what}", pairs[what]) for what in ("drawn", "was") if what in pairs]
        asked = values.asked_at(self._here, entity, row.path)
        fact = asked.fact if asked else ""
        offered = values.forms_of(self._here, entity, row.path)
        if row.form in FORMS and FORMS[row.form] not in offered:
            offered = [*offered, FORMS[row.form]]
        entries = [
            self._entry(own, at, one, entity, row)
            for at, one in enumerate(values.inputs(self._here, entity, row))
        ]
        given = {
            "fields": field_groups(self._here, entity, row.path),
            "field": row.path,
            "forms": [(form.key, form.said(fact, self._here.language)) for form in offered],
            "form": row.form,
            "entries": entries,
        }
        return replace(own, hidden=hidden, given=given)

    def _entry(self, own: Drawn, at: int, one: Input, entity: str, row: Row) -> Entry:
        name, place = f"{own.name}.value.{at}", f"{own.id}-value-{at}"
        described = f"{own.id}-errors" if own.errors else ""
        state = InputState(place, is_invalid=bool(own.errors), described_by=described)
        state = self._searching(state, entity, row, name, one)
        boxes = one.widget.options if one.has_boxes else ()
        known = {value for value, _label in boxes}
        others = [(text, text) for text in one.texts if text not in known]
        text = "" if one.has_boxes else one.texts[0]
        return Entry(
            name,
            one.label,
            one.widget,
            text,
            state,
            [*boxes, *others] if one.has_boxes else (),
            frozenset(one.texts),
            one.unit,
        )

    def _searching(self, state: InputState, entity: str, row: Row, name: str, one: Input) -> InputState:
        """With what the picker of a reference offers, and where it searches."""
        asked = values.asked_at(self._here, entity, row.path)
        is_picker = asked is not None and one.widget.name == "reference"
        if asked is None or not is_picker or not self._here.policy.may("read", asked.settings["to"]):
            return state
        text = request.form.get(f"{name}__search", "").strip()[:100]
        found = picked(self._here, self._work, asked.field, text, one.texts[0])
        address = urlencode({"entity": entity, "path": row.path, "name": name, "id": state.id})
        return replace(
            state, candidates=found, search=text, search_url=f"/studio/condition/choices?{address}"
        )

    # --- groups ---

    def group(self, own: Drawn, group: Group, entity: str) -> Drawn:
        return replace(own, **self._grouped(own, group, entity))

    def _grouped(self, own: Drawn, part: Group | Related, entity: str) -> dict[str, Any]:
        group = group_of(part)
        pairs = dict(forms.group_pairs(part))
        within = forms.entity_within(self._here, entity, part)
        relations = self._here.catalog.relations(within)
        return {
            "hidden": [
                (f"{own.name}.{what}", pairs[what]) for what in ("style", "bare", "drawn") if what in pairs
            ],
            "parts": [
                self.part(one, within, below(own.place, at), around=group)
                for at, one in enumerate(group.parts)
            ],
            "given": {
                "op": pairs["op"],
                "ops": group_words(self._here.language),
                "has_relations": bool(relations),
                "is_negated": bool(group.negation),
                "what": self._here.label(self._here.catalog.entities[within].label_plural, within),
            },
        }

    def related(self, own: Drawn, related: Related, entity: str) -> Drawn:
        language = self._here.language
        made = self._grouped(own, related, entity)
        relations = self._here.catalog.relations(entity).values()
        options = [(one.key, self._here.label(one.label, one.key)) for one in relations]
        if related.relation and related.relation not in dict(options):
            options.append((related.relation, related.relation))
        number = dict(forms.group_pairs(related))["number"]
        made["given"] |= {
            "quantifiers": [(one.key, pick(one.words, language)) for one in QUANTIFIERS.values()],
            "quantifier": related.quantifier,
            "counts": bool(QUANTIFIERS[related.quantifier].sign),
            "number": number,
            "relations": options,
            "relation": related.relation,
        }
        return replace(own, **made)

    # --- what rows cannot say ---

    def other(self, own: Drawn, other: Other, entity: str) -> Drawn:
        given = {"said": self._said(other.document, entity), "text": other.text}
        return replace(own, hidden=[(f"{own.name}.was", strict_json.write(other.document))], given=given)

    def _said(self, document: Any, entity: str) -> str:
        try:
            return sentence(check(document, self._here.catalog, entity, trigger=True), self._here.language)
        except Problems:
            return strict_json.write(document)[:300]


_DRAWERS: Mapping[type, Any] = {
    Row: Drawing.row,
    Group: Drawing.group,
    Related: Drawing.related,
    Other: Drawing.other,
}
