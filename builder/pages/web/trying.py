"""Trying the drafts: the desk of somebody who works in a trial copy. The signed cookie names the copy.

Only pages of records change over; the studio, the account and the API always mean the workspace itself.
"""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, session
from flask_babel import gettext as _

from builder.pages.web.bars import Bar
from builder.pages.web.visit import workspace
from builder.upkeep import trial

KEY = "trial"
PLACES = ("/desk", "/forms")
START = "/studio/preview"


def enter() -> Any:
    """Before each request: its house is the copy, where there is one; one that is gone is said, never passed over."""
    if not is_of_records(request.path) or KEY not in session:
        return None
    user_id, token = session[KEY]
    found = trial.house_of(workspace(), user_id, token)
    if found is None:
        session.pop(KEY)
        flash(_("The copy in which you tried the drafts is gone. This is the real workspace again."), "info")
        return redirect(START, 303)
    g.trial = found
    return None


def is_of_records(path: str) -> bool:
    return any(path == place or path.startswith(place + "/") for place in PLACES)


def begin(user_id: int, token: str) -> None:
    session[KEY] = (user_id, token)


def end() -> None:
    """Back to the real workspace; the copy goes."""
    if KEY in session:
        trial.drop(workspace(), *session.pop(KEY))


def bar() -> Bar | None:
    """What stands above the pages of a copy, or above the studio's while there is one."""
    if KEY not in session:
        return None
    words = (
        _("You try the drafts in a copy with the newest records: nothing here is real, and nothing is sent.")
        if "trial" in g
        else _("The desk shows the copy in which you try the drafts; the studio is the real one.")
    )
    links = () if "trial" in g else (("/desk", _("To the copy")),)
    return Bar("flask", words, START + "/end", _("End the trial"), links)
