"""What became of a record and of its children, in one statement, as far as it may be read; on both databases."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import event

from builder.access.policy import Policy
from builder.events import Cause
from builder.records import save, stream
from tests import make
from tests.make import OPERATOR


def order(shop: Any, number: int, member: int, **values: Any) -> int:
    usual = {"order_no": f"O{number}", "member": member, "ordered_on": date(2026, 2, 1), "amount": 100}
    return make.record(shop, "order", usual | values)


def told(shop: Any, member: int, *, policy: Policy = OPERATOR, limit: int = 50) -> list[tuple[str, int, str]]:
    with shop.reading() as work:
        links = [work.catalog.relations("member")[key] for key in ("orders", "tasks")]
        found = stream.of(work, "member", member, links, policy=policy, limit=limit)
    return [(one.entity, one.record_id, one.entry.what) for one in found]


def person(shop: Any, role: dict[str, Any]) -> Policy:
    with shop.reading() as work:
        work.catalog.others["role"]["reader"] = {"key": "reader", "label": "Reader", **role}
        return Policy.of_user(work.catalog, SimpleNamespace(id=1, roles=("reader",)))


def test_the_newest_comes_first_and_other_records_are_not_in_it(shop):
    one, other = (make.record(shop, "member", {"member_no": f"M{number}"}) for number in (1, 2))
    mine, theirs = order(shop, 1, one), order(shop, 2, other)
    task = make.record(shop, "task", {"title": "Call", "member": one})
    with shop.writing(Cause("form")) as work:
        save.save(work, "order", {"status": "refunded"}, policy=OPERATOR, id=mine)
        save.save(work, "order", {"status": "refunded"}, policy=OPERATOR, id=theirs)
    assert told(shop, one) == [
        ("order", mine, "changed"),
        ("task", task, "created"),
        ("order", mine, "created"),
        ("member", one, "created"),
    ]
    assert told(shop, one, limit=2) == told(shop, one)[:2]


def test_one_statement_whatever_the_number_of_children(shop):
    member = make.record(shop, "member", {"member_no": "M1"})
    for number in range(30):
        order(shop, number, member)
    asked: list[str] = []
    event.listen(
        shop.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_more: asked.append(statement),
    )
    assert len(told(shop, member)) == 31
    assert len([one for one in asked if "history" in one]) == 1


def test_children_that_may_not_be_read_are_not_in_it(shop):
    member = make.record(shop, "member", {"member_no": "M1"})
    paid, refunded = order(shop, 1, member), order(shop, 2, member, status="refunded")
    only_paid = {"read": True, "rows": {"==": [{"var": "status"}, "paid"]}}
    seen = told(
        shop, member, policy=person(shop, {"entities": {"member": {"read": True}, "order": only_paid}})
    )
    assert ("order", paid, "created") in seen
    assert ("order", refunded, "created") not in seen


def test_a_hidden_reference_tells_nothing(shop):
    member = make.record(shop, "member", {"member_no": "M1"})
    order(shop, 1, member)
    hidden = {"read": True, "fields": {"member": "hide"}}
    seen = told(shop, member, policy=person(shop, {"entities": {"member": {"read": True}, "order": hidden}}))
    assert seen == [("member", member, "created")]
