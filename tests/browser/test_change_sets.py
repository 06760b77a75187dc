"""The change set in a real browser: ticks and the plan, two authors, a time for later; accessible in all its states."""

from __future__ import annotations

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from schema_store import drafts, store
from tests.chromium import accessibility_problems

VIEW = ("view", "prospects")


def keep(shop, name, label, *, by="user:1"):
    """Keep a draft of a definition under another label."""
    with shop.house.writing(Cause("form", by)) as work:
        live, draft = store.live_one(work.connection, *name), drafts.draft(work.connection, *name)
        body = {**live.body, "label": label}
        turn = draft.turn if draft else 0
        drafts.save_draft(work.connection, name, body, base=live.version, turn=turn, by=by, at=work.now)


def live_label(shop, name):
    with shop.house.reading() as work:
        return work.catalog.bodies[name]["label"]


def test_a_tick_changes_the_plan_and_only_what_is_ticked_is_published(shop, signed_in):
    keep(shop, VIEW, "Never bought")
    keep(shop, ("view", "dormant_members"), "Sleepers")
    page = signed_in()
    page.goto("/studio/publish")
    page.get_by_label("Publish Sleepers").uncheck()
    page.wait_for_selector("#status:has-text('1 chosen')", state="attached")
    assert page.get_by_label("Publish Never bought").is_checked()
    page.fill("#note", "A kinder word")
    page.click("text=Publish this")
    page.wait_for_url("**/studio")
    assert live_label(shop, VIEW) == "Never bought"
    assert live_label(shop, ("view", "dormant_members")) != "Sleepers"


def test_a_publish_is_planned_by_keyboard_and_cancelled(shop, signed_in):
    keep(shop, VIEW, "Never bought")
    page = signed_in()
    page.goto("/studio/publish")
    page.locator("summary", has_text="Publish it later").focus()
    page.keyboard.press("Enter")
    page.fill("#due-day", "2026-03-05")
    page.fill("#due-time", "06:30")
    page.locator("button", has_text="Plan it").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#planned-1")
    assert "5 Mar 2026, 06:30" in page.inner_text("#planned-1")
    assert accessibility_problems(page) == []
    page.click("#planned-1 button")
    page.wait_for_selector("#planned-1", state="detached")


def test_two_authors_at_one_place_decide_where_they_are(shop, signed_in):
    page = signed_in()
    page.goto("/studio/view/prospects/text")
    mine = page.input_value("#text").replace("No order yet", "Mine")
    keep(shop, VIEW, {"en": "Theirs", "zh": "对方"}, by="user:2")
    page.fill("#text", mine)
    page.click("text=Keep as a draft")
    page.wait_for_selector(".clash")
    assert accessibility_problems(page) == []
    page.locator("#editor button", has_text="Keep as a draft").click()
    page.wait_for_selector(".clash .form-error")
    assert page.evaluate("document.activeElement.type") == "radio"
    assert accessibility_problems(page) == []
    page.get_by_label("You wrote: “Mine”").check()
    page.locator("#editor button", has_text="Keep as a draft").click()
    page.wait_for_url("**/studio/view/prospects")
    with shop.house.reading() as work:
        assert drafts.draft(work.connection, *VIEW).body["label"] == {"en": "Mine", "zh": "对方"}


@pytest.mark.parametrize(("language", "dark", "width"), [("en", False, 1280), ("zh", True, 390)])
def test_drafts_that_are_stale_wrong_or_retiring_are_accessible(shop, signed_in, language, dark, width):
    keep(shop, VIEW, "Never bought")
    with shop.house.reading() as work:
        body = {**work.catalog.bodies[VIEW], "label": "Published"}
    publish(shop.house, {VIEW: body}, cause=Cause("form", "user:1"))
    with shop.house.writing(Cause("form", "user:1")) as work:
        name = ("view", "dormant_members")
        drafts.save_draft(work.connection, name, None, base=1, turn=0, by="user:1", at=work.now)
    page = signed_in(language=language, dark=dark, width=width)
    for path in (
        "/studio/publish",
        "/studio/view/prospects",
        "/studio/view/prospects/merge",
        "/studio/view/dormant_members",
        "/studio/changes/1/undo",
        "/studio/changes/2/back",
    ):
        page.goto(path)
        assert accessibility_problems(page) == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
