"""Sample data: believable, the same each time, and gone when it is not wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from builder.clock import Clock
from builder.records import find
from builder.records.find import Query
from builder.upkeep import checks, sample
from builder.upkeep.sample import declared, invented
from builder.work import House
from builder.workflows.scheduler import run_due
from schema_store import packages
from schema_store.problems import Problems
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
    removed = sample.remove(shop, "membership")
    assert removed is not None
    assert removed.kept == 0
    assert [count(shop, entity) for entity in invented.rows(TODAY, 1)] == [0, 0, 0, 0]
    assert checks.run(shop, whole=True).document["ok"]
    assert sample.remove(shop, "membership") is None


def test_sample_records_that_were_changed_since_go_too(shop: House) -> None:
    with shop.reading() as work:
        one = find.by_key(work, "member", "M00001", make.OPERATOR)
    assert one is not None
    make.record(shop, "member", {"name": "Renamed"}, id=one.id)
    sample.remove(shop, "membership")
    assert count(shop, "member") == 0


def test_what_own_records_need_stays(shop: House) -> None:
    with shop.reading() as work:
        one = find.by_key(work, "member", "M00001", make.OPERATOR)
    assert one is not None
    make.record(shop, "order", {"order_no": "MINE", "member": one.id, "ordered_on": TODAY, "amount": 500})
    removed = sample.remove(shop, "membership")
    assert removed is not None
    assert removed.kept == 2  # the member and their store
    assert count(shop, "order") == 1


def test_own_records_are_left_alone(shop: House) -> None:
    make.record(shop, "member", {"member_no": "MINE"})
    sample.remove(shop, "membership")
    assert count(shop, "member") == 1


@pytest.fixture
def desk(database_copy, tmp_path) -> Iterator[House]:
    """Both shipped applications, and no records."""
    both = make.application("membership", "loans")
    made = make.house(database_copy("membership_and_loans", both), data=tmp_path)
    yield made
    made.database.close()


def rows_of(house: House) -> dict[str, list[declared.Row]]:
    with house.reading() as work:
        return declared.rows(packages.sample_of("loans"), work.catalog, TODAY)


def test_a_sample_that_a_file_describes_is_the_same_each_time(desk: House) -> None:
    made = rows_of(desk)
    assert made == rows_of(desk)
    assert [len(rows) for rows in made.values()] == [18, 24, 69]
    out = [row["item"] for row in made["loan"] if not row.get("returned_on")]
    assert len(out) == len(set(out)) == 9


def test_each_application_has_a_sample_of_its_own(desk: House) -> None:
    for name in sample.known():
        sample.add(desk, name, size=5)
    assert count(desk, "loan", {">": [{"var": "days_overdue"}, 0]}) == 4
    assert sum(count(desk, "item", {"==": [{"var": "open_loans"}, number]}) for number in (0, 1)) == 18
    assert run_due(desk) == []
    removed = sample.remove(desk, "loans")
    assert removed == sample.Removed(111, 0)
    assert (count(desk, "loan"), count(desk, "member")) == (0, 5)
    assert checks.run(desk, whole=True).document["ok"]


def test_nothing_overdue_is_reminded_twice(desk: House) -> None:
    sample.add(desk, "loans")
    tomorrow = replace(desk, clock=Clock(make.SHANGHAI, make.NOON + timedelta(hours=21)))
    run_due(desk)
    run_due(tomorrow)
    assert count(desk, "loan", {"in": ["overdue", {"var": "tags"}]}) >= 4


def test_a_sample_needs_its_application(desk: House) -> None:
    with pytest.raises(Problems, match="no sample data for “nothing”"):
        sample.add(desk, "nothing")
    assert sample.remove(desk, "nothing") is None


def test_every_way_of_making_a_value_is_used_or_shown(desk: House) -> None:
    wanted = {"name": {"sample": True}, "note": {"one_of": ["a"], "share": 0}, "value": {"between": [2, 2]}}
    document = {"entities": {"item": [{"count": 2, "row": {"item_no": {"number": "X{:02}"}, **wanted}}]}}
    with desk.reading() as work:
        made = declared.rows(document, work.catalog, TODAY)["item"]
    assert [row["item_no"] for row in made] == ["X01", "X02"]
    assert all(row["name"] and row["note"] == "" and row["value"] == "2" for row in made)
