"""Which language and which look a page has."""

from __future__ import annotations

from flask import g, has_request_context, request, session

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
