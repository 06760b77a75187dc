"""The actions of a record's page: which are offered, and what happens when one is pressed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.kinds.page_parts import Button, Press
from builder.kinds.parts import settings_of
from builder.pages import web
from builder.pages.desk.seen import Seen
from builder.pages.reader import Reader, elsewhere, reader
from builder.records import find, save
from builder.work import Work
from schema_store import strict_json
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Offered:
    """A button and the name under which it is pressed. `token`: pressing it twice does it once."""

    button: Button
    name: str
    token: str


def offered(seen: Seen, page: Body) -> list[Offered]:
    """The actions that the reader may do, in the page's order. One whose plugin is missing is left out."""
    found = []
    for document in page.get("actions", ()):
        action = seen.work.registry.record_actions.get(document["type"])
        if action is None or not seen.holds(document.get("where", True)):
            continue
        button = action.button(seen, settings_of(document))
        if button is not None:
            token = "" if button.href else secrets.token_urlsafe(12)
            found.append(Offered(button, _name(document), token))
    return found


def _name(document: Body) -> str:
    """What an action is pressed by: it changes with the action, so that an old page presses nothing else."""
    return hashlib.sha256(strict_json.write(document).encode()).hexdigest()[:16]


@web.needs("signed_in")
def press(entity_key: str, record_id: int) -> Response:
    """One action of a page, for the record; back to the record, with what came of it."""
    here = reader()
    here.entity(entity_key)
    base = f"/desk/{entity_key}/{record_id}"
    document = _wanted(here, entity_key)
    if document is None:
        flash(_("The page has changed meanwhile. Nothing was done; look again."), "bad")
        return elsewhere(base)
    pressed = Press(entity_key, record_id, request.form.get("version", type=int))
    token = request.form.get("idempotency_key")
    try:
        web.once(lambda work: _done(here, work, document, pressed), kind="form", key=token or None)
    except save.Missing:
        abort(404)
    except save.Conflict:
        flash(_("Somebody else changed this record since you opened it. Look at it again first."), "bad")
    except Problems as refused:
        flash(" ".join(here.said(one) for one in refused.problems), "bad")
    return elsewhere(base)


def _wanted(here: Reader, entity_key: str) -> Body | None:
    """The document of the action that was pressed; None where the page has no such action any more."""
    page = here.catalog.of_kind("page").get(request.form.get("page", ""), {})
    actions = page.get("actions", ()) if page.get("entity") == entity_key else ()
    return next((one for one in actions if _name(one) == request.form.get("action")), None)


def _done(here: Reader, work: Work, document: Body, pressed: Press) -> Response:
    """Press it; a second press of the same button is told the same."""
    policy = web.policy_in(work)
    record = find.get(work, pressed.entity, pressed.record_id, policy)
    if record is None:
        raise save.Missing(pressed.entity, pressed.record_id)
    there = replace(here, catalog=work.catalog, policy=policy)
    seen = Seen(there, work, work.catalog.entity(pressed.entity), record)
    action = work.registry.record_actions[document["type"]]
    if not seen.holds(document.get("where", True)) or action.button(seen, settings_of(document)) is None:
        raise Problems(Problem("action.undue", template("That cannot be done with this record any more.")))
    flash(here.label(action.press(work, policy, pressed, settings_of(document))), "good")
    return elsewhere(seen.base)
