"""The actions of a record's page: which are offered, and what happens when one is pressed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, request
from flask_babel import gettext as _

from builder.kinds.parts import settings_of
from builder.pages import web
from builder.pages.desk.seen import Seen
from builder.pages.parts.contract import Button, Press
from builder.pages.reader import Reader, elsewhere, reader
from builder.records import save
from builder.work import Work
from schema_store import strict_json
from schema_store.problems import Problems

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
        button = action.button(seen, settings_of(document)) if action else None
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
    page = here.catalog.of_kind("page").get(request.form.get("page", ""), {})
    wanted = request.form.get("action", "")
    actions = page.get("actions", ()) if page.get("entity") == entity_key else ()
    document = next((one for one in actions if _name(one) == wanted), None)
    base = f"/desk/{entity_key}/{record_id}"
    if document is None:
        flash(_("The page has changed meanwhile. Nothing was done; look again."), "bad")
        return elsewhere(base)
    try:
        done = web.once(
            lambda work: _done(here, work, document, base),
            kind="form",
            key=request.form.get("idempotency_key") or None,
        )
    except save.Missing:
        abort(404)
    except save.Conflict:
        flash(_("Somebody else changed this record since you opened it. Look at it again first."), "bad")
    except Problems as refused:
        flash(" ".join(here.said(one) for one in refused.problems), "bad")
    else:
        return elsewhere(done.headers["Location"])
    return elsewhere(base)


def _done(here: Reader, work: Work, document: Body, base: str) -> Response:
    """Press it; a second press of the same button is told the same."""
    entity, record_id = base.removeprefix("/desk/").split("/")
    pressed = Press(
        work.house, work.cause.actor, entity, int(record_id), request.form.get("version", type=int)
    )
    action = work.registry.record_actions[document["type"]]
    said = action.press(work, web.policy_in(work), pressed, settings_of(document))
    flash(here.label(said), "good")
    return redirect(base, 303)
