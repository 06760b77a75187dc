"""What became of a record and of those that belong to it, as one stream: one statement, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all

from builder.access.policy import Policy
from builder.events import event_batches
from builder.records import find, tables
from builder.records.history import TOLD, Entry, entry_of, history
from builder.rules.names import Relation
from builder.work import Work

CHILDREN = 1_000
"""Children whose history is looked at: the newest so many."""


@dataclass(frozen=True)
class Happening:
    """One version of one record."""

    entity: str
    record_id: int
    entry: Entry


def of(
    work: Work, entity_key: str, record_id: int, relations: Sequence[Relation], *, policy: Policy, limit: int
) -> list[Happening]:
    """What happened to the record and to the children behind `relations`, newest first, as far as may be read.

    Children that are gone, or point elsewhere by now, are not in it.
    """
    policy.require("read", entity_key)
    parts = [_part(entity_key, history.c.record_id == record_id, limit)]
    for one in relations:
        child = work.catalog.entity(one.entity)
        if policy.may("read", child.key) and one.via in policy.readable(child):
            parts.append(
                _part(child.key, history.c.record_id.in_(_children(work, one, record_id, policy)), limit)
            )
    together = union_all(*(select(part.subquery()) for part in parts)).subquery()
    newest_first = (together.c.batch_id.desc(), together.c.record_id.desc(), together.c.version.desc())
    rows = work.connection.execute(select(together).order_by(*newest_first).limit(limit))
    return [_happening(work, row, policy) for row in rows]


def _children(work: Work, relation: Relation, record_id: int, policy: Policy) -> Select[Any]:
    where = ({"==": [{"var": relation.via}, record_id]},)
    ids = find.matching(work, find.Query(relation.entity, where=where), policy)
    newest = tables.of(work.catalog).table(relation.entity).c.id.desc()
    return select(ids.order_by(newest).limit(CHILDREN).subquery().c.id)


def _part(entity: str, whose: ColumnElement[bool], limit: int) -> Select[Any]:
    """The newest versions of some records of one entity."""
    return (
        select(*history.c, *TOLD)
        .join(event_batches, event_batches.c.id == history.c.batch_id)
        .where(history.c.entity == entity, whose)
        .order_by(history.c.batch_id.desc(), history.c.record_id.desc(), history.c.version.desc())
        .limit(limit)
    )


def _happening(work: Work, row: Any, policy: Policy) -> Happening:
    entity = work.catalog.entity(row.entity)
    return Happening(row.entity, row.record_id, entry_of(row, entity, policy.readable(entity)))
