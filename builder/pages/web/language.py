"""Which language and which look a page has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, has_request_context, request, session
from flask_babel import force_locale, get_translations

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


def speak(wish: str | None) -> None:
    """Give this answer in `wish`, else as the browser asks: for pages whose readers are nobody the workspace knows."""
    wishes = (wish, _of_browser(), house().settings.language)
    g.language = next((one for one in wishes if one in LANGUAGES), "en")


@contextmanager
def speaking(wish: str) -> Iterator[None]:
    """For a part of an answer that is in another language than the page."""
    was = {name: g.pop(name, None) for name in ("language", "catalogue")}
    g.language = wish
    try:
        with force_locale(wish):
            yield
    finally:
        g.pop("catalogue", None)
        for name, value in was.items():
            if value is not None:
                setattr(g, name, value)


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
    return _of_browser() or "en"


def _of_browser() -> str | None:
    shorts = (_short(tag) for tag, _weight in request.accept_languages)
    return next((short for short in shorts if short in LANGUAGES), None)


def _short(tag: str) -> str:
    """The language of a tag such as zh-Hant-TW."""
    return tag.split("-", maxsplit=1)[0].lower()
