"""What surrounds every page, and what holds for all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path("builder/templates")
EVERYWHERE = [
    "/desk",
    "/desk/member",
    "/desk/member/1",
    "/desk/member/1/edit",
    "/desk/member/1/delete",
    "/desk/member/new",
    "/desk/lookup?q=x",
    "/studio",
    "/studio/entity/member",
    "/studio/role/clerk",
    "/studio/view/prospects/text",
    "/studio/publish",
    "/studio/workflows",
    "/studio/workflows/member_dormant",
    "/studio/workflows/member_dormant/rehearsal",
    "/studio/runs",
    "/studio/plugins",
    "/studio/people",
]


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_has_its_landmarks_and_no_inline_code(shop, path, language):
    shop.member(1)
    page = shop.reader(language=language).get(path)
    assert page.status == 200
    assert page.soup.html["lang"] == {"en": "en", "zh": "zh-CN"}[language]
    assert len(page.soup.select("main#main")) == len(page.soup.select("h1")) == 1
    assert page.one("a.skip")["href"] == "#main"
    assert not page.soup.select("[style], style, script:not([src])")
    assert not re.search(r"\son[a-z]+=", page.html)
    ids = [tag["id"] for tag in page.soup.select("[id]")]
    assert len(ids) == len(set(ids))
    for label in page.soup.select("label[for]"):
        assert page.soup.find(id=label["for"]), label


def test_the_menu_follows_rights(shop):
    assert "Studio" in shop.reader().get("/desk").all(".side-title")
    assert "Studio" not in shop.reader("clerk").get("/desk").all(".side-title")


def test_the_menu_says_where_one_is(shop, ada):
    shop.member(1)
    assert ada.get("/desk/member/1").all(".side-link[aria-current]") == ["Members"]
    assert ada.get("/studio/runs").all(".side-link[aria-current]") == ["Runs"]


def test_language_and_look_are_switched_without_a_script(ada):
    assert ada.post("/preferences", {"language": "zh", "next": "/desk/member"}).where == "/desk/member"
    assert "会员" in ada.get("/desk/member").one("h1").text
    ada.post("/preferences", {"theme": "dark"})
    assert ada.get("/desk").soup.html["data-bs-theme"] == "dark"
    ada.post("/preferences", {"theme": ""})
    assert "data-bs-theme" not in ada.get("/desk").soup.html.attrs


@pytest.mark.parametrize(("language", "words"), [("en", "There is nothing here"), ("zh", "这里没有内容")])
def test_errors_speak_the_readers_language(shop, language, words):
    page = shop.reader(language=language).get("/desk/nothing")
    assert page.status == 404
    assert page.one("h1").text == words
    assert page.soup.select("nav#side")


def test_no_template_switches_escaping_off():
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        assert "|safe" not in text.replace(" ", ""), template
        assert "autoescape" not in text, template
