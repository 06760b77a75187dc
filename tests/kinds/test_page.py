"""A record's page: everything it names exists, its rules are right, and what it needs is known."""

from __future__ import annotations

from typing import Any

import pytest

from builder.publishing import packing, where_used
from tests.kinds.workshop import Bodies, entity, field, problems, published, registry, said

SHOP = (
    entity(
        "buyer",
        {
            "name": field("text"),
            "size": field("integer"),
            "stage": field("select", options=[{"value": "new", "label": "New"}]),
            "labels": field("tags"),
        },
        ["name"],
    )
    | entity(
        "sale",
        {
            "title": field("text"),
            "buyer": field("reference", to="buyer", inverse={"key": "sales"}),
            "sold_on": field("date"),
        },
    )
    | {
        ("form", "buyer_form"): {
            "key": "buyer_form",
            "label": "F",
            "entity": "buyer",
            "sections": [{"fields": ["name"]}],
        }
    }
)


def page(*, parts: Any = (), actions: Any = (), **more: Any) -> Bodies:
    body = {"key": "p", "label": "P", "entity": "buyer", "actions": list(actions)}
    body["tabs"] = [{"label": "T", "parts": list(parts)}]
    return SHOP | {("page", "p"): {**body, **more}}


RELATED = {"type": "related", "relation": "sales"}


def test_a_page_with_all_its_parts_and_actions_is_right():
    parts = [
        {"type": "details", "form": "buyer_form"},
        {
            "type": "details",
            "fields": ["name", "created_at"],
            "label": {"en": "Who", "zh": "谁"},
            "columns": 1,
        },
        {**RELATED, "columns": ["title"], "sort": ["-sold_on"], "limit": 3, "new": False},
        {**RELATED, "where": {"!=": [{"var": "sold_on"}, None]}},
        {"type": "timeline", "relations": ["sales"]},
        {"type": "note", "text": "Call first."},
    ]
    actions = [
        {"type": "edit"},
        {"type": "delete"},
        {"type": "new_related", "relation": "sales"},
        {"type": "set_field", "field": "stage", "value": "new", "where": {"==": [{"var": "size"}, 1]}},
        {"type": "open_link", "address": "https://shop.example/{name}", "label": "Shop"},
    ]
    header = {"title_field": "name", "subtitle": ["size"], "badges": ["stage", "labels"]}
    assert problems(page(parts=parts, actions=actions, header=header, figures=["size"])) == []


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"type": "detals"}, "type"),
        ({"type": "details", "fields": ["nme"]}, "fields/0"),
        ({"type": "details", "form": "sale_form"}, "form"),
        ({"type": "related", "relation": "sale"}, "relation"),
        ({"type": "related"}, ""),
        ({**RELATED, "columns": ["name"]}, "columns/0"),
        ({**RELATED, "sort": ["-sold"]}, "sort/0"),
        ({**RELATED, "sort": ["sold_on", "-sold_on"]}, "sort/1"),
        ({**RELATED, "where": {"==": [{"var": "size"}, 1]}}, "where"),
        ({**RELATED, "limit": 0}, "limit"),
        ({"type": "timeline", "relations": ["sales", "sails"]}, "relations/1"),
        ({"type": "note"}, ""),
    ],
)
def test_a_part_with_something_wrong_says_where(part, place):
    found = said(page(parts=[{"type": "details"}, part]))
    wanted = "/page/p/tabs/0/parts/1" + (f"/{place}" if place else "")
    assert any(pointer.startswith(wanted) for pointer in found), found


@pytest.mark.parametrize(
    ("action", "place"),
    [
        ({"type": "explode"}, "type"),
        ({"type": "set_field", "field": "stage", "value": "old"}, "value"),
        ({"type": "set_field", "field": "labels", "value": "x"}, "field"),
        ({"type": "set_field", "field": "size", "value": {"var": "name"}}, "value"),
        ({"type": "new_related", "relation": "buyers"}, "relation"),
        ({"type": "run_workflow", "workflow": "nothing"}, "workflow"),
        ({"type": "open_link", "address": "javascript:alert(1)", "label": "X"}, "address"),
        ({"type": "open_link", "address": "//evil.example", "label": "X"}, "address"),
        ({"type": "open_link", "address": "/x/{nme}", "label": "X"}, "address"),
        ({"type": "edit", "where": {"==": [{"var": "nothing"}, 1]}}, "where"),
    ],
)
def test_an_action_with_something_wrong_says_where(action, place):
    found = said(page(actions=[action]))
    assert any(pointer.startswith(f"/page/p/actions/0/{place}") for pointer in found), found


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"entity": "buyr"}, "entity"),
        ({"header": {"title_field": "nme"}}, "header/title_field"),
        ({"header": {"badges": ["name"]}}, "header/badges/0"),
        ({"figures": ["size", "weight"]}, "figures/1"),
        ({"roles": ["nobody"]}, "roles/0"),
        ({"tabs": []}, "tabs"),
    ],
)
def test_a_page_with_something_wrong_says_where(more, place):
    found = said(page(**more))
    assert any(pointer.startswith(f"/page/p/{place}") for pointer in found), found


def test_it_is_known_that_a_page_shows_a_relation_and_its_columns():
    catalog = published(page(parts=[{**RELATED, "columns": ["title"]}], figures=["size"]))
    for entity_key, key in (("sale", "buyer"), ("sale", "title"), ("buyer", "size")):
        used = where_used.uses_of_field(registry(), catalog, entity_key, key)
        assert ("page", "p") in {(use.kind, use.key) for use in used}, key


def test_a_package_of_a_page_brings_what_it_shows():
    catalog = published(page(parts=[RELATED, {"type": "details", "form": "buyer_form"}]))
    found = packing.together(catalog.registry, catalog, [("page", "p")])
    assert set(found) >= {("entity", "buyer"), ("entity", "sale"), ("form", "buyer_form")}


def test_a_form_that_a_page_shows_cannot_be_retired():
    catalog = published(page(parts=[{"type": "details", "form": "buyer_form"}]))
    assert said({("form", "buyer_form"): None}, base=catalog) == {"/form/buyer_form": "definition.needed"}


def test_people_have_one_page_of_an_entity():
    both = page() | {("page", "q"): page()["page", "p"] | {"key": "q"}}
    assert said(both) == {"/page/p/roles": "page.same", "/page/q/roles": "page.same"}
    both["page", "q"]["roles"] = ["admin"]
    assert said(both) == {}
