"""Words that people give to what they make, in more than one language."""

from __future__ import annotations

from collections.abc import Mapping

Text = str | Mapping[str, str]
"""Plain words for all languages, or `{"en": …, "zh": …}`; a missing language falls back to another."""


def pick(text: Text | None, language: str, fallback: str = "") -> str:
    """The words for `language` ("zh", "en", "zh-CN" …); else English, else any there are, else `fallback`."""
    if not text:
        return fallback
    if isinstance(text, str):
        return text
    short = language.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0]
    return text.get(short) or text.get("en") or next(iter(text.values()), fallback)
