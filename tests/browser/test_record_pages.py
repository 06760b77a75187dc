"""A record's page made by mouse and by keyboard, and used; it and its designer are accessible in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tests.chromium import accessibility_problems, problems_of_pages


def store_with_tasks(shop):
    store = make.record(shop.house, "store", {"store_no": "S1", "name": "Bund"})
    for number in (1, 2):
        make.record(
            shop.house, "task", {"title": f"Count {number}", "store": store, "due_on": date(2026, 3, 9)}
        )
    return store


def published(page):
    page.click("#design button[name=publish]")
    page.wait_for_url("**/studio/publish")
    page.click("main form button.btn-primary")
    page.wait_for_url(lambda url: not url.endswith("/studio/publish"))


def test_a_page_is_made_with_the_mouse_and_used(shop, signed_in):
    store = store_with_tasks(shop)
    page = signed_in()
    page.goto("/studio/page/new/design?entity=store")
    page.fill("#d-label-en", "Store page")
    page.wait_for_selector("#page-preview .preview-title:has-text('Bund')")
    page.click("#d-tabs-0-parts-add-related")
    page.select_option("#d-tabs-0-parts-1-relation", "tasks")
    page.wait_for_selector("#page-preview .card-title:has-text('Tasks')")
    page.click("#d-tabs-0-parts-1-fold")
    page.wait_for_selector("#d-tabs-0-parts-1-fold[aria-expanded=false]")
    grip = page.locator("#d-tabs-0-parts-0 [data-drag-grip]")
    target = page.locator("#d-tabs-0-beside-0 [data-drag-grip]")
    page.evaluate("document.querySelector('#d-tabs-0-beside').scrollIntoView({block: 'center'})")
    page.wait_for_timeout(1500)  # the preview beside is asked for once more, and the page is still then
    start, end = grip.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + 5, end["y"] + 6, steps=20)
    page.wait_for_selector("#d-tabs-0-beside .is-dragged", state="attached")
    page.mouse.up()
    page.wait_for_selector("#status:has-text('It was moved.')", state="attached")
    published(page)
    page.goto(f"/desk/store/{store}")
    assert page.locator("main h1").inner_text() == "Bund"
    with shop.house.reading() as work:
        made = work.catalog.bodies["page", "store_page"]["tabs"][0]
    assert [one["type"] for one in made["parts"]] == ["related"]
    assert sorted(one["type"] for one in made["beside"]) == ["details", "timeline"]
    assert page.locator("tbody th").all_inner_texts() == ["Count 1", "Count 2"]


def test_a_page_is_changed_with_the_keyboard_alone(shop, signed_in):
    store_with_tasks(shop)
    page = signed_in()
    page.goto("/studio/page/member_page/design")
    page.focus("#d-tabs-0-parts-1-fold")
    page.keyboard.press("Enter")
    page.wait_for_selector("#d-tabs-0-parts-1-fold[aria-expanded=true]")
    assert page.evaluate("document.activeElement.id") == "d-tabs-0-parts-1-fold"
    page.focus("#d-tabs-0-parts-1-down")
    page.keyboard.press("Enter")
    page.wait_for_selector("#status:has-text('It was moved.')", state="attached")
    page.wait_for_selector("#d-tabs-0-parts-2-fold[aria-expanded=true]:has-text('Orders')")
    page.focus("#d-actions-add-set_field")
    page.keyboard.press("Enter")
    page.wait_for_selector("#d-actions-4-field")
    page.focus("#d-actions-4-field")
    page.keyboard.type("Level")
    page.wait_for_selector("select#d-actions-4-value-value")
    page.focus("#d-actions-4-value-value")
    page.keyboard.type("Black")
    page.wait_for_selector("#page-preview .preview-actions:has-text('Set Level: Black')")


def test_one_click_does_it_and_the_tabs_need_no_reload(shop, signed_in):
    page = signed_in()
    page.goto("/desk/member/1")
    page.click("#tab nav a:has-text('Timeline')")
    page.wait_for_selector("#tab [aria-current=page]:has-text('Timeline')")
    assert page.url.endswith("?tab=1")
    assert page.locator("#history .story-about").first.inner_text().startswith("Order:")
    page.go_back()
    page.wait_for_selector("#tab [aria-current=page]:has-text('Overview')")


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1280), ("zh", True, 390), ("zh", False, 1280), ("en", True, 390)],
)
def test_pages_and_designers_are_accessible(shop, signed_in, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    assert (
        problems_of_pages(
            page,
            (
                "/desk/member/1",
                "/desk/member/1?tab=1",
                "/studio/page/member_page",
                "/studio/page/member_page/design",
                "/studio/page/new/design",
                "/studio/app/membership/design",
            ),
        )
        == {}
    )


def test_an_open_part_and_its_mistakes_are_accessible(signed_in):
    page = signed_in()
    page.goto("/studio/page/member_page/design")
    page.click("#d-tabs-0-parts-1-fold")
    page.wait_for_selector("#d-tabs-0-parts-1-relation")
    assert accessibility_problems(page) == []
    page.click("#d-tabs-0-parts-add-note")
    page.wait_for_selector("#d-tabs-0-parts-3-text-en")
    page.click("#design button[name=save]")
    page.wait_for_selector("#problems")
    assert accessibility_problems(page) == []
    page.goto("/studio/app/membership/design")
    page.click("#d-menu-0-fold")
    page.wait_for_selector("#d-menu-0-way")
    assert accessibility_problems(page) == []
