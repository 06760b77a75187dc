"""The body that an editor works on: the draft, else what is live; written back without losing what others wrote.

A change says which part it is about and how that part stood when it was opened. Others' changes of other parts are
kept beside it; where the same part was changed, nothing is written and both are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort

from builder.pages import web
from builder.work import Work
from schema_store import drafts, merging, store
from schema_store.documents import Body, Name, authored, fingerprint
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template


@dataclass(frozen=True)
class Working:
    """A definition under edit. `live` None: never published. `by`: whose draft it is, "" where there is none."""

    name: Name
    body: Body
    base: int
    turn: int
    live: Body | None = None
    by: str = ""


class Moved(Problems):
    """Somebody else changed the same part. `theirs` is the part as it stands now."""

    def __init__(self, by: str, theirs: Any):
        said = template(
            "{by} changed this after you had opened it. Nothing of yours is lost: compare and choose."
        )
        super().__init__(Problem("draft.part_moved", said, {"by": by or template("Somebody else")}))
        self.by, self.theirs = by, theirs


def opened(work: Work, kind: str, key: str) -> Working:
    """What there is to edit, or the 404 page. A draft that others published past is brought up to what is live.

    Where both changed the same place it stays as it is, and writing it back raises DraftConflict.
    """
    live, draft = store.live_one(work.connection, kind, key), drafts.draft(work.connection, kind, key)
    if live is None and draft is None:
        abort(404)
    published = authored(live.body) if live else None
    version = live.version if live else 0
    if draft is None:
        return Working((kind, key), published or {}, version, 0, published)
    merged = _merged(work, draft, published or {}) if draft.is_stale else draft.body
    if merged is None:  # its base stays the old one, so that nothing is written over what was published since
        return Working((kind, key), draft.body, draft.base or 0, draft.turn, published, draft.by)
    return Working((kind, key), merged, version, draft.turn, published, draft.by)


def _merged(work: Work, draft: drafts.Draft, live: Body) -> Body | None:
    """The draft with what was published since, place by place; None where both changed the same place."""
    base = store.body_of_version(work.connection, draft.kind, draft.key, draft.base) if draft.base else None
    found = merging.merge(authored(base or {}), authored(draft.body), live)
    return None if found.conflicts or not isinstance(found.merged, dict) else found.merged


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

    All in one transaction. Raises Moved, or DraftConflict where the draft itself cannot be brought up to date.
    """
    with web.writing("form") as work:
        web.policy_in(work).require("publish")
        working = opened(work, *name)
        if mark(part(working.body)) != seen:
            raise Moved(working.by, part(working.body))
        _save(work, working, edit(working.body))
        for other, its_edit in (also or {}).items():
            held = opened(work, *other)
            _save(work, held, its_edit(held.body))


def _save(work: Work, working: Working, body: Body) -> None:
    drafts.save_draft(
        work.connection,
        working.name,
        body,
        base=working.base or None,
        turn=working.turn,
        by=work.cause.actor,
        at=work.now,
    )
