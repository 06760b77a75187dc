"""What a role may see and do holds in every list, count, form, set and import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builder.access.policy import Policy
from builder.events import Cause
from builder.records import exporting, find, history, importing, save
from builder.records.find import Query
from builder.records.row import row_of
from builder.work import House
from schema_store.problems import Problems, Refused
from tests import make

SHANGHAI_CLERK = {
    "key": "shanghai",
    "label": {"en": "Shanghai clerk", "zh": "上海店员"},
    "entities": {
        "member": {
            "create": True,
            "read": True,
            "update": True,
            "rows": {"==": [{"var": "city"}, "Shanghai"]},
            "fields": {"phone": "hide", "points": "read"},
        }
    },
    "may": ["import"],
}


@dataclass(frozen=True)
class Clerk:
    id: int = 5
    roles: tuple[str, ...] = ("shanghai",)


THEIR_OWN = {
    "key": "owner",
    "label": "Looks after some members",
    "entities": {
        "member": {"read": True, "update": True, "rows": {"==": [{"var": "points"}, {"var": "$user.id"}]}}
    },
    "may": [],
}
"""Whose number the member's points are looks after them: a field that names a person is not needed for this."""


WITH_OWN_ORDERS = {
    "key": "seller",
    "label": "Sees paid orders, and members who have one",
    "entities": {
        "member": {
            "read": True,
            "rows": {"some": [{"var": "orders"}, {"==": [{"var": "status"}, "refunded"]}]},
        },
        "order": {"read": True, "create": True, "update": True, "rows": {"==": [{"var": "status"}, "paid"]}},
        "task": {"read": True},
    },
    "may": [],
}


def with_clerk(bodies: dict[tuple[str, str], Any]) -> None:
    bodies["role", "shanghai"] = SHANGHAI_CLERK
    bodies["role", "owner"] = THEIR_OWN
    bodies["role", "seller"] = WITH_OWN_ORDERS


@pytest.fixture
def shop(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    made = make.house(database_copy("membership-clerk", make.changed_membership(with_clerk)), data=tmp_path)
    make.record(
        made, "member", {"member_no": "S1", "city": "Shanghai", "phone": "+8613800138000", "points": 5}
    )
    make.record(
        made, "member", {"member_no": "B1", "city": "Beijing", "phone": "+8613800138001", "points": 9}
    )
    yield made
    made.database.close()


def clerk(work: Any) -> Policy:
    return Policy.of_user(work.catalog, Clerk())


def test_rows_outside_the_rule_are_absent_everywhere(shop: House) -> None:
    with shop.reading() as work:
        policy = clerk(work)
        page = find.page(work, Query("member"), policy)
        assert [one.values["member_no"] for one in page.records] == ["S1"]
        assert find.count(work, Query("member"), policy) == 1
        assert find.get(work, "member", page.records[0].id + 1, policy) is None
        assert find.by_key(work, "member", "B1", policy) is None
        assert find.page(work, Query("member", search="B1"), policy).records == []


def test_a_rule_about_the_person_holds_for_each_person(shop: House) -> None:
    def owner(work: Any, person: int) -> Policy:
        return Policy.of_user(work.catalog, Clerk(person, ("owner",)))

    def seen(person: int) -> list[str]:
        with shop.reading() as work:
            policy = owner(work, person)
            found = find.page(work, Query("member"), policy).records
            mine = find.page(
                work, Query("member", where=(THEIR_OWN["entities"]["member"]["rows"],)), make.OPERATOR
            )
        assert not mine.records  # the operator is nobody's number
        return [one.values["member_no"] for one in found]

    assert (seen(5), seen(9), seen(7)) == (["S1"], ["B1"], [])
    with pytest.raises(save.Missing), shop.writing(Cause("form")) as work:
        save.save(work, "member", {"name": "X"}, policy=owner(work, 9), id=1)


def test_a_rule_goes_by_no_record_that_is_hidden(shop: House) -> None:
    """Child records and what is pointed to count as far as they are seen; the roles' own rules count all."""
    ids = {}
    with shop.reading() as work:
        ids = {
            one.values["member_no"]: one.id for one in find.page(work, Query("member"), make.OPERATOR).records
        }
    for number, (member, status) in enumerate((("S1", "refunded"), ("S1", "paid"), ("B1", "paid"))):
        values = {
            "order_no": f"O{number}",
            "member": ids[member],
            "ordered_on": date(2026, 2, 1),
            "amount": 5,
        }
        make.record(shop, "order", values | {"status": status})
    make.record(shop, "task", {"title": "Call", "member": ids["B1"]})
    orders = {"var": "orders"}

    def found(entity: str, *where: Any) -> list[Any]:
        with shop.reading() as work:
            policy = Policy.of_user(work.catalog, Clerk(5, ("seller",)))
            page = find.page(work, Query(entity, where=where), policy)
            assert find.count(work, Query(entity, where=where), policy) == len(page.records)
            return [one.values.get("member_no") or one.values.get("order_no") for one in page.records]

    assert found("member") == ["S1"]  # by its hidden refund: that is the role's own rule
    assert found("member", {"some": [orders, {"==": [{"var": "status"}, "refunded"]}]}) == []
    assert found("member", {"none": [orders, {"==": [{"var": "status"}, "refunded"]}]}) == ["S1"]
    assert found("member", {"==": [{"count": [orders]}, 1]}) == ["S1"]
    assert found("order", {"==": [{"var": "member.city"}, "Beijing"]}) == []
    assert found("order", {"==": [{"var": "member.city"}, "Shanghai"]}) == ["O1"]
    assert found("task", {"is_empty": [{"var": "member.city"}]}) == [None]


def test_one_record_is_asked_as_the_list_is(shop: House) -> None:
    """In Python too the hidden records of a relation do not count."""
    with shop.reading() as work:
        member = find.page(
            work, Query("member", where=({"==": [{"var": "city"}, "Shanghai"]},)), make.OPERATOR
        )
        own = member.records[0].id
    for number, status in enumerate(("refunded", "paid")):
        values = {"order_no": f"O{number}", "member": own, "ordered_on": date(2026, 2, 1), "amount": 5}
        make.record(shop, "order", values | {"status": status})
    with shop.reading() as work:
        policy = Policy.of_user(work.catalog, Clerk(5, ("seller",)))
        assert len(row_of(work, "member", own).many("orders")) == 2
        [seen] = row_of(work, "member", own, policy).many("orders")
        assert seen.value("status") == "paid"


def test_the_title_of_a_hidden_record_is_not_read_along(shop: House) -> None:
    with shop.reading() as work:
        hidden = find.page(
            work, Query("member", where=({"==": [{"var": "city"}, "Beijing"]},)), make.OPERATOR
        )
    number = hidden.records[0].id
    make.record(shop, "task", {"title": "Call", "member": number})
    with shop.reading() as work:
        policy = Policy.of_user(work.catalog, Clerk(5, ("seller",)))
        for asking, title in ((policy, f"#{number}"), (make.OPERATOR, "B1")):
            [task] = find.page(work, Query("task", fields=("title", "member")), asking).records
            assert task.titles == {"member": title}


def test_hidden_field_is_in_no_answer_and_in_no_question(shop: House) -> None:
    with shop.reading() as work:
        policy = clerk(work)
        record = find.page(work, Query("member"), policy).records[0]
        assert "phone" not in record.values
        assert find.page(work, Query("member", search="13800138000"), policy).records == []
        assert all("phone" not in entry.changes for entry in history.of(work, "member", record.id, policy))
        for asked in (
            {"fields": ("phone",)},
            {"sort": ("phone",)},
            {"where": ({"==": [{"var": "phone"}, "+8613800138000"]},)},
            {"where": ({"!": [{"==": [{"var": "phone"}, None]}]},)},
        ):
            with pytest.raises(Problems):
                find.page(work, Query("member", **asked), policy)


def test_record_outside_the_rule_cannot_be_changed_nor_one_be_moved_out(shop: House) -> None:
    with shop.reading() as work:
        ids = {
            one.values["member_no"]: one.id for one in find.page(work, Query("member"), make.OPERATOR).records
        }
    with pytest.raises(save.Missing), shop.writing(Cause("form")) as work:
        save.save(work, "member", {"name": "X"}, policy=clerk(work), id=ids["B1"])
    with pytest.raises(Problems) as refused, shop.writing(Cause("form")) as work:
        save.save(work, "member", {"city": "Beijing"}, policy=clerk(work), id=ids["S1"])
    assert refused.value.problems[0].code == "row.outside"
    with pytest.raises(Problems), shop.writing(Cause("form")) as work:
        save.save(work, "member", {"points": 100}, policy=clerk(work), id=ids["S1"])
    assert make.read(shop, "member", ids["S1"]).version == 1


def test_import_keeps_to_the_rule_row_by_row(shop: House, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("member_no,city\nS2,Shanghai\nB2,Beijing\nS1,Beijing\nB1,Shanghai\n")
    with shop.reading() as work:
        policy = clerk(work)
    report = importing.run(
        shop, "member", path, importing.Options(key="member_no"), policy, cause=Cause("import")
    )
    assert (report.inserted, report.updated, report.failed) == (1, 0, 3)
    with shop.reading() as work:
        assert find.by_key(work, "member", "B2", make.OPERATOR) is None


def test_export_needs_its_own_right(shop: House, tmp_path: Path) -> None:
    with pytest.raises(Refused), shop.reading() as work, (tmp_path / "out.csv").open("w") as file:
        exporting.write(work, Query("member"), clerk(work), file, "csv")
