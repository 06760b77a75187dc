"""Public forms: what they name exists, may be written by strangers, and is enough to make a record."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.kinds.workshop import Bodies, entity, field, membership, problems, said

CLUB = entity("store") | entity(
    "guest",
    {
        "guest_no": field("text", unique=True, max_length=20),
        "name": field("text"),
        "phone": field("phone", index=True),
        "source": field("select", options=[{"value": "web", "label": "Web"}]),
        "joined_on": field("date"),
        "agreed": field("boolean"),
        "labels": field("tags"),
        "store": field("reference", to="store", inverse={"key": "guests"}, on_delete="clear"),
        "no": field("auto_number", prefix="G", unique=True),
    },
    ["guest_no", "name"],
)
FORM = {
    "key": "f",
    "label": "F",
    "entity": "guest",
    "sections": [{"fields": ["name", {"field": "phone", "help": "With its code"}]}],
    "number": {"field": "guest_no", "prefix": "G"},
}


def form(**more: Any) -> Bodies:
    return deepcopy(CLUB | {("public_form", "f"): FORM | more})


def at(place: str) -> str:
    return f"/public_form/f{place}"


def test_a_whole_form_is_right():
    more = {
        "required": ["phone"],
        "prefill": ["name"],
        "known_by": ["phone"],
        "set": {"source": "web"},
        "dated": ["joined_on"],
        "tags": [{"field": "labels", "tag": "web"}, {"field": "labels", "tag": "poster", "from": "poster"}],
        "consent": {"text": "I agree", "field": "agreed"},
        "opens": "2026-01-01",
        "closes": "2026-12-31",
        "limit": {"hourly": 5, "total": 100},
    }
    assert problems(form(**more)) == []


def test_a_required_field_that_nobody_fills_is_refused():
    without = {key: one for key, one in FORM.items() if key != "number"}
    [problem] = problems(CLUB | {("public_form", "f"): without})
    assert (problem.code, problem.pointer, problem.severity) == (
        "public_form.required",
        at("/sections"),
        "error",
    )
    assert "guest_no" in problem.said()


def test_a_consent_that_may_be_left_out_fills_no_required_field():
    bodies = form(consent={"text": "Yes?", "field": "agreed", "required": False})
    bodies["entity", "guest"]["required"] = ["guest_no", "name", "agreed"]
    assert said(bodies) == {at("/sections"): "public_form.required"}


@pytest.mark.parametrize("key", ["store", "labels", "no"])
def test_strangers_never_see_other_records_nor_write_tags_and_numbers(key):
    assert said(form(sections=[{"fields": ["name", key]}])) == {
        at("/sections/0/fields/1"): "public_form.asked"
    }


@pytest.mark.parametrize(
    ("more", "place", "code"),
    [
        ({"sections": [{"fields": [{"field": "nam"}]}]}, "/sections/0/fields/0", "name.unknown"),
        ({"sections": [{"fields": ["name"], "show": True}]}, "/sections/0/show", "shape.unknown"),
        ({"sections": [{"fields": ["name", "nam"]}]}, "/sections/0/fields/1", "name.unknown"),
        ({"sections": [{"fields": ["name"]}, {"fields": ["name"]}]}, "/sections/1/fields/0", "form.twice"),
        ({"required": ["joined_on"]}, "/required/0", "public_form.not_asked"),
        ({"set": {"source": "no_such"}}, "/set/source", "value.option"),
        ({"set": {"source": ""}}, "/set/source", "field.required"),
        ({"set": {"name": "X"}}, "/set/name", "form.twice"),
        ({"set": {"no": "G1"}}, "/set/no", "public_form.constant"),
        ({"dated": ["source"]}, "/dated/0", "public_form.dated"),
        ({"tags": [{"field": "source", "tag": "x"}]}, "/tags/0/field", "public_form.tags"),
        ({"tags": [{"field": "labels", "tag": "a;b"}]}, "/tags/0/tag", "value.tag"),
        ({"number": {"field": "guest_no", "prefix": "A" * 13}}, "/number/prefix", "public_form.length"),
        ({"number": {"prefix": "A"}}, "/number", "shape.required"),
        ({"consent": {"required": True}}, "/consent", "shape.required"),
        ({"consent": {"text": "I agree", "field": "source"}}, "/consent/field", "public_form.consent"),
        ({"opens": "2026-02-01", "closes": "2026-01-01"}, "/closes", "public_form.days"),
        ({"opens": "tomorrow"}, "/opens", "shape.format"),
        ({"thanks": {"link": "javascript:alert(1)"}}, "/thanks/link", "shape.pattern"),
        ({"thanks": {"link": "//elsewhere.example"}}, "/thanks/link", "shape.pattern"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(more, place, code):
    assert said(form(**more)).get(at(place)) == code


def test_a_number_needs_a_unique_text():
    bodies = form(number={"field": "phone"}, sections=[{"fields": ["name", "guest_no"]}])
    assert said(bodies) == {at("/number/field"): "public_form.number"}


def test_looking_for_people_by_what_has_no_index_is_warned_of():
    [problem] = problems(form(known_by=["name"]))
    assert (problem.code, problem.severity) == ("public_form.index", "warning")


def test_a_field_of_a_public_form_cannot_be_retired():
    bodies = membership()
    del bodies["entity", "member"]["properties"]["birthday"]
    assert any(place.startswith("/public_form/member_signup") for place in said(bodies))
