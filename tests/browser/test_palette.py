"""The palette in a real browser, by the keyboard alone, in both languages; and its pages looked at by axe-core."""

from __future__ import annotations

import pytest

from tests.chromium import accessibility_problems

CHOSEN = "#palette-list [role=option][aria-selected=true]"


@pytest.fixture
def opened(shop, signed_in):
    """A page of Ada's that is there in her language."""

    def open_page(*, language="en", **how):
        page = signed_in(language=language, **how)
        page.wait_for_selector(f"html[lang^={language}]")
        return page

    return open_page


def ask(page, text):
    """Open the palette, type, and wait for its list."""
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type(text)
    page.wait_for_selector(f"#palette-list[data-text='{text}']")


def chosen(page):
    return page.locator(CHOSEN).inner_text().splitlines()[0]


@pytest.mark.parametrize(
    ("language", "text", "label", "address"),
    [
        ("en", "level", "Member › Level", "**/studio/entity/member/fields/level"),
        ("zh", "等级", "会员 › 等级", "**/studio/entity/member/fields/level"),
        ("en", "dormant members", "Dormant members", "**/desk/member?view=dormant_members"),
        ("zh", "沉睡会员", "沉睡会员", "**/desk/member?view=dormant_members"),
    ],
)
def test_typed_and_entered(opened, language, text, label, address):
    page = opened(language=language)
    ask(page, text)
    assert chosen(page) == label
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def test_arrows_walk_and_the_box_keeps_the_focus(opened):
    page = opened()
    ask(page, "member")
    first = page.locator(CHOSEN).get_attribute("id")
    page.keyboard.press("ArrowDown")
    second = page.locator(CHOSEN).get_attribute("id")
    assert first != second == page.locator("#palette-input").get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.locator(CHOSEN).get_attribute("id") == page.locator("[role=option]").last.get_attribute("id")
    assert page.evaluate("document.activeElement.id") == "palette-input"


def test_escape_closes_and_the_focus_goes_back(opened):
    page = opened()
    page.focus("#find")
    ask(page, "level")
    page.keyboard.press("Escape")
    page.wait_for_selector("#palette:not([open])", state="attached")
    assert page.evaluate("document.activeElement.id") == "find"


def test_enter_waits_for_the_answer_to_what_was_typed(opened):
    page = opened()
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type("users and tokens")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/people")


def test_what_cannot_be_done_says_why_and_stays(opened):
    page = opened()
    ask(page, "publish the drafts")
    page.keyboard.press("Enter")
    assert "There are no drafts" in page.locator("#palette-said").inner_text()
    assert page.locator("#palette").get_attribute("open") is not None


def test_the_look_is_changed_from_the_palette(opened):
    page = opened()
    ask(page, "dark")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-bs-theme=dark]")


def test_the_link_in_the_top_opens_it_and_leads_to_the_page_without_a_script(opened):
    page = opened()
    page.click("[data-palette]")
    page.wait_for_selector("#palette[open]")
    plain = opened(java_script_enabled=False)
    plain.click("[data-palette]")
    plain.wait_for_url("**/find")
    plain.fill("#find-text", "level")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**/find?q=level")
    assert plain.locator("#found .row-main").first.inner_text() == "Member › Level"


@pytest.mark.parametrize("how", [{}, {"language": "zh", "dark": True}, {"width": 390}])
def test_it_is_accessible(opened, how):
    page = opened(**how)
    ask(page, "publish")
    assert accessibility_problems(page) == []
    page.keyboard.press("Escape")
    for address in ("/find", "/find?q=member", "/find?q=zebra", "/shortcuts"):
        page.goto(address)
        assert accessibility_problems(page) == [], address
