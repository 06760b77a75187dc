"""What a form's conditions say of a record as it stands there, on both databases; of others' they tell nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from builder.access.policy import Grants, Policy
from builder.records import form_rules
from builder.records.form_rules import PLAIN
from builder.records.save import Missing
from builder.work import House
from tests import make

IS_GOLD = {"==": [{"var": "level"}, "gold"]}


def form(*entries: Any, **section: Any) -> dict[str, Any]:
    return {"entity": "member", "sections": [{"fields": list(entries), **section}]}


def standing(
    shop: House, body: Any, record_id: int | None = None, *, policy: Policy = make.OPERATOR, **typed: Any
):
    with shop.reading() as work:
        return form_rules.standing(work, body, record_id, typed, policy)


def test_a_form_without_conditions_asks_nothing(shop: House) -> None:
    assert standing(shop, form("name", {"field": "city"}), 99) is PLAIN


def test_what_is_typed_counts_before_what_is_stored(shop: House) -> None:
    body = form("level", {"field": "city", "show": IS_GOLD})
    member = make.record(shop, "member", {"member_no": "1", "level": "gold"})
    assert standing(shop, body, member).hidden == set()
    assert standing(shop, body, member, level="base").hidden == {"city"}


def test_a_new_record_begins_with_its_defaults_and_without_children(shop: House) -> None:
    is_new = {"and": [{"==": [{"var": "stage"}, "new"]}, {"==": [{"var": "order_count"}, 0]}]}
    body = form(
        {"field": "city", "require": {"none": [{"var": "orders"}, True]}},
        {"field": "phone", "require": is_new},
    )
    assert standing(shop, body).missing == {"city", "phone"}


def test_what_is_typed_is_calculated_with(shop: House) -> None:
    body = form({"field": "city", "show": {">": [{"+": [{"var": "points"}, 1]}, 100]}})
    assert standing(shop, body, points=99).hidden == {"city"}
    assert standing(shop, body, points=100).hidden == set()


def test_what_is_held_back_counts_as_it_is_stored_along_a_chain(shop: House) -> None:
    keys = ["city", "email", "phone", "source"]
    chain = [{"field": keys[0], "show": IS_GOLD}]
    chain += [{"field": key, "show": {"!!": [{"var": before}]}} for before, key in pairwise(keys)]
    typed = {"city": "Wuhan", "email": "a@example.com", "phone": "+8613800138000"}
    assert standing(shop, form("level", *chain), level="gold", **typed).hidden == set()
    assert standing(shop, form("level", *chain), level="base", **typed).hidden == set(keys)


def test_a_record_that_one_may_not_see_tells_nothing_when_it_is_typed(shop: House) -> None:
    store = make.record(shop, "store", {"store_no": "S1", "region": "east"})
    body = form("store", {"field": "city", "show": {"==": [{"var": "store.region"}, "east"]}})
    rights = {"entities": {"member": {"read": True, "create": True}, "store": {"read": True, "rows": False}}}
    narrow = Policy(7, ("narrow",), ("narrow",), Grants([rights]))
    assert standing(shop, body, store=store).hidden == set()
    assert standing(shop, body, store=store, policy=narrow).hidden == {"city"}


def test_a_condition_may_ask_who_asks(shop: House) -> None:
    body = form({"field": "city", "read_only": {"==": [{"var": "$user.id"}, 7]}})
    someone = Policy(7, (), ("someone",), Grants([None]))
    assert standing(shop, body, policy=someone).read_only == {"city"}
    assert standing(shop, body).read_only == set()


def test_a_record_that_is_not_there_is_missing(shop: House) -> None:
    with pytest.raises(Missing):
        standing(shop, form({"field": "city", "show": IS_GOLD}), 99)
