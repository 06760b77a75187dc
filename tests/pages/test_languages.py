"""Labels in one language: shown in the other's place everywhere, counted, and filled in on one page."""

from __future__ import annotations

import pytest

from builder.events import Cause
from builder.pages.studio import missing_words
from builder.publishing.publish import publish
from tests.pages.workshop import bare, send  # noqa: F401 - `bare` is a fixture


def text(language, words):
    return {language: words}


def made(shop, language):
    """An entity with a view, a form, a role, a workflow and a menu, all labelled in one language."""
    label = {"en": "Book EN", "zh": "书籍"}[language]
    option = {"value": "a", "label": text(language, f"{label} option")}
    fields = {
        "title": {
            "type": "text",
            "label": text(language, f"{label} title"),
            "help": text(language, f"{label} help"),
        },
        "sort": {"type": "select", "label": text(language, f"{label} sort"), "options": [option]},
    }
    named = {"label": text(language, label)}
    publish(
        shop.house,
        {
            ("entity", "book"): {
                "properties": {key: {"x-tessera": one} for key, one in fields.items()},
                "x-tessera": {"key": "book", **named},
            },
            ("view", "books"): {"key": "books", **named, "entity": "book", "columns": ["title", "sort"]},
            ("form", "book_form"): {
                "key": "book_form",
                **named,
                "entity": "book",
                "sections": [{**named, "fields": ["title", "sort"]}],
            },
            ("role", "reader"): {"key": "reader", **named, "entities": {"book": {"read": True}}},
            ("workflow", "flow"): {
                "key": "flow",
                **named,
                "entity": "book",
                "trigger": {"type": "schedule", "cron": "0 3 * * *"},
                "actions": [{"type": "set_field", "field": "sort", "value": "a"}],
            },
            ("app", "library"): {"key": "library", **named, "menu": [{"entity": "book"}, {"view": "books"}]},
        },
        cause=Cause("command"),
    )
    return label


PAGES = [
    *("/desk", "/desk/book", "/desk/book/new", "/desk/book?view=books"),
    *("/studio", "/studio?q=book", "/studio/entity/book", "/studio/view/books", "/studio/form/book_form"),
    *("/studio/role/reader", "/studio/workflows", "/studio/workflow/flow", "/studio/app/library"),
    *("/studio/view/books/design", "/studio/entity/book/fields/sort", "/find?q=book", "/studio/packages"),
]


@pytest.mark.parametrize(("has", "reads"), [("zh", "en"), ("en", "zh")])
def test_what_lacks_a_language_is_shown_in_the_other(bare, has, reads):  # noqa: F811
    label = made(bare, has)
    reader = bare.reader("admin", language=reads)
    for address in PAGES:
        page = reader.get(address)
        assert page.status == 200, address
        assert label in page.html, address
        assert "{'" not in page.text, address


def test_plain_words_are_of_the_language_they_are_written_in():
    assert missing_words.by_language("会员") == {"en": "", "zh": "会员"}
    assert missing_words.by_language("VIP") == {"en": "VIP", "zh": ""}


def test_what_is_missing_is_counted_on_the_page_of_the_definition(bare):  # noqa: F811
    made(bare, "en")
    page = bare.reader().get("/studio/entity/book")
    assert "texts lack Chinese" in page.text
    assert page.link("Fill them in") == "/studio/entity/book/words"


def test_a_definition_in_both_languages_says_nothing_of_it(shop, ada):
    assert "Fill them in" not in ada.get("/studio/view/dormant_members").text


def test_all_that_is_missing_is_filled_in_at_once(bare):  # noqa: F811
    made(bare, "en")
    reader, address = bare.reader(), "/studio/entity/book/words"
    page = reader.get(address)
    names = [str(tag["name"]) for tag in page.soup.select("input[name^='zh/']")]
    assert "zh/properties/sort/x-tessera/options/0/label" in names
    done = send(reader, address, page, {name: f"中 {at}" for at, name in enumerate(names)})
    assert done.where == "/studio/entity/book"
    assert "Nothing is missing" in reader.get(address).text
    draft = reader.get("/studio/entity/book/fields/sort")
    assert any(str(tag.get("value", "")).startswith("中 ") for tag in draft.soup.select("input"))


def test_what_is_too_long_is_said_at_its_input_and_nothing_is_lost(bare):  # noqa: F811
    made(bare, "en")
    reader, address = bare.reader(), "/studio/view/books/words"
    page = send(reader, address, reader.get(address), {"zh/label": "长" * 600})
    assert page.status == 422
    assert "too long" in page.one(".form-error").text
    assert page.one("input[name='zh/label']")["value"] == "长" * 600


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(bare):  # noqa: F811
    made(bare, "en")
    reader, address = bare.reader(), "/studio/view/books/words"
    mine, theirs = reader.get(address), reader.get(address)
    send(reader, address, theirs, {"zh/label": "他们的"})
    page = send(reader, address, mine, {"zh/label": "我的"})
    assert page.status == 409
    assert "changed this after you had opened it" in page.text
