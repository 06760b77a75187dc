"""A manager builds in a real browser, from an empty workspace: interactions counted, by keyboard only, accessible."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from werkzeug.serving import make_server

from tests import make
from tests.browser.test_conditions import Keys
from tests.chromium import accessibility_problems
from tests.pages.shop import PASSWORD, Shop
from tests.pages.workshop import empty

MEMBER = (
    "Member no text required unique",
    "Name",
    "Phone",
    "Birthday date",
    "Level choice: Silver | Gold | Black",
    "Joined on date",
    "Points",
    "Notes",
)
ORDER = ("Order no text required unique", "Ordered on date", "Amount money")
MOST = 20
"""Interactions: one click, or one labelled entry; each line of fields counts as one."""


@pytest.fixture
def bare(sqlite_databases, pages):
    """An empty workspace with its doors open: `bare.open(language="zh", …)` gives a page of Ada."""
    url = sqlite_databases.copy("empty", empty)
    found = Shop(url)
    server = make_server("127.0.0.1", 0, found.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.reader()

    def open_page(*, language="en", **how):
        page = pages.open(language=language, base_url=f"http://127.0.0.1:{server.server_port}", **how)
        page.goto("/sign-in")
        page.fill("#email", "ada@shop.example")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk")
        if language != "en":
            page.click(f"button[name=language][value={language}]")
        return page

    found.open = open_page
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
    found.house.database.close()
    sqlite_databases.drop(url)


class Manager:
    """Somebody with a mouse whose every click and every entry is counted."""

    def __init__(self, page):
        self.page, self.interactions = page, 0

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.interactions += 1

    def enter(self, selector: str, text: str) -> None:
        self.page.fill(selector, text)
        self.interactions += 1

    def type_lines(self, lines) -> None:
        self.page.focus("#lines")
        for line in lines:
            self.page.keyboard.type(line + "\n")
            self.interactions += 1

    def create(self, sentence: str) -> None:
        """When the plan stands there."""
        self.page.wait_for_selector(f".happens li:has-text('{sentence}')")
        self.click("#create")


def test_from_nothing_to_members_orders_and_the_last_order(bare):
    page = bare.open()
    ada = Manager(page)
    ada.click("text=To the studio")
    ada.click("main a:has-text('New entity')")
    ada.enter("#name", "Member")
    ada.type_lines(MEMBER)
    ada.create("New entity Member with 8 fields.")
    page.wait_for_url("**/studio/entity/member")
    ada.click("text=Add a child")
    ada.enter("#name", "Order")
    ada.type_lines(ORDER)
    page.wait_for_selector("#rollup-max-ordered_on:checked")
    ada.create("New entity Order with 4 fields.")
    page.wait_for_url("**/studio/entity/member")
    assert ada.interactions <= MOST, ada.interactions
    _is_in_use(bare, page)


def _is_in_use(bare, page) -> None:
    member = make.record(bare.house, "member", {"member_no": "M1", "name": "Chen Jing", "level": "Gold"})
    order = {"order_no": "O1", "member": member, "ordered_on": date(2026, 2, 1), "amount": 1250}
    make.record(bare.house, "order", order)
    page.goto(f"/desk/member/{member}")
    figures = page.locator(".figure").all_inner_texts()
    assert [figure.split("\n")[0] for figure in figures] == [
        "Number of orders",
        "Last ordered on",
        "Total amount",
    ]
    assert "O1" in page.inner_text("main")
    page.goto("/desk/member?w=last_ordered_on.%3C%3D.2026-02-01")
    assert "Chen Jing" in page.inner_text("tbody")


def test_the_same_by_keyboard_only(bare):
    page = bare.open()
    keys = Keys(page)
    keys.tab_to(words="To the studio")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio")
    keys.tab_to(words="New entity")
    page.keyboard.press("Enter")
    page.wait_for_selector("#name:focus")
    page.keyboard.type("Member")
    keys.tab_to(id="lines")
    page.keyboard.type("\n".join(MEMBER))
    page.wait_for_selector(".happens li:has-text('with 8 fields')")
    keys.tab_to(id="create")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/entity/member")
    keys.tab_to(words="Add a child …")
    page.keyboard.press("Enter")
    page.wait_for_selector("#name:focus")
    page.keyboard.type("Order")
    keys.tab_to(id="lines")
    page.keyboard.type("\n".join(ORDER))
    page.wait_for_selector(".happens li:has-text('New entity Order with 4 fields.')")
    keys.tab_to(id="rollup-count-")
    page.keyboard.press("Space")
    page.wait_for_selector("#rollup-count-:not(:checked)")
    page.wait_for_function(
        "() => !document.querySelector('.happens').textContent.includes('Number of orders')"
    )
    assert keys.focused() == "rollup-count-"
    keys.tab_to(id="create")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/entity/member")
    assert "Last ordered on" in page.inner_text("#fields")


def test_rows_are_changed_in_place_while_the_lines_follow(bare):
    page = bare.open()
    page.goto("/studio/entity/new")
    page.fill("#name", "Member")
    page.focus("#lines")
    page.keyboard.type("Name\nLevel")
    page.wait_for_selector("#f-1-label")
    page.focus("#f-1-type")
    page.select_option("#f-1-type", "select")
    page.wait_for_selector("#f-1-options.is-invalid")
    page.focus("#f-1-options")
    page.keyboard.type("Silver | Gold")
    page.wait_for_function(
        "() => document.querySelector('#lines').value.includes('Level choice: Silver | Gold')"
    )
    assert page.evaluate("document.activeElement.id") == "f-1-options"
    page.click("#f-1-up")
    page.wait_for_selector("#f-0-down:focus")
    page.click("#f-1-remove")
    page.wait_for_selector("#f-1-label", state="detached")
    assert page.input_value("#lines").strip() == "Level choice: Silver | Gold"
    assert "1 field" in page.inner_text("#status")


def test_a_pasted_sheet_becomes_an_entity_with_its_rows(bare):
    page = bare.open(language="zh")
    page.goto("/studio/entity/new")
    page.fill("#name", "会员")
    page.click("text=或来自表格")
    page.fill("#sheet", "会员号\t生日\t手机\nM1\t2024-02-29\t13800138000\nM2\t1990-01-31\t13900138000")
    page.wait_for_selector(".happens li:has-text('新实体会员')")
    page.click("#create")
    page.wait_for_selector("button:has-text('导入这 2 行')")
    assert accessibility_problems(page) == []
    page.click("button:has-text('导入这 2 行')")
    page.wait_for_selector(".note.is-good:has-text('已导入 2 行')")
    assert accessibility_problems(page) == []


PAGES = [
    "/studio/entity/new",
    "/studio/entity/member",
    "/studio/entity/member/child",
    "/studio/entity/member/settings",
    "/studio/entity/member/fields/level",
    "/studio/entity/member/fields/total_spent",
    "/studio/entity/member/fields/store",
    "/studio/entity/member/fields/joined_on",
    "/studio/entity/member/fields/new?type=formula",
    "/studio/entity/member/fields/new?type=tags",
    "/studio/entity/member/fields/level/retire",
    "/studio/entity/member/fields/last_order_on/retire",
]


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1280), ("zh", True, 1280), ("zh", False, 390), ("en", True, 390)],
)
def test_every_page_that_builds_is_accessible(signed_in, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    found = {}
    for path in PAGES:
        page.goto(path)
        found[path] = _problems(page)
    page.goto("/studio/entity/new")
    page.fill("#name", "x" * 150)
    page.fill(
        "#lines",
        f"{'y' * 150}\nLevel choice\nMember no [Bad] text required unique\nTags tags: a | b\nShop reference: none",
    )
    page.wait_for_selector("#f-4-label")
    found["proposal with errors"] = _problems(page)
    page.goto("/studio/entity/member/fields/level")
    page.click("#s-options-add")
    page.wait_for_selector("#s-options-4-label-en:focus")
    page.click("button[name=save]")
    page.wait_for_selector("#problems:focus")
    found["field with errors"] = _problems(page)
    assert {path: problems for path, problems in found.items() if problems} == {}


def _problems(page) -> list[str]:
    page.evaluate("scrollTo(0, 0)")
    found = accessibility_problems(page)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["wider than the window"] if wide else [])]
