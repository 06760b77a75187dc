"""One record through the writing door."""

from __future__ import annotations

from datetime import date

import pytest

from builder.access.policy import Policy
from builder.events import Cause
from builder.fields.contract import Unresolved
from builder.records import find, history, save
from builder.work import House
from schema_store.problems import Problems, Refused
from tests import make
from tests.make import OPERATOR


def test_new_record_takes_defaults_and_is_version_one(shop: House) -> None:
    member = make.read(shop, "member", make.record(shop, "member", {"member_no": "M1", "name": "王小明"}))
    assert (member.version, member.values["name"], member.values["stage"]) == (1, "王小明", "new")
    assert (member.values["order_count"], member.values["total_spent"], member.values["last_order_on"]) == (
        0,
        0,
        None,
    )


def test_required_field_cannot_be_left_empty(shop: House) -> None:
    with pytest.raises(Problems) as refused:
        make.record(shop, "member", {"name": "Nobody"})
    assert [(one.code, one.pointer) for one in refused.value.problems] == [("field.required", "/member_no")]


def test_unique_value_cannot_stand_twice(shop: House) -> None:
    make.record(shop, "member", {"member_no": "M1"})
    with pytest.raises(Problems) as refused:
        make.record(shop, "member", {"member_no": "M1"})
    assert [(one.code, one.pointer) for one in refused.value.problems] == [("value.taken", "/member_no")]


def test_unknown_and_computed_fields_are_refused_together(shop: House) -> None:
    with pytest.raises(Problems) as refused:
        make.record(shop, "member", {"member_no": "M1", "nope": 1, "order_count": 7})
    assert [one.code for one in refused.value.problems] == ["field.unknown", "field.computed"]


def test_change_writes_version_history_and_nothing_when_nothing_differs(shop: House) -> None:
    member_id = make.record(shop, "member", {"member_no": "M1", "name": "Ann", "tags": frozenset({"vip"})})
    make.record(shop, "member", {"name": "Anna", "tags": frozenset({"vip", "tea"})}, id=member_id)
    make.record(shop, "member", {"name": "Anna"}, id=member_id)
    with shop.reading() as work:
        entries = history.of(work, "member", member_id, OPERATOR)
    assert [(entry.version, entry.what) for entry in entries] == [(2, "changed"), (1, "created")]
    assert entries[0].changes == {"name": ("Ann", "Anna"), "tags": (frozenset(), frozenset({"tea"}))}
    assert entries[1].changes["tags"] == (frozenset(), frozenset({"vip"}))


def test_stale_save_is_a_conflict_that_shows_what_is_there_now(shop: House) -> None:
    member_id = make.record(shop, "member", {"member_no": "M1", "name": "Ann"})
    make.record(shop, "member", {"name": "Anna"}, id=member_id)
    with pytest.raises(save.Conflict) as conflict:
        make.record(shop, "member", {"name": "Anne"}, id=member_id, expected_version=1)
    assert (conflict.value.version, conflict.value.current["name"]) == (2, "Anna")
    assert make.read(shop, "member", member_id).values["name"] == "Anna"


def test_reference_may_be_written_as_the_key_of_what_it_points_to(shop: House) -> None:
    member_id = make.record(shop, "member", {"member_no": "M1"})
    order = make.read(
        shop, "order", make.record(shop, "order", {"order_no": "O1", "member": Unresolved("member", "M1")})
    )
    assert (order.values["member"], order.keys["member"], order.values["status"]) == (member_id, "M1", "paid")


def test_reference_to_nothing_is_refused(shop: House) -> None:
    with pytest.raises(Problems) as refused:
        make.record(shop, "order", {"order_no": "O1", "member": 4711})
    assert [(one.code, one.pointer) for one in refused.value.problems] == [("reference.missing", "/member")]


def test_deleted_record_is_gone_and_its_history_stays(shop: House) -> None:
    member_id = make.record(shop, "member", {"member_no": "M1", "tags": frozenset({"vip"})})
    with shop.writing(Cause("form")) as work:
        save.delete(work, "member", member_id, policy=OPERATOR)
    with shop.reading() as work:
        assert find.get(work, "member", member_id, OPERATOR) is None
        assert [entry.what for entry in history.of(work, "member", member_id, OPERATOR)] == [
            "deleted",
            "created",
        ]
    assert make.record(shop, "member", {"member_no": "M1"}) != member_id


def test_record_that_others_need_cannot_be_deleted(shop: House) -> None:
    member_id = make.record(shop, "member", {"member_no": "M1"})
    make.record(shop, "order", {"order_no": "O1", "member": member_id})
    with pytest.raises(Problems) as refused, shop.writing(Cause("form")) as work:
        save.delete(work, "member", member_id, policy=OPERATOR)
    assert refused.value.problems[0].code == "reference.needed"


def test_rollups_follow_insert_change_move_and_delete_of_a_child(shop: House) -> None:
    ann, bob = (make.record(shop, "member", {"member_no": number}) for number in ("M1", "M2"))

    def totals(member_id: int) -> tuple[object, ...]:
        values = make.read(shop, "member", member_id).values
        return values["order_count"], values["total_spent"], values["last_order_on"]

    order = {"order_no": "O1", "member": ann, "ordered_on": date(2026, 1, 5), "amount": 1250}
    first = make.record(shop, "order", order)
    second = make.record(
        shop, "order", {**order, "order_no": "O2", "ordered_on": date(2026, 2, 1), "amount": 800}
    )
    assert totals(ann) == (2, 2050, date(2026, 2, 1))
    make.record(shop, "order", {"status": "refunded"}, id=second)
    assert totals(ann) == (1, 1250, date(2026, 1, 5))
    make.record(shop, "order", {"member": bob}, id=first)
    assert (totals(ann), totals(bob)) == ((0, 0, None), (1, 1250, date(2026, 1, 5)))
    with shop.writing(Cause("form")) as work:
        save.delete(work, "order", first, policy=OPERATOR)
    assert totals(bob) == (0, 0, None)


def test_who_may_not_write_is_refused(shop: House) -> None:
    with pytest.raises(Refused), shop.writing(Cause("form")) as work:
        save.save(work, "member", {"member_no": "M1"}, policy=Policy.nobody())
