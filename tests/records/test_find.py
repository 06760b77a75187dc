"""Lists: order, pages, restrictions, search."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest

from builder.access.policy import Policy
from builder.records import find, paging
from builder.records.find import Query
from builder.work import House
from schema_store.problems import Problems, Refused
from tests import make
from tests.make import OPERATOR


@pytest.fixture
def members(shop: House) -> House:
    days = [date(2026, 1, 3), None, date(2026, 1, 1), date(2026, 1, 3), None, date(2026, 1, 2)]
    for number, joined in enumerate(days, start=1):
        phone = f"+8613800000{number:03}"
        make.record(
            shop,
            "member",
            {"member_no": f"M{number}", "name": f"N{number}", "joined_on": joined, "phone": phone},
        )
    return shop


def numbers(house: House, policy: Policy = OPERATOR, **asked: object) -> list[str]:
    """The member numbers of all pages of the query, page after page."""
    found: list[str] = []
    after = None
    while True:
        with house.reading() as work:
            page = find.page(work, Query("member", after=after, **asked), policy)  # type: ignore[arg-type]
        found += [one.values["member_no"] for one in page.records]
        after = page.after
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 4, 50])
@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ((), "M1 M2 M3 M4 M5 M6"),
        (("-id",), "M6 M5 M4 M3 M2 M1"),
        (("joined_on",), "M2 M5 M3 M6 M1 M4"),
        (("-joined_on",), "M4 M1 M6 M3 M5 M2"),
        (("-joined_on", "name"), "M1 M4 M6 M3 M2 M5"),
        (("joined_on", "-name"), "M5 M2 M3 M6 M4 M1"),
    ],
)
def test_pages_follow_the_order_and_leave_nothing_out(
    members: House, limit: int, sort: tuple[str, ...], wanted: str
) -> None:
    assert " ".join(numbers(members, sort=sort, limit=limit)) == wanted


def test_rules_restrict_a_list_and_its_count(members: House) -> None:
    rule = {">=": [{"var": "joined_on"}, "2026-01-02"]}
    assert numbers(members, where=(rule,)) == ["M1", "M4", "M6"]
    with members.reading() as work:
        assert find.count(work, Query("member", where=(rule,)), OPERATOR) == 3
        assert find.count(work, Query("member"), OPERATOR, cap=4) == 5


def test_search_finds_by_number_name_start_and_phone(members: House) -> None:
    assert numbers(members, search="M3") == ["M3"]
    assert numbers(members, search="138 0000 0004") == ["M4"]
    assert numbers(members, search="nobody") == []


def test_cursor_that_is_not_ours_is_refused(members: House) -> None:
    with pytest.raises(Problems), members.reading() as work:
        find.page(work, Query("member", after="bm9uc2Vuc2U"), OPERATOR)


@pytest.mark.parametrize("sort", ["joined_on", "points", "name", "created_at", "total_spent", "id"])
@pytest.mark.parametrize("first", ["x", 1, True, None, {"a": 1}, 10**20, "99999-01-01"])
def test_cursor_of_another_order_is_refused_or_read_but_never_a_fault(
    members: House, sort: str, first: object
) -> None:
    values = [first, 10**20 if first == "x" else 1][-1 if sort == "id" else 0 :]
    with contextlib.suppress(Problems), members.reading() as work:
        find.page(work, Query("member", sort=(sort,), after=paging.cursor(values)), OPERATOR)


def test_unknown_field_in_sort_fields_or_rule_is_a_problem(members: House) -> None:
    for asked in ({"sort": ("nope",)}, {"fields": ("nope",)}, {"where": ({"==": [{"var": "nope"}, 1]},)}):
        with pytest.raises(Problems), members.reading() as work:
            find.page(work, Query("member", **asked), OPERATOR)  # type: ignore[arg-type]


def test_who_may_not_read_sees_nothing(members: House) -> None:
    with pytest.raises(Refused):
        numbers(members, Policy.nobody())
    with members.reading() as work:
        assert find.get(work, "member", 1, Policy.nobody()) is None


def test_record_is_found_by_its_key_or_id(members: House) -> None:
    with members.reading() as work:
        by_key = find.by_key(work, "member", "M2", OPERATOR)
        assert by_key is not None
        assert find.by_key(work, "member", f"id:{by_key.id}", OPERATOR) == by_key
        assert find.by_key(work, "member", "M99", OPERATOR) is None
