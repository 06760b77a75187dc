"""The shipped membership application: the keys that users' scripts rely on, and what its rules mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.names import Moment
from schema_store.texts import pick
from tests.kinds.workshop import membership, published

CATALOG = published(membership())
TODAY = date(2026, 9, 1)
AS_OF = Moment(datetime(2026, 9, 1, 4, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True)
class Member:
    """A member with these stored values; all others are empty."""

    values: Mapping[str, Any]

    def value(self, key: str) -> Any:
        return self.values.get(key)

    def one(self, key: str) -> None:
        return None

    def many(self, relation: str) -> tuple[()]:
        return ()


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def is_due(workflow: str, **values: Any) -> bool:
    rule = check(CATALOG.of_kind("workflow")[workflow]["where"], CATALOG, "member")
    return compiled(rule)(Member(values), AS_OF)


PERSON = "member_no name phone email gender birthday city source joined_on tags"
STANDING = "stage level points last_order_on order_count total_spent store"


@pytest.mark.parametrize(
    ("entity", "keys"),
    [
        ("member", f"{PERSON} {STANDING}"),
        ("order", "order_no member ordered_on amount quantity status store"),
        ("store", "store_no name region"),
        ("task", "title member store due_on status"),
    ],
)
def test_the_entities_have_the_fields_that_scripts_name(entity, keys):
    assert list(CATALOG.entities[entity].fields) == keys.split()


def test_only_the_number_of_a_member_is_required():
    member = CATALOG.entities["member"]
    assert [key for key, field in member.fields.items() if field.required] == ["member_no"]
    assert member.key_field == "member_no"


def test_the_options_are_those_that_scripts_name():
    assert CATALOG.facts("member")["level"].type.options == ("base", "silver", "gold", "black")
    assert CATALOG.facts("order")["status"].type.options == ("paid", "refunded", "cancelled")
    assert CATALOG.facts("task")["status"].type.options == ("open", "done")
    assert CATALOG.entities["order"].fields["status"].default == "paid"


def test_everything_is_labelled_in_both_languages():
    def texts(node: Any) -> list[Any]:
        inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        own = [
            node[key]
            for key in ("label", "label_plural", "help", "text")
            if isinstance(node, dict) and key in node
        ]
        return own + [text for inner in inside for text in texts(inner)]

    for name, body in membership().items():
        for text in texts(body):
            assert isinstance(text, dict), (name, text)
            assert pick(text, "en"), (name, text)
            assert any("一" <= char <= "鿿" for char in text["zh"]), (name, text)


@pytest.mark.parametrize(("days", "due"), [(0, False), (180, False), (181, True), (2_000, True)])
def test_a_member_is_dormant_after_180_days_without_an_order(days, due):
    assert is_due("member_dormant", stage="active", last_order_on=days_ago(days)) is due


@pytest.mark.parametrize(("days", "due"), [(180, False), (181, True)])
def test_who_never_bought_is_counted_from_the_day_they_joined(days, due):
    assert is_due("member_dormant", stage="new", joined_on=days_ago(days)) is due


def test_a_recent_order_counts_more_than_an_old_membership():
    assert not is_due("member_dormant", stage="active", last_order_on=days_ago(3), joined_on=days_ago(900))


def test_who_neither_bought_nor_joined_on_a_known_day_is_left_alone():
    assert not is_due("member_dormant", stage="new")


@pytest.mark.parametrize(
    ("stage", "due"), [("prospect", True), ("new", True), ("dormant", False), ("churned", False)]
)
def test_only_those_who_are_not_dormant_already_go_dormant(stage, due):
    assert is_due("member_dormant", stage=stage, joined_on=days_ago(400)) is due


@pytest.mark.parametrize(
    ("stage", "orders", "due"), [("new", 1, True), ("new", 0, False), ("active", 1, False)]
)
def test_the_first_paid_order_makes_a_new_member_active(stage, orders, due):
    assert is_due("member_first_order", stage=stage, order_count=orders) is due


@pytest.mark.parametrize(("days", "due"), [(0, True), (180, True), (181, False)])
def test_a_new_order_wakes_a_dormant_member_only_if_it_is_recent(days, due):
    assert is_due("member_reactivated", stage="dormant", last_order_on=days_ago(days)) is due
