"""The one way to open a definition for editing and to keep it as a draft, whoever else works on it.

What others kept or published meanwhile is put together with it, place by place. Where both changed the same place
nothing is written, and the page of `clashes` asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, elsewhere
from builder.pages.studio import clashes
from builder.publishing.checking import refuse_too_much
from builder.publishing.merged import merged
from builder.work import Work
from schema_store import drafts, store
from schema_store.documents import Body, Name, authored, fingerprint
from schema_store.drafts import DraftConflict


@dataclass(frozen=True)
class Working:
    """A definition under edit. `live` None: never published. `by`: whose draft it is, "" where there is none.

    `retires`: the draft says that it is to be retired; `body` is what is live then.
    """

    name: Name
    body: Body
    base: int
    turn: int
    live: Body | None = None
    by: str = ""
    retires: bool = False


def opened(work: Work, kind: str, key: str) -> Working:
    """What there is to edit, or the 404 page. A draft that others published past is brought up to what is live.

    Where both changed the same place it stays as it is, and writing it back raises DraftConflict.
    """
    live, draft = store.live_one(work.connection, kind, key), drafts.draft(work.connection, kind, key)
    if live is None and draft is None:
        abort(404)
    published = authored(live.body) if live else None
    version, name = live.version if live else 0, (kind, key)
    if draft is None:
        return Working(name, published or {}, version, 0, published)
    if draft.body is None:
        return Working(name, published or {}, version, draft.turn, published, draft.by, retires=True)
    together = _together(work, draft, published) if draft.is_stale else draft.body
    if (
        together is None
    ):  # its base stays the old one, so that nothing is written over what was published since
        return Working(name, draft.body, draft.base or 0, draft.turn, published, draft.by)
    return Working(name, together, version, draft.turn, published, draft.by)


def _together(work: Work, draft: drafts.Draft, live: Body | None) -> Body | None:
    """A stale draft with what was published since; None where both changed the same place."""
    base = store.body_of_version(work.connection, draft.kind, draft.key, draft.base) if draft.base else None
    found = merged(authored(base) if base else None, authored(draft.body or {}), live)
    return None if found.conflicts or not isinstance(found.merged, dict) else found.merged


@dataclass(frozen=True)
class Kept:
    """What was written. `beside`: it was put together with what somebody else (`by`, "" for a publish) had written."""

    body: Body | None
    beside: bool = False
    by: str = ""


def write(
    work: Work,
    name: Name,
    body: Body | None,
    *,
    base: int,
    turn: int,
    choices: Mapping[str, str] | None = None,
    seen: str = "",
) -> Kept:
    """Keep `body` (None: that it retires), which was written on version `base` (0: none) and turn `turn`.

    Raises DraftConflict where somebody else changed the same place and `choices` do not say whose words stand, or
    say it of others' words than those that were `seen`.
    """
    web.policy_in(work).require("publish")
    try:
        _save(work, name, body, base=base, turn=turn)
    except DraftConflict as conflict:
        together = merged(conflict.base, conflict.mine, conflict.theirs, choices)
        is_open = any(one.pointer not in (choices or {}) for one in together.conflicts)
        if is_open or (choices and fingerprint(conflict.theirs) != seen):
            raise
        _save(work, name, together.merged, base=conflict.base_version or 0, turn=conflict.turn)
        return Kept(together.merged, beside=True, by=conflict.by)
    return Kept(body)


def _save(work: Work, name: Name, body: Body | None, *, base: int, turn: int) -> None:
    by, at = work.cause.actor, work.now
    if body is not None:
        refuse_too_much(work.registry.kinds[name[0]], body)
    drafts.save_draft(work.connection, name, body, base=base or None, turn=turn, by=by, at=at)


def keep(here: Reader, name: Name, body: Body | None, *, base: int, turn: int) -> Response:
    """Keep it and go on, to the plan where the form says so; where it clashes, the page that asks.

    Raises Problems for what cannot be kept at all.
    """
    try:
        with web.writing("form") as work:
            kept = write(work, name, body, base=base, turn=turn)
    except DraftConflict as conflict:
        return clashes.page(here, conflict, base=base, turn=turn, is_to_publish="publish" in request.form)
    return went_well(kept, name, is_to_publish="publish" in request.form)


def went_well(kept: Kept, name: Name, *, is_to_publish: bool) -> Response:
    """Say that it is kept, and go on."""
    if kept.beside:
        flash(
            _("Somebody else had changed other places meanwhile. The draft holds both, yours and theirs."),
            "info",
        )
    elif kept.body is None:
        flash(_("It is to be retired. It is used as before until that is published."), "good")
    else:
        flash(_("The draft is kept. Nothing has changed for others until it is published."), "good")
    return elsewhere("/studio/publish" if is_to_publish else f"/studio/{name[0]}/{name[1]}")
