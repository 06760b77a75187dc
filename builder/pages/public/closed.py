"""A form that takes no answers: friendly words, and no more of the workspace than the form itself shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from builder.access.policy import Policy
from builder.mechanics.public_forms.openings import EARLY, FULL, OFF, OVER
from builder.pages import web
from builder.pages.public import drawing
from builder.pages.reader import Reader

Body = Mapping[str, Any]


def page(here: Reader, form: Body | None, state: str) -> Response:
    """Why `form` takes no answers; "" or no form: there is none at this address."""
    status, picture, say = _STATES.get(state if form else "", _STATES[""])
    form_title = drawing.head(here, form)["title"] if form and state != OFF else ""
    return _page(here, status, picture, say(here, form or {}), form_title)


def refused(error: HTTPException) -> Response:
    """What went wrong before the form was looked at, in plain words."""
    status = error.code or 500
    heading, words = _("This page could not be opened"), _("Go back, load it again and try once more.")
    if status == 413:
        heading, words = _("That was too much"), _("Go back and shorten what you wrote; then send it again.")
    here = Reader(None, web.visit().catalog, Policy.nobody(), web.language(), web.house().clock.zone)
    return _page(here, status, "alert-circle", (heading, words))


def _page(here: Reader, status: int, picture: str, words: tuple[str, str], form_title: str = "") -> Response:
    """`words`: the heading, and what is said below it."""
    heading, said = words
    given = {"title": heading, "said": said, "picture": picture, "form_title": form_title}
    return drawing.said("public/closed.html", here, status=status, path=request.path, **given)


def _unknown(_here: Reader, _form: Body) -> tuple[str, str]:
    return _("There is no form here"), _("Check the address, or ask those who gave it to you.")


def _off(_here: Reader, _form: Body) -> tuple[str, str]:
    return _("This form is not open"), _("Come back later, or ask those who gave you this address.")


def _early(here: Reader, form: Body) -> tuple[str, str]:
    return _("This form is not open yet"), _("It opens on %(day)s.", day=_day(here, form["opens"]))


def _over(here: Reader, form: Body) -> tuple[str, str]:
    return _("This form is closed"), _("The last day was %(day)s.", day=_day(here, form["closes"]))


def _full(_here: Reader, _form: Body) -> tuple[str, str]:
    return _("This form is closed"), _("It has as many answers as it takes. Thank you for your interest.")


def _day(here: Reader, text: str) -> str:
    return here.day(date.fromisoformat(text))


_STATES: Mapping[str, tuple[int, str, Callable[[Reader, Body], tuple[str, str]]]] = {
    "": (404, "search", _unknown),
    OFF: (403, "lock", _off),
    EARLY: (403, "clock", _early),
    OVER: (410, "calendar", _over),
    FULL: (410, "circle-check", _full),
}
