"""Words that people give to what they make, in more than one language."""

from __future__ import annotations

from collections.abc import Mapping

Text = str | Mapping[str, str]
"""Plain words for all languages, or `{"en": …, "zh": …}`; a missing language falls back to another."""


def pick(text: Text | None, language: str, fallback: str = "") -> str:
    """The words for `language` ("zh", "en", "zh-CN" …); else English, else any there are, else `fallback`.

    So it is with what is no text at all: a draft may be any JSON.
    """
    if isinstance(text, str):
        return text or fallback
    if not isinstance(text, Mapping):
        return fallback
    short = language.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0]
    words = (text.get(short), text.get("en"), *text.values())
    return next((one for one in words if one and isinstance(one, str)), fallback)
