"""Drafts: one unpublished body for each definition. Nothing that two people wrote is ever lost silently."""

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
    """An unpublished body. `base`: the live version it was written against (None: there was none).

    `turn` counts the saves: who saves says which one they saw. `is_stale`: something was published since.
    """

    kind: str
    key: str
    body: Body
    base: int | None
    turn: int
    by: str
    at: datetime
    is_stale: bool


class DraftConflict(Problems):
    """Someone saved or published the same definition in between. All three bodies are here, as authors write them.

    `merge.conflicts` are the places that both changed; where there are none, `merge.merged` can be saved at once.
    `turn` and `base_version` are what to save it with.
    """

    def __init__(
        self, problem: Problem, *, base: Body, mine: Body, theirs: Body, turn: int, base_version: int | None
    ):
        super().__init__(problem)
        self.base, self.mine, self.theirs = base, mine, theirs
        self.merge = diff.merge(base, mine, theirs)
        self.turn, self.base_version = turn, base_version


def draft(connection: Connection, kind: str, key: str) -> Draft | None:
    """The draft of one definition; None where there is none."""
    row = connection.execute(select(definitions).where(_is(kind, key))).mappings().first()
    return _draft(row) if row and row["draft"] is not None else None


def drafts(connection: Connection) -> dict[Name, Draft]:
    """All drafts, by kind and key."""
    asked = (
        select(definitions)
        .where(definitions.c.draft.is_not(None))
        .order_by(definitions.c.kind, definitions.c.key)
    )
    found = [_draft(row) for row in connection.execute(asked).mappings()]
    return {(one.kind, one.key): one for one in found}


def save_draft(
    connection: Connection, name: Name, body: Body, *, base: int | None, turn: int, by: str, at: datetime
) -> Draft:
    """Keep `body` as the draft. `base`: the live version its writer saw (None: none); `turn`: the turn (0: no draft).

    Raises DraftConflict where another draft or a newer version stands there by now, and Problems for a retired key.
    """
    kind, key = name
    store.make_known(connection, [name])
    row = connection.execute(select(definitions).where(_is(kind, key)).with_for_update()).mappings().one()
    if row["is_retired"]:
        raise Problems(
            Problem(
                "definition.retired",
                _("“{key}” was used by a {kind} that is retired; choose another key."),
                {"kind": kind, "key": key},
            )
        )
    if row["draft"] is not None and row["draft_turn"] != turn:
        raise _conflict(
            connection,
            row,
            body,
            base,
            theirs=json.loads(row["draft"]),
            who=row["draft_by"],
            template=_DRAFT_MOVED,
        )
    if row["live_version"] != base:
        live = store.body_of_version(connection, kind, key, row["live_version"]) or {}
        raise _conflict(connection, row, body, base, theirs=live, who="", template=_LIVE_MOVED)
    now = {
        "draft": strict_json.write(body),
        "draft_base": base,
        "draft_turn": row["draft_turn"] + 1,
        "draft_by": by,
        "draft_at": at,
    }
    connection.execute(update(definitions).where(_is(kind, key)).values(now))
    return Draft(kind, key, body, base, row["draft_turn"] + 1, by, at, is_stale=False)


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
    connection: Connection,
    row: RowMapping,
    mine: Body,
    base: int | None,
    *,
    theirs: Body,
    who: str,
    template: str,
) -> DraftConflict:
    common = store.body_of_version(connection, row["kind"], row["key"], base) if base else None
    common, mine, theirs = authored(common or {}), authored(mine), authored(theirs)
    places = ", ".join(change.pointer or "/" for change in diff.changes(theirs, mine)[:10]) or "/"
    problem = Problem(
        "draft.conflict",
        template,
        {"kind": row["kind"], "key": row["key"], "by": who, "places": places},
        hint=_("Look at both and decide place by place; what you wrote is kept."),
    )
    return DraftConflict(
        problem,
        base=common,
        mine=mine,
        theirs=theirs,
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
