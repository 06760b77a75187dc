"""Building in a real browser: rows beside the lines, sheets, and every page that builds accessible."""

from __future__ import annotations

import pytest

from tests.chromium import page_problems


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
    assert page_problems(page) == []
    page.click("button:has-text('导入这 2 行')")
    page.wait_for_selector(".note.is-good:has-text('已导入 2 行')")
    assert page_problems(page) == []


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
        found[path] = page_problems(page)
    page.goto("/studio/entity/new")
    page.fill("#name", "x" * 150)
    page.fill(
        "#lines",
        f"{'y' * 150}\nLevel choice\nMember no [Bad] text required unique\nTags tags: a | b\nShop reference: none",
    )
    page.wait_for_selector("#f-4-label")
    found["proposal with errors"] = page_problems(page)
    page.goto("/studio/entity/member/fields/level")
    page.click("#s-options-add")
    page.wait_for_selector("#s-options-4-label-en:focus")
    page.click("button[name=save]")
    page.wait_for_selector("#problems:focus")
    found["field with errors"] = page_problems(page)
    assert {path: problems for path, problems in found.items() if problems} == {}
