"""Which of the texts of a definition lack a language."""

from __future__ import annotations

import unicodedata

from flask_babel import ngettext

from builder.pages.studio import searching
from schema_store.documents import Body
from schema_store.texts import Text

LANGUAGES = ("en", "zh")


def lacking(body: Body) -> dict[str, int]:
    """How many texts lack each language; languages that nothing lacks are left out."""
    found = [by_language(text) for _place, text in searching.texts(body)]
    numbers = {language: sum(not words[language] for words in found) for language in LANGUAGES}
    return {language: number for language, number in numbers.items() if number}


def said(body: Body) -> list[str]:
    """What is missing, in sentences: "3 texts lack Chinese"."""
    numbers = lacking(body)
    return [
        *(_lack_english(numbers["en"]) if "en" in numbers else ()),
        *(_lack_chinese(numbers["zh"]) if "zh" in numbers else ()),
    ]


def _lack_english(number: int) -> list[str]:
    return [ngettext("%(num)s text lacks English", "%(num)s texts lack English", number)]


def _lack_chinese(number: int) -> list[str]:
    return [ngettext("%(num)s text lacks Chinese", "%(num)s texts lack Chinese", number)]


def by_language(text: Text) -> dict[str, str]:
    """The words in each language, "" where it has none. Plain words are of the language that they are written in."""
    if isinstance(text, str):
        own = "zh" if any(_is_chinese(char) for char in text) else "en"
        return {language: text if language == own else "" for language in LANGUAGES}
    return {language: text.get(language, "") for language in LANGUAGES}


def _is_chinese(char: str) -> bool:
    return unicodedata.name(char, "").startswith("CJK")
