"""Trying the drafts before anything is published: a copy with the newest records, in which the desk works as ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, session
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio.definitions import kind_of
from builder.pages.web import trying
from builder.pages.web.visit import let_go, workspace
from builder.publishing import sentences
from builder.upkeep import trial
from schema_store import drafts
from schema_store.problems import Problem, Problems


@web.needs("signed_in", "may:publish")
def show() -> Response:
    """`/studio/preview`: what would be tried, and the button."""
    return _page(reader())


@web.needs("signed_in", "may:publish")
def start() -> Response:
    """Make the copy and go to its desk; a former one goes."""
    here, user = reader(), web.visit().user or abort(401)
    let_go()
    trying.end()
    try:
        token = trial.make(workspace(), user.id)
    except Problems as refused:
        return _page(here, refused.problems, status=422)
    trying.begin(user.id, token)
    flash(_("This is your copy. Enter, change and delete what you like: nothing of it is real."), "good")
    return elsewhere("/desk")


@web.needs("signed_in")
def end() -> Response:
    trying.end()
    flash(_("The trial is over, its copy is gone. This is the real workspace."), "good")
    return elsewhere("/studio")


def _page(here: Reader, problems: Sequence[Problem] = (), *, status: int = 200) -> Response:
    with web.reading() as work:
        waiting = drafts.drafts(work.connection)
    return answer(
        "studio/preview.html",
        status=status,
        trail=[("/studio", _("Definitions"))],
        waiting=[_waiting(here, one) for one in waiting.values()],
        errors=list(dict.fromkeys(here.said(one) for one in problems)),
        newest=trial.NEWEST,
        is_on=trying.KEY in session,
    )


def _waiting(here: Reader, draft: drafts.Draft) -> dict[str, Any]:
    body = draft.body or here.catalog.bodies.get((draft.kind, draft.key), {})  # None: it is to be retired
    return {
        "href": f"/studio/{draft.kind}/{draft.key}",
        "kind": here.label(kind_of(draft.kind).label),
        "label": here.label(sentences.named(body), draft.key),
    }
