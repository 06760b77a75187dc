"""From an empty workspace to members, orders and the 180-days rule with its notice: counted, and by keyboard only."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tests.browser import from_nothing
from tests.browser.from_nothing import RULE, Manager

AT_MOST = 32
FROM_A_PACKAGE = 5


def is_in_force(house) -> None:
    with house.reading() as work:
        made = work.catalog.bodies["workflow", "sleeping_members"]
    assert made["where"] == RULE
    assert [one["type"] for one in made["actions"]] == ["set_field", "notify"]
    member = make.record(house, "member", {"member_no": "M1", "name": "Chen Jing", "stage": "Active"})
    awake = make.record(house, "member", {"member_no": "M2", "name": "Li Na", "stage": "Active"})
    bought = {"amount": 1250, "member": member}
    make.record(house, "order", {"order_no": "O1", "ordered_on": date(2025, 1, 1), **bought})
    make.record(
        house, "order", {"order_no": "O2", "ordered_on": date(2026, 2, 20), "amount": 1, "member": awake}
    )


@pytest.mark.story
def test_a_manager_needs_no_more_than_32_interactions(bare):
    page = bare.open()
    she = Manager(page)
    from_nothing.members_and_orders(she)
    from_nothing.the_rule(she)
    assert she.interactions <= AT_MOST, she.interactions
    is_in_force(bare.house)
    page.goto("/desk/member/1")
    figures = [figure.split("\n")[0] for figure in page.locator(".figure").all_inner_texts()]
    assert figures == ["Number of orders", "Last ordered on", "Total amount"]
    assert "O1" in page.inner_text("main")
    page.goto("/studio/workflows/sleeping_members/rehearsal")
    page.click("text=Run it now")
    page.wait_for_selector("#run .badge:has-text('done')")
    assert make.read(bare.house, "member", 1).values["stage"] == "Dormant"
    assert make.read(bare.house, "member", 2).values["stage"] == "Active"
    page.goto("/desk")
    assert "1 members went dormant" in page.inner_text("main")


@pytest.mark.story
def test_the_same_by_keyboard_only(bare):
    from_nothing.by_keyboard(bare.open())
    is_in_force(bare.house)


@pytest.mark.story
def test_from_the_package_it_takes_five(bare):
    page = bare.open()
    she = Manager(page)
    from_nothing.from_the_package(she)
    page.wait_for_selector(".note.is-good")
    assert she.interactions <= FROM_A_PACKAGE
    with bare.house.reading() as work:
        assert ("workflow", "member_dormant") in work.catalog.bodies
        assert "last_order_on" in work.catalog.entity("member").fields
