"""The overview, where things are used, words in both languages and the first build, looked at by axe-core."""

from __future__ import annotations

import pytest

from builder.events import Cause
from schema_store import drafts
from tests.chromium import accessibility_problems

ADDRESSES = (
    *("/studio", "/studio?q=gold", "/studio?q=zebra", "/studio?kind=drafts", "/studio/entity/member"),
    *(
        "/studio/view/half",
        "/studio/entity/member/fields/stage",
        "/studio/view/half/words",
        "/account",
        "/desk",
    ),
)


@pytest.mark.parametrize("how", [{}, {"language": "zh", "dark": True}, {"width": 390}])
def test_its_pages_are_accessible(shop, signed_in, how):
    body = {"key": "half", "label": {"en": "Half"}, "entity": "member", "columns": ["stage"]}
    with shop.house.writing(Cause("form")) as work:
        drafts.save_draft(
            work.connection, ("view", "half"), body, base=None, turn=0, by="user:1", at=work.now
        )
    page = signed_in(**how)
    page.wait_for_selector(f"html[lang^={how.get('language', 'en')}]")
    for address in ADDRESSES:
        page.goto(address)
        assert accessibility_problems(page) == [], address


def test_single_keys_do_nothing_for_who_switched_them_off(shop, signed_in):
    page = signed_in()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.goto("/account")
    page.uncheck("input[name=keys]")
    page.click("#keys button")
    page.wait_for_selector("body[data-keys=off]")
    page.goto("/desk")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "find"
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")


def test_the_overview_searches_while_one_types(shop, signed_in):
    page = signed_in()
    page.goto("/studio")
    page.fill("#definition-search", "gold")
    page.wait_for_selector(".row-why:has-text('Gold')")
    assert page.evaluate("document.activeElement.id") == "definition-search"
