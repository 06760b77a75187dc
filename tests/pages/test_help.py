"""Help stands where something is set, and a problem at the input that is wrong, with what to do about it."""

from __future__ import annotations

import json

import pytest

from builder.app import fill
from builder.events import Cause
from builder.fields.all import TYPES
from builder.kinds.design.plan import plan, walk
from builder.kinds.design.schemas import said
from builder.publishing import checking
from builder.registry import Registry
from schema_store import drafts
from schema_store.texts import pick

KINDS = [kind for kind in fill(Registry()).kinds.values() if checking.shape_of(kind).schema.get("x-design")]
LANGUAGES = ("en", "zh")
SHELVES = {"x-parts", "x-beside"}
"""Where a thing of a shelf is chosen, that thing says what it is for."""


def kept(shop, kind, body):
    with shop.house.writing(Cause("form")) as work:
        drafts.save_draft(
            work.connection, (kind, body["key"]), body, base=None, turn=0, by="user:1", at=work.now
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_the_designer_says_what_each_key_is_for(shop, kind, language):
    page = shop.reader("admin", language=language).get(f"/studio/{kind.key}/new/design")
    shape = checking.shape_of(kind).schema
    nodes = [node for node in walk(plan(shape, {}, lambda _shelf: {})) if node.pointer.count("/") == 1]
    drawn = {node.key: node for node in nodes if not SHELVES & set(node.schema)}
    lacking = [
        key
        for key, node in drawn.items()
        if page.soup.select_one(f"#d-{key}") and pick(node.help, language) not in page.text
    ]
    assert lacking == []


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.key)
def test_the_editor_of_fields_says_what_each_setting_is_for(ada, type_):
    page = ada.get("/studio/entity/member/fields/new", type=type_.key)
    ids = {key: f"#s-{key.replace('_', '-')}" for key in type_.settings}
    lacking = [
        key
        for key, schema in type_.settings.items()
        if page.soup.select_one(ids[key]) and pick(said(schema, "description", "x-zh"), "en") not in page.text
    ]
    assert lacking == []


WRONG = [
    ("view", {"entity": "member", "columns": ["nme"]}, "Did you mean “name”?"),
    ("form", {"entity": "member", "sections": [{"fields": ["nme"]}]}, "Did you mean “name”?"),
    (
        "workflow",
        {
            "entity": "member",
            "trigger": {"type": "schedule", "cron": "0 3 * * *"},
            "actions": [{"type": "set_field", "field": "stge", "value": "new"}],
        },
        "Did you mean “stage”?",
    ),
    ("app", {"menu": [{"entity": "membr"}]}, "Did you mean “member”?"),
    ("role", {"entities": {"membr": {"read": True}}}, "Did you mean “member”?"),
]
every_wrong = pytest.mark.parametrize(("kind", "body", "hint"), WRONG, ids=[one[0] for one in WRONG])


@every_wrong
def test_the_text_editor_says_where_what_and_how_to_mend(ada, kind, body, hint):
    form = ada.get(f"/studio/{kind}/new/text").form()
    text = json.dumps({"key": "odd", "label": "Odd", **body})
    page = ada.post(f"/studio/{kind}/new/text", form | {"text": text})
    assert page.status == 422
    assert hint in page.one("#problems").text
    assert page.all("#problems code")[0].startswith("/")
    assert page.one("#text")["aria-invalid"] == "true"


@every_wrong
def test_the_designer_marks_the_input_with_the_hint(shop, ada, kind, body, hint):
    kept(shop, kind, {"key": "odd", "label": "Odd", **body})
    page = ada.get(f"/studio/{kind}/odd/design")
    assert page.status == 200
    errors = [tag.get_text(" ") for tag in page.soup.select("main .form-error, main [role=alert]")]
    assert any(hint in error for error in errors), errors
