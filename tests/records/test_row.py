"""A record as rules read it, in agreement with what SQL says of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builder.records import find
from builder.records.find import Query
from builder.records.row import row_of
from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.work import House
from tests import make

RULES: list[Any] = [
    {"==": [{"var": "name"}, "Ann"]},
    {"==": [{"var": "store.region"}, "East"]},
    {">": [{"var": "order_count"}, 1]},
    {">": [{"days_since": [{"var": "last_order_on"}]}, 180]},
    {"some": [{"var": "orders"}, {">": [{"var": "amount"}, 15]}]},
    {"in": ["vip", {"var": "tags"}]},
    {"is_empty": [{"var": "phone"}]},
    {"==": [{"var": "id"}, 1]},
]


def stock(shop: House) -> list[int]:
    store = make.record(shop, "store", {"store_no": "S1", "region": "East"})
    ann = make.record(
        shop, "member", {"member_no": "1", "name": "Ann", "store": store, "tags": frozenset({"vip"})}
    )
    bob = make.record(shop, "member", {"member_no": "2", "name": "Bob"})
    for number, (member, day, cents) in enumerate(
        [(ann, date(2025, 5, 1), 1000), (ann, date(2025, 6, 1), 2000), (bob, date(2026, 2, 1), 500)]
    ):
        make.record(
            shop, "order", {"order_no": f"{number}", "member": member, "ordered_on": day, "amount": cents}
        )
    return [ann, bob]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_python_and_sql_agree_about_a_stored_record(shop: House, rule: Any) -> None:
    for member in stock(shop):
        with shop.reading() as work:
            checked = check(rule, work.catalog, "member")
            verdict = compiled(checked)(row_of(work, "member", member), work.moment)
            only = {"==": [{"var": "id"}, member]}
            found = find.count(work, Query("member", where=(rule, only)), make.OPERATOR)
        assert verdict is (found == 1)


def test_an_absent_record_has_no_row(shop: House) -> None:
    with shop.reading() as work, pytest.raises(KeyError):
        row_of(work, "member", 99)
