"""Which language and which look a page has."""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context, request, session
from flask_babel import get_translations

from builder.pages.web.visit import house, known_visit

LANGUAGES = ("en", "zh")
THEMES = ("", "light", "dark")


def language() -> str:
    """The user's choice, else this browser's on this site, else the workspace's, else the browser's, else English."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _chosen()
    return g.language


def say(text: str) -> str:
    """`text` in the page's language. The catalogue is looked up once a request, not once a word."""
    return _catalogue().ugettext(text)


def say_number_of(one: str, many: str, number: int) -> str:
    """The text for this number of things, in the page's language."""
    return _catalogue().ungettext(one, many, number)


def _catalogue() -> Any:
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def theme() -> str:
    """ "light", "dark", or "" for what the system says."""
    chosen = session.get("theme")
    return chosen if chosen in THEMES else ""


def _chosen() -> str:
    visit = known_visit()
    wishes = (
        visit.user.language if visit and visit.user else None,
        session.get("language"),
        house().settings.language,
    )
    for wish in wishes:
        if wish in LANGUAGES:
            return wish
    return next(
        (short for tag, _weight in request.accept_languages if (short := _short(tag)) in LANGUAGES), "en"
    )


def _short(tag: str) -> str:
    """The language of a tag such as zh-Hant-TW."""
    return tag.split("-", maxsplit=1)[0].lower()
