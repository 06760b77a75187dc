"""Drafts: one unpublished body for each definition, or that it retires. Nothing that two people wrote is lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from schema_store import diff, store, strict_json
from schema_store.documents import Body, Name, authored
from schema_store.problems import Problem, Problems, _
from schema_store.store import definitions


@dataclass(frozen=True)
class Draft:
    """An unpublished body; `body` None says that the definition is to be retired.

    `base`: the live version it was written against (None: there was none).
    `turn` counts the saves: who saves says which one they saw. `is_stale`: something was published since.
    """

    kind: str
    key: str
    body: Body | None
    base: int | None
    turn: int
    by: str
    at: datetime
    is_stale: bool


class DraftConflict(Problems):
    """Someone saved or published the same definition in between. All three bodies are here, as authors write them.

    A body that is None retires the definition. `by`: who saved the other draft, "" where theirs is published.
    `turn` and `base_version` are what to save with once the bodies are one (`merging.merge`).
    """

    def __init__(
        self,
        problem: Problem,
        *,
        name: Name,
        base: Body | None,
        mine: Body | None,
        theirs: Body | None,
        by: str,
        turn: int,
        base_version: int | None,
    ):
        super().__init__(problem)
        self.name, self.by = name, by
        self.base, self.mine, self.theirs = base, mine, theirs
        self.turn, self.base_version = turn, base_version


def draft(connection: Connection, kind: str, key: str) -> Draft | None:
    """The draft of one definition; None where there is none."""
    row = connection.execute(select(definitions).where(_is(kind, key))).mappings().first()
    return _draft(row) if row and row["draft"] is not None else None


def drafts(connection: Connection, *, for_update: bool = False) -> dict[Name, Draft]:
    """All drafts, by kind and key. `for_update`: nobody changes them until the end of this transaction."""
    asked = (
        select(definitions)
        .where(definitions.c.draft.is_not(None))
        .order_by(definitions.c.kind, definitions.c.key)
    )
    asked = asked.with_for_update() if for_update else asked
    found = [_draft(row) for row in connection.execute(asked).mappings()]
    return {(one.kind, one.key): one for one in found}


def save_draft(
    connection: Connection,
    name: Name,
    body: Body | None,
    *,
    base: int | None,
    turn: int,
    by: str,
    at: datetime,
) -> Draft:
    """Keep `body` (None: that it retires) as the draft.

    `base`: the live version its writer saw (None: none); `turn`: the turn (0: no draft). Raises DraftConflict where
    another draft or a newer version stands there by now, and Problems for a retired key.
    """
    kind, key = name
    store.hold(connection, [name])
    row = connection.execute(select(definitions).where(_is(kind, key))).mappings().one()
    _refuse_gone(row, body)
    if row["draft"] is not None and row["draft_turn"] != turn:
        raise _conflict(connection, row, body, base, is_draft=True)
    if row["live_version"] != base:
        raise _conflict(connection, row, body, base, is_draft=False)
    now = {
        "draft": strict_json.write(body),
        "draft_base": base,
        "draft_turn": row["draft_turn"] + 1,
        "draft_by": by,
        "draft_at": at,
    }
    connection.execute(update(definitions).where(_is(kind, key)).values(now))
    return Draft(kind, key, body, base, row["draft_turn"] + 1, by, at, is_stale=False)


def _refuse_gone(row: RowMapping, body: Body | None) -> None:
    """Nothing is drafted of what is retired; and what was never published is not retired but thrown away."""
    words = {"kind": row["kind"], "key": row["key"]}
    if row["is_retired"]:
        template = _("“{key}” was used by a {kind} that is retired; choose another key.")
        hint = _("An old version of it can be brought back on its own page.")
        raise Problems(Problem("definition.retired", template, words, hint=hint))
    if body is None and row["live_version"] is None:
        template = _("“{key}” was never published: throw its draft away instead.")
        raise Problems(Problem("definition.never_published", template, words))


def stale(connection: Connection, kind: str, key: str) -> DraftConflict | None:
    """The draft against what was published past it; None where there is no draft, or nothing was."""
    row = connection.execute(select(definitions).where(_is(kind, key))).mappings().first()
    if row is None or row["draft"] is None or row["draft_base"] == row["live_version"]:
        return None
    return _conflict(connection, row, json.loads(row["draft"]), row["draft_base"], is_draft=False)


def discard_draft(connection: Connection, kind: str, key: str) -> bool:
    """Remove the draft; False where there was none."""
    there = _is(kind, key) & definitions.c.draft.is_not(None)
    return connection.execute(update(definitions).where(there).values(_GONE)).rowcount > 0


_GONE = {"draft": None, "draft_base": None, "draft_by": None, "draft_at": None}

_DRAFT_MOVED = _("{by} saved another draft of this {kind} while you were writing: it differs in {places}.")
_LIVE_MOVED = _(
    "A newer version of this {kind} was published while you were writing: it differs in {places}."
)


def _conflict(
    connection: Connection, row: RowMapping, mine: Body | None, base: int | None, *, is_draft: bool
) -> DraftConflict:
    """What stands there now (the other draft, else what is live) against `mine`, written on version `base`."""
    kind, key = row["kind"], row["key"]
    common = store.body_of_version(connection, kind, key, base) if base else None
    theirs = (
        json.loads(row["draft"])
        if is_draft
        else store.body_of_version(connection, kind, key, row["live_version"])
    )
    common, mine, theirs = (authored(one) if one is not None else None for one in (common, mine, theirs))
    places = ", ".join(change.pointer or "/" for change in diff.changes(theirs, mine)[:10]) or "/"
    by = row["draft_by"] if is_draft else ""
    problem = Problem(
        "draft.conflict",
        _DRAFT_MOVED if is_draft else _LIVE_MOVED,
        {"kind": kind, "key": key, "by": by, "places": places},
        hint=_("Look at both and decide place by place; what you wrote is kept."),
    )
    return DraftConflict(
        problem,
        name=(kind, key),
        base=common,
        mine=mine,
        theirs=theirs,
        by=by,
        turn=row["draft_turn"],
        base_version=row["live_version"],
    )


def _is(kind: str, key: str) -> Any:
    return (definitions.c.kind == kind) & (definitions.c.key == key)


def _draft(row: RowMapping) -> Draft:
    return Draft(
        kind=row["kind"],
        key=row["key"],
        body=json.loads(row["draft"]),
        base=row["draft_base"],
        turn=row["draft_turn"],
        by=row["draft_by"],
        at=row["draft_at"],
        is_stale=row["draft_base"] != row["live_version"],
    )
