"""What a document's rules and constants are edited with: the condition builder, and the inputs of field types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.fields.contract import BadValue, Field
from builder.kinds.contract import Kind
from builder.kinds.design.plan import Node
from builder.kinds.design.reading import CONSTANT, how_of, text_of
from builder.kinds.design.schemas import MISSING
from builder.pages.reader import Reader
from builder.pages.studio import rule_places
from builder.pages.studio.condition import form as forms
from builder.pages.studio.condition.changes import Changed, changed
from builder.pages.studio.condition.form import Building, Scope
from builder.rules.compose import outline
from schema_store.documents import Body
from schema_store.problems import Problems


def prefix_of(node: Node) -> str:
    """The prefix of the fields of the condition at a node."""
    return "r" + node.pointer.replace("/", ".")


class Beside:
    """`conditions` holds, by place, how each condition stands after the post."""

    def __init__(self, here: Reader, kind: Kind, body: Body, form: MultiDict[str, str]):
        self._here, self._kind, self._body, self._form = here, kind, body, form
        self.conditions: dict[str, tuple[Scope, Changed]] = {}

    def rule(self, node: Node) -> Any:
        """The finished part of the condition; what is not finished rides along in its form."""
        prefix = prefix_of(node)
        entity = self._form.get(f"{prefix}.entity", "")
        if entity not in self._here.catalog.entities:
            return node.value
        scope = Scope(entity, is_trigger=self._form.get(f"{prefix}.is_trigger") == "1", is_drafted=True)
        return self._after(node, scope, forms.posted(self._here, scope, self._form, prefix))

    def formula(self, node: Node) -> Any:
        """What the formula at a value says; one that cannot be read yet rides along in its form."""
        scope, prefix = formula_scope(node), prefix_of(node)
        if scope.entity not in self._here.catalog.entities:
            return node.value
        if self._form.get(f"{prefix}.entity") == scope.entity:
            building = forms.posted(self._here, scope, self._form, prefix)
        else:  # it was only now chosen
            building = forms.opened(self._here, scope, formula_in(node))
        return self._after(node, scope, building)

    def _after(self, node: Node, scope: Scope, building: Building) -> Any:
        """What the builder says after its button; as it was where that is not finished."""
        after = changed(self._here, scope, building, self._form.get(f"{prefix_of(node)}.do", ""))
        self.conditions[node.pointer] = (scope, after)
        try:
            return forms.finished(after.building)
        except Problems:
            return node.value

    @property
    def unfinished(self) -> list[str]:
        """The places of conditions that are not finished."""
        return [place for place, (_scope, after) in self.conditions.items() if not _is_finished(after)]

    @property
    def has_unfinished(self) -> bool:
        """Whether a condition has rows that say nothing yet, or text that is no JSON."""
        return bool(self.unfinished)

    def constant(self, node: Node, posted: Sequence[str]) -> Any:
        """As the field's own form reads it; what it cannot read stays as typed, and its check says why."""
        field = field_of(self._here, node)
        if field is None:
            return posted[-1]
        try:
            return field.type.to_json(
                field.type.from_form(posted, field.settings, self._here.reading), field.settings
            )
        except BadValue:
            return posted[-1]

    def texts(self, node: Node) -> list[str]:
        return [constant_text(self._here, node)]


def formula_scope(node: Node) -> Scope:
    """What the formula of a value is about: the records that are read."""
    return Scope(node.wanted.entity if node.wanted else "", is_value=True)


def formula_in(node: Node) -> Any:
    """The document of a value's formula; None where a constant or nothing stands there."""
    return node.value if isinstance(node.value, dict) else None


def _is_finished(after: Changed) -> bool:
    try:
        if after.building.text is not None:
            forms.finished(after.building)
        else:
            outline.document(after.building.outline)
    except Problems:
        return False
    return True


def field_of(here: Reader, node: Node) -> Field | None:
    """The field that a value is written to; None where there is none yet."""
    entity, key = node.field
    found = here.catalog.entities.get(entity)
    return found.fields.get(key) if found else None


def constant_text(here: Reader, node: Node) -> str:
    """What the input of a value's constant holds."""
    if how_of(node) != CONSTANT:
        return ""
    read = constant_read(here, node)
    return text_of(node.value) if read is None else read


def constant_read(here: Reader, node: Node) -> str | None:
    """A constant as its field's own input holds it; None where the field does not take it."""
    field = field_of(here, node)
    if field is None or node.value in (MISSING, ""):
        return "" if field else None
    try:
        stored = field.type.from_json(node.value, field.settings)
    except Problems:
        return None
    return field.type.to_form(stored, field.settings, here.reading)


def scope_of(here: Reader, kind: Kind, body: Body, node: Node) -> tuple[Scope, Any, bool] | None:
    """What the rule at a node is about, its document, and whether it is timed; None where none can stand there yet."""
    found = rule_places.rule_at(here, kind, body, node.pointer)
    if found is None or found.is_value:
        return None
    scope = Scope(found.entity, is_trigger=found.is_trigger, is_drafted=True)  # as the page itself: `waiting`
    return scope, found.document, found.is_timed
