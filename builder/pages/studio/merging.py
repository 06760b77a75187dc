"""`/studio/<kind>/<key>/merge`: a draft and what somebody else wrote meanwhile, brought together place by place."""

from __future__ import annotations

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import elsewhere, reader
from builder.pages.studio import clashes, keeping
from builder.pages.studio.definitions import kind_of
from builder.pages.web.numbers import counted
from schema_store import drafts, store, strict_json
from schema_store.documents import Body, Name, fingerprint, is_key, key_of
from schema_store.drafts import DraftConflict
from schema_store.merging import BASE, MINE, THEIRS
from schema_store.problems import Problems


@web.needs("signed_in", "may:publish")
def show(kind: str, key: str) -> Response:
    """A draft that something newer was published past; any other is shown as it is."""
    kind_of(kind)
    here, name = reader(), (kind, key)
    with web.reading() as work:
        draft, conflict = drafts.draft(work.connection, *name), drafts.stale(work.connection, *name)
        is_gone = name in store.retired(work.connection)
    if draft is None:
        abort(404)
    if conflict is None or is_gone:
        return elsewhere(f"/studio/{kind}/{key}")
    return clashes.page(here, conflict, base=draft.base or 0, turn=draft.turn, is_to_publish=True, status=200)


@web.needs("signed_in", "may:publish")
def decide(kind: str, key: str) -> Response:
    """Keep what was brought together; ask again where a choice is missing or the other side moved."""
    kind_of(kind)
    here, form, name = reader(), request.form, (kind, key)
    base, turn, seen = form.get("base", 0, counted), form.get("turn", 0, counted), form.get("seen", "")
    mine, is_to_publish = _carried(name), "publish" in form
    choices = {
        at.removeprefix(clashes.AT): chosen
        for at, chosen in form.items()
        if at.startswith(clashes.AT) and chosen in (MINE, THEIRS, BASE)
    }
    try:
        with web.writing("form") as work:
            kept = keeping.write(work, name, mine, base=base, turn=turn, choices=choices, seen=seen)
    except DraftConflict as conflict:
        has_moved = fingerprint(conflict.theirs) != seen
        if has_moved:
            flash(_("It was changed once more meanwhile. Nothing is lost: look again."), "info")
        return clashes.page(
            here,
            conflict,
            base=base,
            turn=turn,
            is_to_publish=is_to_publish,
            choices={} if has_moved else choices,
            is_asked=not has_moved,
            status=409 if has_moved else 422,
        )
    except Problems as refused:
        flash(here.said(refused.problems[0]), "bad")
        return elsewhere(f"/studio/{kind}/{key}")
    return keeping.went_well(kept, name, is_to_publish=is_to_publish)


def _carried(name: Name) -> Body | None:
    """What the page carried along: a document of this key, or null for a retirement."""
    try:
        body = strict_json.read(request.form.get("mine", ""))
    except Problems:
        abort(422)
    if body is not None and (not isinstance(body, dict) or not is_key(name[1]) or key_of(body) != name[1]):
        abort(422)
    return body
