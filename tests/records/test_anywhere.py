"""Records of every entity in one statement, within what their reader may see."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from builder.access.policy import Policy
from builder.records import anywhere
from builder.work import House
from tests import make
from tests.make import OPERATOR


@pytest.fixture
def filled(shop: House) -> House:
    member = {"joined_on": date(2026, 1, 1)}
    ann = make.record(shop, "member", {"member_no": "M1", "name": "Ann", "phone": "+8613800138000", **member})
    make.record(shop, "member", {"member_no": "M2", "name": "陈静", **member})
    make.record(shop, "store", {"store_no": "ANN", "name": "Annex"})
    make.record(
        shop, "order", {"order_no": "A1", "member": ann, "ordered_on": date(2026, 2, 1), "amount": 100}
    )
    return shop


def titles(house: House, text: str, policy: Policy = OPERATOR) -> list[tuple[str, str]]:
    with house.reading() as work:
        return [(hit.entity, hit.title) for hit in anywhere.found(work, text, policy)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ann", [("member", "Ann"), ("store", "Annex")]),
        ("陈", [("member", "陈静")]),
        ("13800138000", [("member", "Ann")]),
        ("m1", [("member", "Ann")]),
        ("zebra", []),
        ("", []),
    ],
)
def test_it_is_found_by_name_phone_and_number(filled, text, wanted):
    assert set(wanted) == set(titles(filled, text))


def test_it_is_one_statement_however_many_entities(filled):
    asked = []
    with filled.reading() as work:
        event.listen(filled.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        anywhere.found(work, "a", OPERATOR)
    assert len([one for one in asked if "rec_member" in one]) == len(asked) == 1


def test_nobody_finds_what_they_may_not_read(filled):
    assert titles(filled, "ann", Policy.nobody()) == []
