"""What holds for every page: it answers, in both languages, and works without a script."""

from __future__ import annotations

from typing import Any

import pytest

from tests import make
from tests.pages.every_page import addresses
from tests.pages.shop import Shop

ASKING = ("hx-get", "hx-post")
BY_ITSELF = ("every", "load", "revealed", "intersect")
"""Triggers of what a page does by itself: without a script the reader loads it again."""


@pytest.fixture(scope="module")
def shop(sqlite_databases):
    """A shop where there is one of everything: records, a run, a person."""
    url = sqlite_databases.copy("membership_open", make.changed_membership(with_open_form))
    found = Shop(url)
    member = found.member(1, name="Chen Jing", stage="active")
    found.order(1, member)
    started = found.reader().post("/studio/workflows/member_dormant/run", {})
    assert started.where.endswith("/runs/1")
    found.readers = {"en": found.reader(), "zh": found.reader("admin", "clerk", language="zh")}
    yield found
    found.house.database.close()
    sqlite_databases.drop(url)


def with_open_form(bodies: Any) -> None:
    bodies["public_form", "member_signup"]["enabled"] = True


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_answers_in_both_languages(shop, language):
    reader, wrong = shop.readers[language], {}
    spoken = {"en": "en", "zh": "zh-CN"}[language]
    for address in addresses(shop):
        page = reader.get(address)
        if page.status not in (200, 303, 302):
            wrong[address] = page.status
        elif page.status == 200 and not address.startswith("/forms/"):  # visitors are asked by their browser
            assert page.one("html")["lang"] == spoken, address
    assert wrong == {}


def test_no_page_needs_a_script(shop):
    """What htmx would ask for can be asked for without it: by a link, or by a form with a button."""
    wrong = {}
    for address in addresses(shop):
        page = shop.readers["en"].get(address)
        found = [
            str(tag)[:160] for tag in page.soup.select(", ".join(f"[{one}]" for one in ASKING)) if needs(tag)
        ]
        found += [
            str(form)[:160] for form in page.soup.select("form") if not is_sent_by_a_button(form, page.soup)
        ]
        if found:
            wrong[address] = found
    assert wrong == {}


def needs(tag: Any) -> bool:
    """Whether this element does something only with a script."""
    if any(word in tag.get("hx-trigger", "") for word in BY_ITSELF):
        return False
    if tag.name == "a":
        return not tag.get("href")
    form = tag if tag.name == "form" else tag.find_parent("form")
    return form is None and not tag.get("form")


def is_sent_by_a_button(form: Any, soup: Any) -> bool:
    """Whether a form has somewhere to go and a button that sends it, inside it or elsewhere by its name.

    Those of the preferences stand in the page's head; one that is hidden is what a drag sends, beside its buttons.
    """
    if form.get("id") == "preferences" or form.has_attr("hidden"):
        return True
    buttons = form.select("button:not([type=button]), input[type=submit]")
    buttons += soup.select(f"button[form='{form.get('id')}']") if form.get("id") else []
    is_search = form.get("role") == "search" or form.select(
        "input[type=search]"
    )  # Enter sends a single input
    return bool(form.get("action") is not None or form.get("method")) and bool(buttons or is_search)
