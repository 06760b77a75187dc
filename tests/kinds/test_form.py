"""A form's conditions, tabs and columns: what its document may say, and what publishing says of it."""

from __future__ import annotations

from typing import Any

import pytest

from builder.kinds.form import FormKind
from builder.kinds.form_parts import tabs
from tests.kinds.workshop import entity, field, membership, problems, published, said

CLUB = entity(
    "club",
    {
        "name": field("text"),
        "size": field("integer"),
        "kind": field(
            "select", options=[{"value": "open", "label": "Open"}, {"value": "shut", "label": "Shut"}]
        ),
        "note": field("text"),
    },
    ["name"],
)
IS_OPEN = {"==": [{"var": "kind"}, "open"]}
IS_BIG = {">": [{"var": "size"}, 10]}


def form(*sections: Any, **more: Any) -> Any:
    body = {"key": "f", "label": "F", "entity": "club", "sections": list(sections), **more}
    return CLUB | {("form", "f"): body}


def whole(*entries: Any) -> Any:
    return form({"fields": ["name", "size", "kind", *entries]})


def test_the_forms_of_before_are_valid_and_stay_as_they_are_written():
    bodies = membership()
    before = {name: dict(body) for name, body in bodies.items() if name[0] == "form"}
    catalog = published(bodies)
    assert {name: catalog.bodies[name] for name in before} == before


def test_a_field_may_say_more_of_itself():
    entry = {"field": "note", "show": IS_OPEN, "require": IS_BIG, "read_only": True, "help": {"en": "Short."}}
    assert problems(whole(entry)) == []


def test_a_section_has_up_to_three_columns_and_may_begin_a_tab():
    sections = [
        {"fields": ["name"]},
        {"tab": {"en": "More"}, "columns": 3, "fields": ["size"], "show": IS_OPEN},
    ]
    assert problems(form(*sections)) == []
    assert said(form({"columns": 4, "fields": ["name"]})) == {"/form/f/sections/0/columns": "shape.enum"}


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"show": IS_OPEN}, "/sections/0/fields/3"),
        ({"field": "note", "shown": IS_OPEN}, "/sections/0/fields/3"),
        ({"field": "note", "help": 5}, "/sections/0/fields/3"),
        ({"field": "nothing"}, "/sections/0/fields/3"),
        ({"field": "name"}, "/sections/0/fields/3"),
        ({"field": "note", "show": {"==": [{"var": "knd"}, "open"]}}, "/sections/0/fields/3/show"),
        ({"field": "note", "require": {"==": [{"var": "size"}, "many"]}}, "/sections/0/fields/3/require"),
        ({"field": "note", "read_only": {"+": [{"var": "size"}, 1]}}, "/sections/0/fields/3/read_only"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(entry, place):
    found = said(whole(entry))
    assert found
    assert all(pointer.startswith("/form/f" + place) for pointer in found)


def test_a_condition_may_ask_who_fills_in_the_form():
    rule = {"in": ["clerk", {"var": "$user.roles"}]}
    assert said(whole({"field": "note", "show": rule})) == {}


def test_every_condition_is_known_with_its_place():
    bodies = form(
        {"fields": ["name", "kind", {"field": "note", "show": IS_OPEN, "read_only": IS_BIG}], "show": True}
    )
    catalog = published(bodies)
    rules = FormKind().rules(bodies["form", "f"], catalog)
    assert [(one.entity, one.pointer) for one in rules] == [
        ("club", "/sections/0/show"),
        ("club", "/sections/0/fields/2/show"),
        ("club", "/sections/0/fields/2/read_only"),
    ]


def test_a_form_needs_the_fields_it_shows_however_they_are_written():
    body = form({"fields": ["name", {"field": "note"}]})["form", "f"]
    assert FormKind().needs(body) == [
        ("entity", "club", "/entity"),
        ("field", "club.name", "/sections/0/fields/0"),
        ("field", "club.note", "/sections/0/fields/1"),
    ]


def circles(bodies):
    return {one.pointer: one.params for one in problems(bodies) if one.code == "form.circle"}


def test_a_field_that_hides_itself_is_warned_of():
    bodies = form({"fields": ["name", {"field": "kind", "show": IS_OPEN}]})
    assert circles(bodies) == {"/form/f/sections/0/fields/1/show": {"key": "kind"}}


def test_a_field_that_locks_itself_once_it_is_stored_is_fine():
    assert circles(form({"fields": ["name", {"field": "kind", "read_only": IS_OPEN}]})) == {}


def test_conditions_that_hang_on_each_other_are_warned_of():
    entries = ["name", {"field": "kind", "show": IS_BIG}, {"field": "size", "show": IS_OPEN}]
    assert set(circles(form({"fields": entries}))) == {
        "/form/f/sections/0/fields/1/show",
        "/form/f/sections/0/fields/2/show",
    }


def test_a_required_field_that_can_be_hidden_is_warned_of():
    [found] = problems(form({"fields": [{"field": "name", "show": IS_OPEN}, "kind"]}))
    assert (found.code, found.pointer, found.severity) == (
        "form.required",
        "/form/f/sections/0/fields/0",
        "warning",
    )


def test_sections_before_the_first_tab_stand_above_the_tabs():
    sections = [{"fields": []}, {"tab": "A", "fields": []}, {"fields": []}, {"tab": "B", "fields": []}]
    assert tabs(sections) == [(None, [0]), ("A", [1, 2]), ("B", [3])]
