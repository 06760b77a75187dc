"""axe-core finds nothing on any page, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

import pytest

from tests.chromium import accessibility_problems, problems_of_pages
from tests.pages.every_page import addresses

MORE = [
    "/desk/member?q=nobody",
    "/desk/member?field=points&op=between&w=level.in.gold",
    "/desk/order/new",
    "/desk/nothing",
    "/studio/view/prospects/text",
]
"""Other states of pages; one address of each page comes from the application itself."""


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1280), ("zh", True, 1280), ("zh", False, 390), ("en", True, 390)],
)
def test_every_page_is_accessible(shop, signed_in, language, dark, width):
    """Every page of the application in both languages, one half of them wide, the other narrow."""
    assert shop.reader().post("/studio/workflows/member_dormant/run", {}).where.endswith("/runs/1")
    half = 0 if width == 1280 else 1
    page = signed_in(language=language, dark=dark, width=width)
    assert problems_of_pages(page, [*addresses(shop)[half::2], *MORE]) == {}


def test_a_form_with_errors_and_a_run_are_accessible(signed_in):
    page = signed_in()
    page.goto("/desk/member/1/edit")
    page.fill("#f-phone", "12")
    page.click("button:has-text('Save')")
    page.wait_for_selector("#f-phone-error")
    assert accessibility_problems(page) == []
    page.goto("/studio/workflows/member_dormant/rehearsal")
    page.click("text=Run it now")
    page.wait_for_url("**/studio/runs/*")
    assert accessibility_problems(page) == []
    page.click("text=Undo …")
    page.wait_for_url("**/undo")
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_the_door_is_accessible(shop, pages, dark):
    page = pages.open(base_url=shop.address, dark=dark)
    page.goto("/sign-in")
    assert accessibility_problems(page) == []
    page.fill("#email", "ada@shop.example")
    page.fill("#password", "wrong")
    page.click(".btn-primary")
    page.wait_for_selector(".note.is-bad")
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_long_words_keep_to_their_place(shop, signed_in, width):
    long = "x" * 200
    number = shop.member(61, name=long, city=long)
    page = signed_in(width=width)
    for path in (
        "/desk/member?sort=-name",
        f"/desk/member?w=name.starts_with.{long}",
        f"/desk/member/{number}",
    ):
        page.goto(path)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        assert page.evaluate(
            "[...document.querySelectorAll('td, tbody th')].filter(cell => cell.scrollWidth > cell.clientWidth).length"
        ) == 0, path  # fmt: skip
