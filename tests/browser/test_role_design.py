"""Rights in a real browser: by keyboard alone, on a phone, in both languages; pages viewed as the role."""

from __future__ import annotations

import pytest

from tests.chromium import accessibility_problems

CLERK = "/studio/role/clerk/design"


def test_rights_are_given_by_keyboard_alone(signed_in, pages):
    page = signed_in()
    page.goto(CLERK)
    page.focus("[name='d/entities/order#may'][value=update]")
    page.keyboard.press("Space")
    page.wait_for_selector("#beside :text('Sees, adds, changes: every record') >> nth=1")
    page.focus("#d-entities-order-open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#d-entities-order-more:focus")
    page.focus("[name='d/entities/order/fields/amount'][value=write]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#beside :text('Read only: Amount')")
    page.focus("[name=save] >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/role/clerk")
    page.wait_for_selector(":text('Shop clerk may now change: Orders.')")
    assert not pages.problems


@pytest.mark.parametrize(("language", "dark", "width"), [("en", False, 1280), ("zh", True, 390)])
def test_every_state_of_it_is_accessible_and_keeps_to_its_width(signed_in, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    page.goto(CLERK)
    assert not accessibility_problems(page)
    page.click("#d-entities-member-open")
    page.wait_for_selector("#d-entities-member-fields")
    page.wait_for_timeout(400)
    page.evaluate("window.scrollTo(0, 0)")
    assert not accessibility_problems(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("#count-records")
    page.wait_for_selector("#beside .count")
    page.evaluate("window.scrollTo(0, 0)")
    assert not accessibility_problems(page)


def test_a_page_that_is_viewed_as_a_role_says_so_accessibly(signed_in):
    page = signed_in(width=390)
    page.goto("/studio/view-as")
    assert not accessibility_problems(page)
    page.check("input[value=clerk]")
    page.click("main form .btn-primary")
    page.wait_for_url("**/desk")
    assert not accessibility_problems(page)
    page.click(".mode-bar button")
    page.wait_for_selector(".mode-bar", state="detached")
