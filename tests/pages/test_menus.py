"""Menus and first pages, by application and role: headings, forms, links and parts, as far as one may open them."""

from __future__ import annotations

from typing import Any

from builder.events import Cause
from builder.publishing.publish import publish


def with_app(shop, **more: Any) -> None:
    body = {"key": "office", "label": {"en": "Office"}, "menu": [{"entity": "store"}], **more}
    publish(shop.house, {("app", "office"): body}, cause=Cause("command"))


def menu(page) -> list[str]:
    return page.all("#side .side-list > li")


LINKS = [
    {"heading": {"en": "Look after"}},
    {"link": "/studio/people", "label": {"en": "Who works here"}},
    {"heading": {"en": "Elsewhere"}},
    {"link": "https://erp.example/", "label": {"en": "ERP"}, "icon": "world"},
    {"heading": {"en": "Nothing follows"}},
]


def test_an_entry_has_the_name_and_icon_that_it_is_given(shop, ada):
    with_app(shop, menu=[{"entity": "store", "label": {"en": "Our shops"}, "icon": "flag"}])
    page = ada.get("/desk")
    link = page.one("#side a[href='/desk/store']:has(use[href$='#flag'])")
    assert link.get_text(strip=True) == "Our shops"


def test_headings_stand_only_above_what_may_be_opened(shop, ada):
    with_app(shop, menu=LINKS)
    found = menu(ada.get("/desk"))
    assert "Nothing follows" not in found
    at = found.index("Look after")
    assert found[at : at + 3] == ["Look after", "Who works here", "Elsewhere"]
    clerk = menu(shop.reader("clerk").get("/desk"))
    assert "Who works here" not in clerk
    assert "Look after" not in clerk
    assert "Elsewhere" in clerk


def test_a_link_elsewhere_says_so_and_opens_apart(shop, ada):
    with_app(shop, menu=LINKS)
    link = ada.get("/desk").one("#side a[href='https://erp.example/']")
    assert link["rel"] == ["noopener", "noreferrer"]
    assert "opens in a new window" in link.get_text()


def test_a_menu_opens_a_public_form(shop, ada):
    with shop.house.reading() as work:
        form = next(key for kind, key in work.catalog.bodies if kind == "public_form")
    with_app(shop, menu=[{"public_form": form}])
    assert ada.get("/desk").soup.select(f"#side a[href='/forms/{form}']")


def test_a_link_to_a_list_that_one_may_not_read_is_left_out(shop):
    with_app(shop, menu=[{"entity": "store"}, {"link": "/desk/task/new", "label": {"en": "Ask for help"}}])
    assert "Ask for help" in menu(shop.reader("service").get("/desk"))
    publish(
        shop.house,
        {("role", "door"): {"key": "door", "label": "Door", "entities": {"store": {"read": True}}}},
        cause=Cause("command"),
    )
    assert "Ask for help" not in menu(shop.reader("door").get("/desk"))


HOME = {
    "greeting": {"en": "Good day, {name}", "zh": "{name}，您好！"},
    "text": {"en": "The office is open."},
    "parts": [
        {"type": "shortcuts", "new": ["member", "store"]},
        {"type": "tiles", "entities": ["store"]},
        {"type": "text", "label": {"en": "News"}, "text": {"en": "New prices\nas of Monday."}},
        {"type": "view", "view": "all_members", "limit": 2},
    ],
}


def only(shop, **home: Any) -> None:
    """The office alone has a first page."""
    with shop.house.reading() as work:
        own = dict(work.catalog.bodies["app", "membership"])
    quiet = {**own, "home": {"parts": []}}
    office = {"key": "office", "label": {"en": "Office"}, "menu": [{"entity": "store"}], "home": home}
    publish(shop.house, {("app", "membership"): quiet, ("app", "office"): office}, cause=Cause("command"))


def test_the_first_page_is_made_of_parts(shop, ada):
    for number in range(1, 5):
        shop.member(number)
    only(shop, **HOME)
    page = ada.get("/desk")
    assert page.one("h1").text == "Good day, Ada"
    assert "The office is open." in page.text
    assert page.all(".shortcuts a") == ["New: Member", "New: Store"]
    assert page.soup.select(".shortcuts form[action='/desk/lookup'] input[name=q]")
    assert page.all(".tile h2") == ["Stores"]
    assert page.all(".prose p") == ["New prices", "as of Monday."]
    assert len(page.all("#view-all_members tbody tr")) == 2


def test_the_first_page_shows_what_the_reader_may_open(shop):
    shop.member(1)
    only(shop, **HOME)
    page = shop.reader("clerk").get("/desk")
    assert page.all(".shortcuts a") == ["New: Member"]
    assert page.all(".tile h2") == ["Stores"]


def test_each_role_has_its_own_first_page(shop, ada):
    only(shop, **HOME)
    for_clerks = {"key": "till", "label": {"en": "Till"}, "menu": [{"entity": "member"}], "roles": ["clerk"]}
    for_clerks["home"] = {"parts": [{"type": "text", "text": {"en": "Smile."}}]}
    publish(shop.house, {("app", "till"): for_clerks}, cause=Cause("command"))
    assert "Smile." in shop.reader("clerk").get("/desk").text
    assert "Smile." not in shop.reader("manager").get("/desk").text


def test_statements_of_the_first_page_do_not_grow_with_rows(shop, ada):
    only(shop, **HOME)
    counts, asked = [], None
    for numbers in (range(1, 6), range(6, 40)):
        for number in numbers:
            shop.member(number)
        ada.get("/desk")
        asked = asked if asked is not None else shop.statements()
        asked.clear()
        ada.get("/desk")
        counts.append(len(asked))
    assert counts[0] == counts[1]
