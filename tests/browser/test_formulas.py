"""A formula typed in a real browser: by keyboard, tried while it is typed, its mistakes marked, accessible."""

from __future__ import annotations

import pytest

from schema_store import drafts
from tests.browser.test_conditions import Keys
from tests.chromium import page_problems

NEW = "/studio/entity/member/fields/new?type=formula"


def formula_of(shop, key):
    with shop.house.reading() as work:
        body = drafts.draft(work.connection, "entity", "member").body
    return body["properties"][key]["x-tessera"]["formula"]


def test_a_formula_is_typed_by_keyboard_with_what_it_gives_beside_it(shop, signed_in):
    page = signed_in()
    page.goto(NEW)
    page.fill("[name='s/label/en']", "Worth")
    page.select_option("[name='s/gives/type']", "decimal")
    page.wait_for_selector("[name='s/gives/scale']")
    keys = Keys(page)
    keys.tab_to(id="rule-formula-text")
    page.keyboard.type("ROUND(Total spend")
    page.wait_for_selector(".formula-problems")
    assert keys.focused() == "rule-formula-text"
    page.keyboard.press("Control+A")
    page.keyboard.type("2 + ")
    keys.tab_to(words="Total spent")
    page.keyboard.press("Enter")
    assert keys.focused() == "rule-formula-text"
    page.wait_for_selector(".formula-gives li")
    assert page.input_value("#rule-formula-text") == "2 + [Total spent]"
    assert page.inner_text(".sentence") == "(2 + Total spent)"
    assert page.locator(".formula-gives li").count() == 3
    keys.tab_to(words="Keep as a draft")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/entity/member")
    assert formula_of(shop, "worth") == {"+": [2, {"var": "total_spent"}]}


def test_a_function_is_put_in_around_the_cursor(signed_in):
    page = signed_in()
    page.goto(NEW)
    page.click("summary:has-text('Functions: Calculations')")
    page.click("button[data-insert='ROUND(']")
    page.keyboard.type("[Points]")
    assert page.input_value("#rule-formula-text") == "ROUND([Points])"
    page.wait_for_selector(".formula-gives li")
    assert page.locator("details[open] > summary").all_inner_texts() == ["Fields", "Functions: Calculations"]


@pytest.mark.parametrize(("language", "dark", "width"), [("en", False, 1440), ("zh", True, 390)])
def test_it_is_accessible_right_and_wrong(signed_in, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    page.goto(NEW)
    for text, seen in (("[total_spent] / 4", ".formula-gives li"), ("[total_spend] / ", ".formula-at mark")):
        page.fill("#rule-formula-text", text)
        page.wait_for_selector(seen)
        assert page_problems(page) == []
    page.goto("/studio/workflow/member_dormant/design")
    assert page_problems(page) == []
