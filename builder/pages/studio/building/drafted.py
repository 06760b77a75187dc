"""A change of one part of a draft, written back without losing what others wrote.

A change says which part it is about and how that part stood when it was opened. Others' changes of other parts are
kept beside it; where the same part was changed, nothing is written and both are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, request

from builder.pages import web
from builder.pages.reader import reader
from builder.pages.studio import clashes, keeping
from builder.pages.studio.keeping import Working, opened
from builder.work import Work
from schema_store import drafts, store
from schema_store.documents import Body, Name, fingerprint
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template


class Moved(Problems):
    """Somebody else changed the same part. `theirs` is the part as it stands now."""

    def __init__(self, by: str, theirs: Any):
        said = template(
            "{by} changed this after you had opened it. Nothing of yours is lost: compare and choose."
        )
        super().__init__(Problem("draft.part_moved", said, {"by": by or template("Somebody else")}))
        self.by, self.theirs = by, theirs


def mark(part: Any) -> str:
    """How a part stands: to be handed back with its change."""
    return fingerprint(part)


def change(
    name: Name,
    part: Callable[[Body], Any],
    seen: str,
    edit: Callable[[Body], Body],
    also: Mapping[Name, Callable[[Body], Body]] | None = None,
) -> None:
    """Write `edit` into the draft, if `part` of it still stands as it was `seen`; and into others what `also` says.

    All in one transaction. Raises Moved; where the draft itself cannot be brought up to date, the answer is the page
    that asks whose words stand.
    """
    try:
        with web.writing("form") as work:
            web.policy_in(work).require("publish")
            store.hold(work.connection, [name, *(also or {})])
            working = opened(work, *name)
            if mark(part(working.body)) != seen:
                raise Moved(working.by, part(working.body))
            _save(work, working, edit(working.body))
            for other, its_edit in (also or {}).items():
                held = opened(work, *other)
                _save(work, held, its_edit(held.body))
    except Clash as clash:
        working, to_publish = clash.working, "publish" in request.form
        page = clashes.page(
            reader(), clash.conflict, base=working.base, turn=working.turn, is_to_publish=to_publish
        )
        abort(page)


class Clash(Exception):
    """A draft that cannot be brought up to date by itself."""

    def __init__(self, working: Working, conflict: drafts.DraftConflict):
        super().__init__(str(conflict))
        self.working, self.conflict = working, conflict


def _save(work: Work, working: Working, body: Body) -> None:
    try:
        keeping.write(work, working.name, body, base=working.base, turn=working.turn)
    except drafts.DraftConflict as conflict:
        raise Clash(working, conflict) from conflict
