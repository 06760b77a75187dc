"""Looking at the pages as people of a role see them: the signed cookie names the roles, nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

from flask import session
from flask_babel import gettext as _

from builder.pages.web.bars import Bar
from builder.pages.web.language import language
from builder.pages.web.visit import VIEWING, forget_visit, known_visit
from schema_store.texts import pick

START = "/studio/view-as"


def begin(roles: Sequence[str]) -> None:
    session[VIEWING] = list(roles)
    forget_visit()


def end() -> bool:
    """Oneself again; False where one was that already."""
    was_viewing = session.pop(VIEWING, None) is not None
    forget_visit()
    return was_viewing


def bar() -> Bar | None:
    """What stands above every page meanwhile."""
    asking = known_visit()
    if asking is None or not asking.viewing:
        return None
    known = asking.catalog.of_kind("role")
    labels = [pick(known[role].get("label"), language(), role) for role in asking.viewing]
    words = _(
        "You see what this role sees: %(roles)s. Nothing can be changed meanwhile.",
        roles=_(", ").join(labels),
    )
    return Bar("eye", words, START + "/end", _("End the view"), ((START, _("Other roles")),))
