"""Where a definition and a field are used: by whatever names them, live or in a draft."""

from __future__ import annotations

from copy import deepcopy

import pytest

from builder.app import fill
from builder.catalog import Catalog, compile_bodies
from builder.publishing import checking, where_used
from builder.publishing.where_used import Use, users
from builder.registry import Registry
from schema_store import packages

STAGE = where_used.field_name("member", "stage")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return fill(Registry())


@pytest.fixture(scope="module")
def catalog(registry) -> Catalog:
    checked = checking.check(
        registry, compile_bodies(registry, {}), dict(packages.read(packages.find("membership")))
    )
    assert checked.after is not None
    return checked.after


def names(found):
    return {one.name for one in found}


def test_a_field_is_used_where_a_rollup_gathers_it(registry, catalog):
    found = where_used.uses_of_field(registry, catalog, "order", "amount")
    assert Use("entity", "member", "/properties/total_spent/x-tessera/of") in found


def test_a_field_is_used_where_an_action_fills_it(registry, catalog):
    found = where_used.uses_of_field(registry, catalog, "task", "title")
    assert Use("workflow", "member_dormant", "/actions/2/values/title") in found


def test_a_role_is_used_by_what_tells_it_something(registry, catalog):
    assert ("workflow", "member_dormant") in names(users(registry, catalog, {}, ("role", "service")))


def test_a_definition_does_not_use_itself(registry, catalog):
    assert ("entity", "member") not in names(users(registry, catalog, {}, ("entity", "member")))


def test_what_only_a_draft_names_is_marked(registry, catalog):
    view = deepcopy(catalog.bodies["view", "refunded_orders"]) | {"key": "by_store"}
    view |= {"entity": "member", "columns": ["name", "stage"], "where": True, "sort": []}
    found = users(registry, catalog, {("view", "by_store"): view}, STAGE)
    assert {one.name: one.draft for one in found}["view", "by_store"] == "begins"


def test_what_a_draft_names_no_more_is_marked(registry, catalog):
    view = deepcopy(catalog.bodies["view", "prospects"]) | {"columns": ["name"]}
    found = users(registry, catalog, {("view", "prospects"): view}, STAGE)
    assert {one.name: one.draft for one in found}["view", "prospects"] == "ends"


def test_what_a_draft_retires_is_marked(registry, catalog):
    found = users(registry, catalog, {("view", "prospects"): None}, STAGE)
    assert {one.name: one.draft for one in found}["view", "prospects"] == "ends"


@pytest.mark.parametrize("body", [{}, {"columns": 3}, {"entity": ["x"], "where": {"var": []}}])
def test_a_draft_that_is_no_document_uses_nothing(registry, catalog, body):
    assert names(users(registry, catalog, {("view", "odd"): body}, STAGE)) == names(
        users(registry, catalog, {}, STAGE)
    )
