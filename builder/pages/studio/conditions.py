"""The condition builder: a page for the rule at any place of a definition's draft, and the part that pages embed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _

from builder.fields.contract import InputState
from builder.kinds.contract import Kind, RuleAt
from builder.kinds.names import of_rule
from builder.pages import web
from builder.pages.desk.picking import picked
from builder.pages.reader import Reader, answer, reader
from builder.pages.studio import keeping, rule_places
from builder.pages.studio.condition import form as forms
from builder.pages.studio.condition import values
from builder.pages.studio.condition.changes import changed
from builder.pages.studio.condition.drafted import with_draft
from builder.pages.studio.condition.drawing import drawn
from builder.pages.studio.condition.form import Building, Scope
from builder.pages.studio.condition.parts import Look
from builder.pages.studio.definitions import kind_of
from builder.pages.web.numbers import counted
from builder.publishing import sentences
from builder.rules.compose import outline
from builder.rules.compose.outline import UNFINISHED
from builder.rules.compose.parts import Other, walk
from schema_store.documents import Body
from schema_store.problems import Problems

PREFIX = "c"


@dataclass(frozen=True)
class Opened:
    """The rule under edit: whose body it stands in, and which version and draft that is."""

    kind: Kind
    key: str
    body: Body
    rule: RuleAt
    base: int
    turn: int

    @property
    def scope(self) -> Scope:
        return Scope(self.rule.entity, self.rule.is_value, self.rule.is_trigger)


@web.needs("signed_in", "may:publish")
def show(kind: str, key: str) -> Response:
    """`/studio/<kind>/<key>/condition?at=/where`: the rule of the draft, else of what is live."""
    here = reader()
    opened = _opened(here, kind, key)
    return _page(here, opened, forms.opened(here, opened.scope, opened.rule.document))


@web.needs("signed_in", "may:publish")
def save(kind: str, key: str) -> Response:
    """A button of the condition, without a script; else write it into the draft, if it is finished and right."""
    here = reader()
    form = request.form
    opened = _opened(here, kind, key)
    opened = replace(opened, base=form.get("base", 0, counted), turn=form.get("turn", 0, counted))
    building = forms.posted(here, opened.scope, form, PREFIX)
    if f"{PREFIX}.do" in form or "_search" in form:
        after = changed(here, opened.scope, building, form.get(f"{PREFIX}.do", ""))
        return _page(here, opened, after.building, Look(after.part, after.said, problems=after.problems))
    building = _read_texts(here, opened.scope, changed(here, opened.scope, building, "").building)
    try:
        document = _document(here, opened, building)
    except Problems as refused:
        found = [one for one in refused.problems if one != UNFINISHED]
        look = Look(
            None, _("Not kept. Look at the marked conditions."), is_saving=True, problems=tuple(found)
        )
        return _page(here, opened, building, look, status=422)
    return _keep(here, opened, building, document)


@web.needs("signed_in", "may:publish")
def part() -> Response:
    """`/studio/condition?at=<prefix>`: the condition alone, after a button or a change, wherever it stands."""
    here = reader()
    form, prefix = request.form, request.args.get("at", PREFIX)[:60]
    entity, is_drafted = form.get(f"{prefix}.entity", ""), form.get(f"{prefix}.is_drafted") == "1"
    here = with_draft(here, entity) if is_drafted else here
    if entity not in here.catalog.entities:
        abort(404)
    is_value, is_trigger = (form.get(f"{prefix}.{one}") == "1" for one in ("is_value", "is_trigger"))
    scope = Scope(entity, is_value, is_trigger, is_drafted)
    after = changed(here, scope, forms.posted(here, scope, form, prefix), form.get(f"{prefix}.do", ""))
    look = Look(after.part, after.said, problems=after.problems)
    return answer("studio/_condition.html", condition=drawn(here, scope, after.building, prefix, look))


@web.needs("signed_in", "may:publish")
def choices() -> Response:
    """What the picker of a row found for what was typed."""
    here, asked_for = reader(), request.args
    asked = values.asked_at(here, asked_for.get("entity", ""), asked_for.get("path", ""))
    name, place = asked_for.get("name", "")[:100], asked_for.get("id", "")[:100]
    if asked is None or not here.policy.may("read", asked.settings.get("to", "")):
        abort(404)
    text, chosen = asked_for.get(f"{name}__search", "")[:100], asked_for.get(name, "")
    with web.reading() as work:
        found = picked(here, work, asked.field, text, chosen)
    state = InputState(id=place, candidates=found, search=text)
    return answer("fields/_choices.html", name=name, value=chosen, widget=asked.widget(here), state=state)


def _opened(here: Reader, kind: str, key: str) -> Opened:
    """The rule that the address names, or the 404 page."""
    known = kind_of(kind)
    with web.reading() as work:
        working = keeping.opened(work, kind, key)
    rule = rule_places.rule_at(here, known, working.body, request.args.get("at", ""))
    if rule is None:
        abort(404)
    return Opened(known, key, working.body, rule, working.base, working.turn)


def _read_texts(here: Reader, scope: Scope, building: Building) -> Building:
    """With every part that stands there as text read, where it can be."""
    for name, one in walk(building.outline):
        if isinstance(one, Other) and one.text is not None:
            building = changed(here, scope, building, f"rows:{name}").building
    return building


def _document(here: Reader, opened: Opened, building: Building) -> Any:
    """The document to keep. Raises Problems where it is not finished or not right."""
    document = forms.finished(building) if building.text is not None else outline.document(building.outline)
    found = of_rule(replace(opened.rule, document=document, pointer=""), here.catalog)
    if any(one.severity == "error" for one in found):
        raise Problems([])  # the preview says the same, pinned to the rows
    return document


def _keep(here: Reader, opened: Opened, building: Building, document: Any) -> Response:
    """Write it into the draft; where somebody else changed the same condition, both are asked about."""
    body = rule_places.put(opened.body, opened.rule.pointer, document)
    try:
        return keeping.keep(here, (opened.kind.key, opened.key), body, base=opened.base, turn=opened.turn)
    except Problems as refused:
        look = Look(None, _("Not kept yet."), problems=refused.problems)
        return _page(here, opened, building, look, status=422)


def _page(
    here: Reader,
    opened: Opened,
    building: Building,
    look: Look | None = None,
    *,
    status: int = 200,
) -> Response:
    kind, key, rule = opened.kind, opened.key, opened.rule
    live = here.catalog.bodies.get((kind.key, key), opened.body)
    base = f"/studio/{kind.key}/{key}"
    label = here.label(sentences.named(live), key)
    return answer(
        "studio/condition.html",
        status=status,
        title=_("Edit: %(what)s", what=rule_places.label(here, rule, opened.body)),
        trail=[("/studio", _("Definitions")), (base, label)],
        action=rule_places.address(kind.key, key, rule.pointer),
        cancel_url=base,
        base_version=opened.base,
        turn=opened.turn,
        condition=drawn(here, opened.scope, building, PREFIX, look),
        is_refused=status == 422,
    )
