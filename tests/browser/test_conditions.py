"""A condition built in a real browser: by keyboard only, with what it means beside it, accessible in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from schema_store import drafts
from tests.chromium import page_problems

PATH = "/studio/view/prospects/condition?at=/where"


def rule_of(shop, key):
    with shop.house.reading() as work:
        return drafts.draft(work.connection, "view", key).body["where"]


class Keys:
    """Somebody with a keyboard and no mouse."""

    def __init__(self, page):
        self.page = page

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.id")

    def tab_to(self, *, id: str = "", words: str = "") -> None:
        for _step in range(80):
            element = "document.activeElement"
            if (id and self.focused() == id) or (
                words and self.page.evaluate(f"{element}.textContent.trim()") == words
            ):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {id or words}; now at {self.focused()}")

    def choose(self, id: str, option: str) -> None:
        """With the arrow keys, as one chooses in a select."""
        assert self.focused() == id
        has = "([id, words]) => [...document.getElementById(id).options].some((one) => one.text === words)"
        self.page.wait_for_function(has, arg=[id, option])
        wanted = f"document.getElementById('{id}').selectedOptions[0].text"
        self.page.keyboard.press("Home")
        for _step in range(60):
            if self.page.evaluate(wanted) == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option} is not in {id}")

    def press(self, id: str) -> None:
        self.tab_to(id=id)
        self.page.keyboard.press("Enter")


def _somebody_rich(shop):
    rich = shop.member(70, name="Rich", stage="active", joined_on=date(2024, 1, 1))
    shop.order(70, rich, ordered_on=date(2025, 3, 1), amount=20_000)


def _at_least_one_large_order(page, keys):
    keys.press("c-add-related")
    page.wait_for_selector("#c-2-quantifier:focus")
    keys.tab_to(id="c-2-relation")
    keys.choose("c-2-relation", "Orders")
    keys.press("c-2-add-row")
    page.wait_for_selector("#c-2-0-field:focus")
    keys.choose("c-2-0-field", "Amount")
    page.wait_for_selector("#c-2-0-value-0")
    keys.tab_to(id="c-2-0-form")
    keys.choose("c-2-0-form", "is more than")
    page.wait_for_selector("#c-2-0-form option[value='>'][selected]", state="attached")
    keys.tab_to(id="c-2-0-value-0")
    page.keyboard.type("100")


def test_a_condition_is_built_by_keyboard_only(shop, signed_in):
    _somebody_rich(shop)
    page = signed_in()
    page.goto("/studio/view/all_members")
    keys = Keys(page)
    keys.tab_to(words="Add a condition – Condition · Members")
    page.keyboard.press("Enter")
    page.wait_for_selector("#c-add-row")

    keys.press("c-add-row")
    page.wait_for_selector("#c-0-field:focus")
    keys.choose("c-0-field", "Stage")
    page.wait_for_selector("#c-0-form")
    keys.tab_to(id="c-0-form")
    keys.choose("c-0-form", "is one of")
    page.wait_for_selector("#c-0-value-0-3")
    for box in ("c-0-value-0-2", "c-0-value-0-3"):
        keys.tab_to(id=box)
        page.keyboard.press("Space")

    keys.press("c-add-row")
    page.wait_for_selector("#c-1-field:focus")
    keys.choose("c-1-field", "Last order on")
    page.wait_for_selector("#c-1-form option[value=days_since][selected]", state="attached")
    assert keys.focused() == "c-1-field"
    keys.tab_to(id="c-1-value-0")
    page.keyboard.type("180")

    _at_least_one_large_order(page, keys)
    page.wait_for_selector("#c-count:has-text('1 record matches now')")
    assert page.inner_text(".samples") == "Rich"
    assert page.inner_text("#status") == "1 record matches now"
    assert keys.focused() == "c-2-0-value-0"

    keys.tab_to(words="Keep as a draft")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/view/all_members")
    assert rule_of(shop, "all_members") == {
        "and": [
            {"in": [{"var": "stage"}, ["new", "active"]]},
            {">": [{"days_since": [{"var": "last_order_on"}]}, 180]},
            {"some": [{"var": "orders"}, {">": [{"var": "amount"}, 100]}]},
        ]
    }


def test_buttons_say_what_happened_and_keep_the_focus(signed_in):
    page = signed_in()
    page.goto(PATH)
    page.click("#c-add-row")
    page.wait_for_selector("#c-1-field:focus")
    assert page.inner_text("#status") == "A condition was added."
    page.select_option("#c-1-field", "name")
    page.wait_for_selector("#c-1-value-0")
    page.fill("#c-1-value-0", "Chen")
    page.click("#c-undo")
    page.wait_for_selector("#status:has-text('The last change was taken back.')", state="attached")
    assert page.input_value("#c-1-value-0") == ""
    page.click("#c-1 summary")
    page.click("#c-1 button:has-text('Move up')")
    page.wait_for_selector("#c-0-field:focus")
    assert page.input_value("#c-0-field") == "name"
    page.click("#c-0 button[value='delete:0']")
    page.wait_for_selector("#status:has-text('It was taken away.')", state="attached")
    assert page.locator(".part").count() == 1


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1280), ("zh", True, 1280), ("zh", False, 390), ("en", True, 390)],
)
def test_every_state_of_it_is_accessible(signed_in, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    page.goto(PATH)
    found = page_problems(page)
    page.click("#c-add-group")
    page.wait_for_selector("#c-1-0-field")
    page.click("#c-1-add-related")
    page.wait_for_selector("#c-1-1-quantifier")
    page.select_option("#c-1-0-field", "points")
    page.wait_for_selector("#c-1-0-value-0")
    page.fill("#c-1-0-value-0", "many")
    found += page_problems(page)
    page.click("form[novalidate] .btn-primary")
    page.wait_for_selector("#c-1-0-errors")
    found += page_problems(page)
    found += [
        f"{row} is not to be seen" for row in range(2) if not page.is_visible(f".part-line >> nth={row}")
    ]
    page.click("#c-as-text")
    page.wait_for_selector("#c-text")
    found += page_problems(page)
    assert found == []
