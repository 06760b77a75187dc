"""Sample data: believable, the same each time, and gone when it is not wanted."""

from __future__ import annotations

from datetime import date

from builder.records import find
from builder.records.find import Query
from builder.upkeep import checks, sample
from builder.upkeep.sample import invented
from builder.work import House
from tests import make

TODAY = date(2026, 3, 2)
DUE = {
    "and": [
        {"in": [{"var": "stage"}, ["prospect", "new", "active"]]},
        {">": [{"days_since": [{"??": [{"var": "last_order_on"}, {"var": "joined_on"}]}]}, 180]},
    ]
}


def count(house: House, entity: str, *where: object) -> int:
    with house.reading() as work:
        return find.count(work, Query(entity, where=where), make.OPERATOR, cap=None)


def test_the_same_day_gives_the_same_shop() -> None:
    assert invented.shop(TODAY) == invented.shop(TODAY)


def test_there_are_enough_members_in_two_scripts() -> None:
    names = [row["name"] for row in invented.shop(TODAY).member]
    assert len(names) >= 300
    assert 50 < sum(name.isascii() for name in names) < 250


def test_orders_cover_a_year_and_never_the_future() -> None:
    days = [row["ordered_on"] for row in invented.shop(TODAY).order]
    assert min(days) < "2025-04-15"
    assert max(days) <= str(TODAY)


def test_nobody_is_overdue_on_the_first_night(shop: House) -> None:
    assert count(shop, "member", DUE) == 0
    assert count(shop, "member", {"==": [{"var": "stage"}, "dormant"]}) > 0


def test_the_sample_goes_without_a_trace(shop: House) -> None:
    removed = sample.remove(shop)
    assert removed is not None
    assert removed.kept == 0
    assert [count(shop, entity) for entity in sample.ENTITIES] == [0, 0, 0, 0]
    assert checks.run(shop, whole=True).document["ok"]
    assert sample.remove(shop) is None


def test_sample_records_that_were_changed_since_go_too(shop: House) -> None:
    with shop.reading() as work:
        one = find.by_key(work, "member", "M00001", make.OPERATOR)
    assert one is not None
    make.record(shop, "member", {"name": "Renamed"}, id=one.id)
    sample.remove(shop)
    assert count(shop, "member") == 0


def test_what_own_records_need_stays(shop: House) -> None:
    with shop.reading() as work:
        one = find.by_key(work, "member", "M00001", make.OPERATOR)
    assert one is not None
    make.record(shop, "order", {"order_no": "MINE", "member": one.id, "ordered_on": TODAY, "amount": 500})
    removed = sample.remove(shop)
    assert removed is not None
    assert removed.kept == 2  # the member and their store
    assert count(shop, "order") == 1


def test_own_records_are_left_alone(shop: House) -> None:
    make.record(shop, "member", {"member_no": "MINE"})
    sample.remove(shop)
    assert count(shop, "member") == 1
