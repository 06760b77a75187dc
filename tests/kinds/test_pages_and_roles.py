"""Forms, views, roles and applications: everything they name exists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kinds.workshop import Bodies, entity, field, membership, problems, said

CLUB = entity(
    "club",
    {"name": field("text"), "size": field("integer"), "labels": field("tags")},
    ["name"],
)


def form(*fields: str) -> Bodies:
    body = {"key": "f", "label": "F", "entity": "club", "sections": [{"fields": list(fields)}]}
    return CLUB | {("form", "f"): body}


def view(**more: Any) -> Bodies:
    return CLUB | {("view", "v"): {"key": "v", "label": "V", "entity": "club", "columns": ["name"], **more}}


def role(**rights: Any) -> Bodies:
    return CLUB | {("role", "r"): {"key": "r", "label": "R", "entities": {"club": rights}}}


def app(*menu: Any) -> Bodies:
    return CLUB | {("app", "a"): {"key": "a", "label": "A", "menu": list(menu)}}


def test_the_shipped_application_is_right():
    assert problems(membership()) == []


def test_a_form_names_fields_that_exist():
    assert said(form("name", "sise")) == {"/form/f/sections/0/fields/1": "name.unknown"}


def test_a_form_shows_a_field_once():
    body = form("name")
    body["form", "f"]["sections"].append({"fields": ["name"]})
    assert said(body) == {"/form/f/sections/1/fields/0": "form.twice"}


def test_a_form_without_a_required_field_is_warned_of():
    [problem] = problems(form("size"))
    assert (problem.code, problem.severity) == ("form.required", "warning")


def test_a_form_cannot_show_a_system_field():
    assert "/form/f/sections/0/fields/1" in said(form("name", "id"))


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"columns": ["nothing"]}, "/columns/0"),
        ({"sort": ["-nothing"]}, "/sort/0"),
        ({"sort": ["labels"]}, "/sort/0"),
        ({"sort": ["name", "-name"]}, "/sort/1"),
        ({"where": {"==": [{"var": "nothing"}, 1]}}, "/where"),
        ({"where": {"==": [{"var": "size"}, "three"]}}, "/where"),
        ({"where": {"+": [{"var": "size"}, 1]}}, "/where"),
        ({"entity": "clubb"}, "/entity"),
        ({"type": "kanbann"}, "/type"),
        ({"type": "kanban"}, ""),
        ({"type": "kanban", "by": "name"}, "/by"),
        ({"type": "calendar", "date": "size"}, "/date"),
        ({"type": "gallery", "picture": "nothing"}, "/picture"),
        ({"group": "labels"}, "/group"),
        ({"date": "name"}, "/date"),
        ({"colours": [{"colour": "red", "when": {"==": [{"var": "size"}, "three"]}}]}, "/colours/0/when"),
        ({"actions": [{"type": "open"}, {"type": "fly"}]}, "/actions/1/type"),
        ({"actions": [{"type": "set_field", "label": "A", "field": "x", "value": 1}]}, "/actions/0/field"),
        ({"colums": ["name"]}, "/colums"),
    ],
)
def test_a_view_with_something_wrong_says_where(more, place):
    assert any(pointer.startswith("/view/v" + place) for pointer in said(view(**more)))


def test_a_view_may_show_and_sort_by_system_fields():
    assert said(view(columns=["name", "created_at"], sort=["-created_at"])) == {}


def test_an_entity_has_one_default_list():
    bodies = view(default=True)
    bodies["view", "w"] = {**bodies["view", "v"], "key": "w"}
    assert set(said(bodies).values()) == {"view.default"}


def test_each_role_may_have_a_default_list_of_its_own():
    bodies = view(default=True) | role(read=True)
    bodies["view", "w"] = {**bodies["view", "v"], "key": "w", "roles": ["r"]}
    assert said(bodies) == {}
    bodies["view", "x"] = {**bodies["view", "w"], "key": "x", "roles": ["admin", "r"]}
    assert said(bodies) == {"/view/w/default": "view.default", "/view/x/default": "view.default"}


@pytest.mark.parametrize("bodies", [form("name"), view(), app({"entity": "club"})])
def test_what_is_for_a_role_names_one_that_exists(bodies):
    body = next(body for (kind, _key), body in bodies.items() if kind != "entity")
    body["roles"] = ["admin", "cook"]
    assert [code for place, code in said(bodies).items() if place.endswith("/roles/1")] == ["name.unknown"]


def test_a_role_names_entities_and_fields_that_exist():
    assert said(role(read=True, fields={"nothing": "hide"})) == {
        "/role/r/entities/club/fields/nothing": "name.unknown"
    }
    bodies = role(read=True)
    bodies["role", "r"]["entities"]["person"] = {"read": True}
    assert said(bodies) == {"/role/r/entities/person": "name.unknown"}


def test_a_role_rule_for_rows_is_checked():
    assert any("/rows" in pointer for pointer in said(role(read=True, rows={"==": [{"var": "x"}, 1]})))


def test_a_role_may_know_who_asks():
    assert said(role(read=True, rows={"==": [{"var": "id"}, {"var": "$user.id"}]})) == {}


def test_a_menu_opens_what_exists():
    assert said(app({"entity": "club"})) == {}
    assert said(app({"entity": "clubs"}, {"view": "v"})) == {
        "/app/a/menu/0/entity": "name.unknown",
        "/app/a/menu/1/view": "name.unknown",
    }
