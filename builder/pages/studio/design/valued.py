"""A value that a workflow writes: the input of its field's own type, another field, a formula, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from builder.fields.contract import Field, InputState, Widget
from builder.kinds.design.plan import Node
from builder.kinds.design.reading import CONSTANT, EMPTY, FIELD, KEPT, how_of
from builder.pages import web
from builder.pages.desk.picking import picked
from builder.pages.reader import Reader
from builder.pages.studio.condition.drawing import Condition
from builder.pages.studio.design.drawn import Drawn
from builder.pages.studio.design.outside import constant_read, constant_text, field_of
from schema_store import strict_json


def drawn(
    here: Reader, node: Node, own: Drawn, fields: Sequence[tuple[str, str]], formula: Condition | None
) -> dict[str, Any]:
    """What of the drawn node a value changes; `formula`: the component that edits it as one."""
    how, field = KEPT if formula else how_of(node), field_of(here, node)
    text = constant_text(here, node)
    given = {
        "how": how,
        "hows": _hows(node),
        "for": node.field[1],
        "fields": [(key, _("The record itself") if key == "id" else words) for key, words in fields],
        "field": node.value["var"] if how == FIELD else "",
        "formula": formula,
        "said": strict_json.write(node.value) if how == KEPT and not formula else "",
        "text": text,
        "widget": _widget(here, node, field),
        "has_target": bool(node.field[1]) or not node.schema,
    }
    given["state"] = _state(here, own, node, field, text)
    return {"given": given}


def _widget(here: Reader, node: Node, field: Field | None) -> Widget:
    """The field's own input; one of text for what that could not show."""
    is_shown = field is not None and (how_of(node) != CONSTANT or constant_read(here, node) is not None)
    return field.type.widget(field.settings, here.shown) if field and is_shown else Widget("text")


def _hows(node: Node) -> list[tuple[str, str]]:
    """The ways to say what is written. A value that no field takes is another field's, a formula's, or none at all."""
    if node.schema.get("x-constant"):
        return [(CONSTANT, _("This value"))]
    if node.schema.get("x-for") is None and node.schema:
        return [(CONSTANT, _("Nothing")), (FIELD, _("The value of a field")), (KEPT, _("A formula"))]
    return [
        (CONSTANT, _("This value")),
        (FIELD, _("The value of a field")),
        (KEPT, _("A formula")),
        (EMPTY, _("Nothing (empty)")),
    ]


def _state(here: Reader, own: Drawn, node: Node, field: Field | None, text: str) -> InputState:
    """How the constant's input stands; a reference has records to choose from."""
    id = f"{own.id}-value"
    described = own.described
    if field is None or not field.settings.get("to") or not here.policy.may("read", field.settings["to"]):
        return InputState(id, is_invalid=bool(own.errors), described_by=described)
    search = request.form.get(f"{own.name}__search", "").strip()[:100]
    with web.reading() as work:
        found = picked(here, work, field, search, text)
    asked = {"entity": node.field[0], "path": field.key, "name": own.name, "id": id}
    url = f"/studio/condition/choices?{urlencode(asked)}"
    return InputState(
        id,
        is_invalid=bool(own.errors),
        described_by=described,
        candidates=found,
        search=search,
        search_url=url,
    )
