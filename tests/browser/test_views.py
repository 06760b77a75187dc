"""Boards and calendars in a real browser: a card by mouse, one by keyboard; every way is accessible."""

from __future__ import annotations

from datetime import date

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from tests import make
from tests.chromium import problems_of_pages

LATE = {
    "colour": "red",
    "means": {"en": "Late", "zh": "逾期"},
    "when": {"<": [{"var": "due_on"}, "2026-03-02"]},
}
ACTIONS = [
    {"type": "open"},
    {"type": "edit"},
    {"type": "set_field", "label": {"en": "Done", "zh": "完成"}, "field": "status", "value": "done"},
    {"type": "delete"},
]
WAYS = {
    "grouped": {"type": "table", "group": "status", "columns": ["title", "member", "due_on"]},
    "streamed": {"type": "timeline", "date": "due_on"},
    "tiled": {"type": "gallery"},
    "laned": {"type": "kanban", "by": "store"},
}


@pytest.fixture
def tasks(shop):
    """Three tasks, and the shipped views beside four more."""
    bodies = {
        ("view", key): {
            "key": key,
            "label": {"en": key.title(), "zh": "视图"},
            "entity": "task",
            "columns": ["title", "member", "due_on"],
            "colours": [LATE],
            "actions": ACTIONS,
            **how,
        }
        for key, how in WAYS.items()
    }
    publish(shop.house, bodies, cause=Cause("command"))
    for number, title in enumerate(("Call Chen", "Write Li", "Count")):
        make.record(shop.house, "task", {"title": title, "member": 1, "due_on": date(2026, 3, 1 + number)})
    return shop


def lane(page, words):
    return page.locator(".board-lane", has=page.locator(f".board-head:has-text('{words}')"))


def test_a_card_is_dragged_into_another_lane(tasks, signed_in):
    page = signed_in()
    page.goto("/desk/task?view=task_board")
    page.wait_for_selector("[data-ready=yes]")
    page.locator("#card-1").drag_to(lane(page, "Done").locator(".board-cards"))
    page.wait_for_selector(".board-lane:has(.board-head:has-text('Done')) #card-1[data-card='move.1.2']")
    assert page.inner_text("#status") == "Saved: Status is now Done."
    assert make.read(tasks.house, "task", 1).values["status"] == "done"


def test_a_drag_that_is_refused_puts_the_card_back_and_says_why(tasks, signed_in):
    page = signed_in()
    page.goto("/desk/task?view=task_board")
    page.wait_for_selector("[data-ready=yes]")
    make.record(tasks.house, "task", {"title": "Call Chen again"}, id=1)
    page.locator("#card-1").drag_to(lane(page, "Done").locator(".board-cards"))
    page.wait_for_selector(".note.is-bad")
    assert "Somebody else changed this record" in page.inner_text(".note.is-bad")
    assert lane(page, "Open").locator("#card-1").count() == 1
    assert make.read(tasks.house, "task", 1).values["status"] == "open"


def test_a_drag_without_an_answer_puts_the_card_back(tasks, signed_in):
    page = signed_in()
    page.goto("/desk/task?view=task_board")
    page.wait_for_selector("[data-ready=yes]")
    page.route("**/desk/task/acts*", lambda route: route.abort())
    page.locator("#card-1").drag_to(lane(page, "Done").locator(".board-cards"))
    page.wait_for_selector("#flashes .note.is-bad")
    assert lane(page, "Open").locator("#card-1").count() == 1


def test_a_card_is_moved_by_the_keyboard_alone(tasks, signed_in):
    page = signed_in()
    page.goto("/desk/task?view=task_board")
    page.focus("#card-2 .board-move")
    page.keyboard.press("Enter")
    page.wait_for_selector("#card-2 .menu-item")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Tab")
    assert page.inner_text(":focus") == "Done"
    page.keyboard.press("Enter")
    page.wait_for_selector(".board-lane:has(.board-head:has-text('Done')) #card-2")
    assert page.evaluate("document.activeElement.closest('#card-2') !== null")
    assert make.read(tasks.house, "task", 2).values["status"] == "done"


def test_a_board_that_a_tab_opened_can_be_dragged_too(tasks, signed_in):
    page = signed_in()
    page.goto("/desk/task")
    page.click(".tabs a:has-text('Board')")
    page.wait_for_selector("[data-ready=yes]")
    page.locator("#card-3").drag_to(lane(page, "Done").locator(".board-cards"))
    page.wait_for_selector(".board-lane:has(.board-head:has-text('Done')) #card-3")


def test_one_click_sets_a_field_and_the_list_stays(tasks, signed_in):
    page = signed_in()
    page.goto("/desk/task?view=grouped")
    page.click("button[aria-label='Done: Call Chen']")
    page.wait_for_selector("button[aria-label='Done: Call Chen']", state="detached")
    assert page.inner_text("#status") == "Saved: Status is now Done."
    assert "view=grouped" in page.url
    assert make.read(tasks.house, "task", 1).values["status"] == "done"


def test_the_months_are_walked_and_a_phone_shows_a_list(tasks, signed_in):
    page = signed_in(width=390)
    page.goto("/desk/task?view=task_calendar")
    assert page.locator(".days-day:visible").count() == 3
    page.click(".days-bar a[rel=next]")
    page.wait_for_selector("h2:has-text('April 2026')")
    assert page.locator(".days-day:visible").count() == 0
    assert page.is_visible(".days-free")
    page.click("text=Today")
    page.wait_for_selector("h2:has-text('March 2026')")


PLACES = [
    "/desk/task?view=task_board",
    "/desk/task?view=task_board&card=1",
    "/desk/member?view=members_by_stage",
]
PLACES += ["/desk/task?view=task_calendar", "/desk/task?view=task_calendar&span=week"]
PLACES += [f"/desk/task?view={key}" for key in WAYS]
PLACES += ["/studio/view/task_board/design", "/studio/view/task_calendar/design"]


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1280), ("zh", True, 1280), ("zh", False, 390), ("en", True, 390)],
)
def test_every_way_is_accessible(tasks, signed_in, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    assert problems_of_pages(page, PLACES) == {}
