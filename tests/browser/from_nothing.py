"""The manager's first hour, as steps that are counted and may be photographed: members, orders, a rule, a notice.

An interaction is one click, one choice or one labelled entry; each line of fields counts as one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.test_conditions import Keys

MEMBER = (
    "Member no text required unique",
    "Name",
    "Phone",
    "Birthday date",
    "Stage choice: New | Active | Dormant",
    "Joined on date",
    "Points",
    "Notes",
)
ORDER = ("Order no text required unique", "Ordered on date", "Amount money")
WORDS = "{count} members went dormant"
RULE = {
    "and": [
        {">": [{"days_since": [{"var": "last_ordered_on"}]}, 180]},
        {"!=": [{"var": "stage"}, "Dormant"]},
    ]
}


def no_picture(_name: str) -> None:
    """Nothing: for who only wants to know that it works."""


class Manager:
    """Somebody with a mouse whose clicks, choices and entries are counted."""

    def __init__(self, page: Any, picture: Callable[[str], None] = no_picture):
        self.page, self.interactions, self.picture = page, 0, picture

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.interactions += 1

    def enter(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)
        self.interactions += 1

    def choose(self, selector: str, value: str) -> None:
        self.page.select_option(selector, value)
        self.interactions += 1

    def type_lines(self, lines: tuple[str, ...]) -> None:
        self.page.focus("#lines")
        for line in lines:
            self.page.keyboard.type(line + "\n")
            self.interactions += 1

    def sees(self, selector: str) -> None:
        self.page.wait_for_selector(selector, state="attached")


def members_and_orders(she: Manager) -> None:
    """From the first page of an empty workspace to two entities with rollups, published."""
    she.picture("start")
    she.click("main a[href='/studio/entity/new']")
    she.enter("#name", "Member")
    she.type_lines(MEMBER)
    she.sees(".happens li:has-text('New entity Member with 8 fields.')")
    she.picture("member")
    she.click("#create")
    she.page.wait_for_url("**/studio/entity/member")
    she.click("text=Add a child")
    she.enter("#name", "Order")
    she.type_lines(ORDER)
    she.sees("#rollup-max-ordered_on:checked")
    she.sees(".happens li:has-text('New entity Order with 4 fields.')")
    she.picture("order")
    she.click("#create")
    she.page.wait_for_url("**/studio/entity/member")


def the_rule(she: Manager) -> None:
    """More than 180 days without an order → dormant, and somebody is told."""
    she.click("main a[href='/studio/workflow/new/design?entity=member']")
    she.enter("#d-label-en", "Sleeping members")
    more_than_180_days(she, "last_ordered_on", "Dormant")
    she.click("#d-actions-add-set_field")
    she.sees("#d-actions-0-field")
    she.choose("#d-actions-0-field", "stage")
    she.sees("select#d-actions-0-value-value")
    she.choose("#d-actions-0-value-value", "Dormant")
    she.click("#d-actions-add-notify")
    she.sees("#d-actions-1-to-role option[value=admin][selected]")
    she.enter("#d-actions-1-text-en", WORDS)
    she.sees("#now-count")
    she.page.wait_for_function(
        "() => document.querySelector('#beside .sentence').textContent.includes('Administrator')"
    )
    she.picture("rule")
    she.click("button[name=publish]")
    she.page.wait_for_url("**/studio/publish")
    she.picture("publish")
    she.click("main form button.btn-primary")
    she.page.wait_for_url(lambda url: not url.endswith("/studio/publish"))


def more_than_180_days(she: Manager, since: str, dormant: str) -> None:
    """The condition: so long ago, and not dormant already."""
    she.choose("#r-where-0-field", since)
    she.sees("#r-where-0-value-0")
    she.enter("#r-where-0-value-0", "180")
    she.click("#r-where-add-row")
    she.sees("#r-where-1-field:focus")
    she.choose("#r-where-1-field", "stage")
    she.sees("#r-where-1-form")
    she.choose("#r-where-1-form", "!=")
    she.sees(f"#r-where-1-value-0 option[value={dormant}]")
    she.choose("#r-where-1-value-0", dormant)


def by_keyboard(page: Any) -> None:
    """The same without a mouse."""
    keys = Keys(page)
    keys.tab_to(words="Make an entity")
    page.keyboard.press("Enter")
    _entity_by_keyboard(keys, "Member", MEMBER, "New entity Member with 8 fields.")
    keys.tab_to(words="Add a child …")
    page.keyboard.press("Enter")
    _entity_by_keyboard(keys, "Order", ORDER, "New entity Order with 4 fields.")
    keys.tab_to(words="Add a rule …")
    page.keyboard.press("Enter")
    page.wait_for_url("**/design?entity=member")
    _rule_by_keyboard(keys)


def _entity_by_keyboard(keys: Keys, name: str, lines: tuple[str, ...], sentence: str) -> None:
    page = keys.page
    page.wait_for_selector("#name:focus")
    page.keyboard.type(name)
    keys.tab_to(id="lines")
    page.keyboard.type("\n".join(lines))
    page.wait_for_selector(f".happens li:has-text('{sentence}')")
    keys.press("create")
    page.wait_for_url("**/studio/entity/member")


def _rule_by_keyboard(keys: Keys) -> None:
    page = keys.page
    keys.tab_to(id="d-label-en")
    page.keyboard.type("Sleeping members")
    keys.tab_to(id="r-where-0-field")
    keys.choose("r-where-0-field", "Last ordered on")
    page.wait_for_selector("#r-where-0-value-0")
    keys.tab_to(id="r-where-0-value-0")
    page.keyboard.type("180")
    keys.press("r-where-add-row")
    page.wait_for_selector("#r-where-1-field:focus")
    keys.choose("r-where-1-field", "Stage")
    page.wait_for_selector("#r-where-1-form")
    keys.tab_to(id="r-where-1-form")
    keys.choose("r-where-1-form", "is not")
    page.wait_for_selector("#r-where-1-value-0")
    keys.tab_to(id="r-where-1-value-0")
    keys.choose("r-where-1-value-0", "Dormant")
    keys.press("d-actions-add-set_field")
    page.wait_for_selector("#d-actions-0-field")
    keys.tab_to(id="d-actions-0-field")
    keys.choose("d-actions-0-field", "Stage")
    page.wait_for_selector("select#d-actions-0-value-value")
    keys.tab_to(id="d-actions-0-value-value")
    keys.choose("d-actions-0-value-value", "Dormant")
    keys.press("d-actions-add-notify")
    page.wait_for_selector("#d-actions-1-text-en")
    keys.tab_to(id="d-actions-1-text-en")
    page.keyboard.type(WORDS)
    keys.tab_to(words="Keep and look at the plan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/publish")
    keys.tab_to(words="Publish this")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/studio/publish"))


def from_the_package(she: Manager) -> None:
    """The shipped application instead."""
    she.click("main a[href^='/studio/packages']")
    she.click("a[href='/studio/packages/apps/membership']")
    she.picture("package")
    she.click("main form button.btn-primary")
