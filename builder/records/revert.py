"""Undo of a run: the inverse of every history row it wrote, as sets, newest batch first.

A record that anybody else changed since is left alone and listed, unless that was taken back itself; so is a made
record that others point to now. The inverse is itself a run with history, events and rollups.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, cast, exists, func, literal, not_, or_, select

from builder import events, runs
from builder.catalog import Catalog, Entity
from builder.events import Cause, event_batches
from builder.fields.contract import Field
from builder.records import bulk, references, tables
from builder.records.history import history
from builder.records.sql import has_member, json_at, key, keys_of, member_text, number
from builder.work import House, Work

LISTED = 100


@dataclass(frozen=True)
class Reverted:
    """`reverted`: records put back. `skipped`: `(entity, id)` of records changed since, the first of `skipped_count`.

    `not_undoable`: sentences about what an undo cannot take back.
    """

    reverted: int
    skipped: list[tuple[str, int]]
    skipped_count: int
    not_undoable: list[str]


def rehearse(house: House, run_id: int, *, undo_run: int | None = None) -> Reverted:
    """What `run` would do, or does where it is at work as `undo_run`; nothing is written."""
    with house.reading() as work:
        return _counted(work, run_id, undo_run=undo_run)


def run(
    house: House, run_id: int, cause: Cause, *, hold: Callable[[Work], None] = lambda _work: None
) -> Reverted:
    """Put back what the run wrote; `cause.run` is the undo's own run. One transaction per batch of the run.

    `hold` is called first in each, and raises where somebody else does this by now.
    """
    with house.reading() as work:
        outcome = _counted(work, run_id, undo_run=cause.run)
        batches = _batches(work, run_id)
    for batch in batches:
        with house.writing(cause) as work:
            hold(work)
            if batch.entity in work.catalog.entities:
                _take_back(work, batch, run_id)
    return outcome


def _batches(work: Work, run_id: int) -> list[Row[Any]]:
    batch = event_batches.c
    return list(
        work.connection.execute(
            select(batch.id, batch.entity, batch.what).where(batch.run_id == run_id).order_by(batch.id.desc())
        )
    )


def _counted(work: Work, run_id: int, undo_run: int | None) -> Reverted:
    """Counts over the whole run, one statement pair per entity."""
    reverted, skipped_count = 0, 0
    skipped: list[tuple[str, int]] = []
    gone: list[str] = []
    for entity_key, what in {(batch.entity, batch.what): None for batch in _batches(work, run_id)}:
        if entity_key not in work.catalog.entities:
            gone.append(f"{entity_key}: the entity is retired")
        elif what == events.DELETED:
            gone.append(f"{entity_key}: deleted records are not brought back")
    for entity_key in dict.fromkeys(
        batch.entity for batch in _batches(work, run_id) if batch.entity in work.catalog.entities
    ):
        happened, batch = events.events.c, event_batches.c
        touched = select(happened.record_id).join(event_batches, batch.id == happened.batch_id)
        touched = touched.where(
            batch.run_id == run_id, batch.entity == entity_key, batch.what != events.DELETED
        )
        entity = work.catalog.entity(entity_key)
        made = batch.what == events.CREATED
        free = and_(
            _is_untouched_since(entity, run_id, undo_run),
            or_(not_(made), *[_is_unneeded(work.catalog, entity)]),
        )
        bound = touched.where(not_(free)).distinct().subquery()
        rows = work.connection.execute(select(bound.c.record_id).limit(LISTED)).scalars().all()
        blocked = work.connection.execute(select(func.count()).select_from(bound)).scalar_one() if rows else 0
        every = work.connection.execute(
            select(func.count()).select_from(touched.distinct().subquery())
        ).scalar_one()
        reverted, skipped_count = reverted + every - blocked, skipped_count + blocked
        skipped += [(entity_key, record_id) for record_id in rows]
    return Reverted(reverted, skipped[:LISTED], skipped_count, gone)


def _is_untouched_since(entity: Entity, run_id: int, undo_run: int | None) -> ColumnElement[bool]:
    """No later version of the event's record was written by anything but this run (and its undo), or it was undone."""
    later, cause = history.alias(), event_batches.alias()
    ours = [run_id] if undo_run is None else [run_id, undo_run]
    others = or_(cause.c.run_id.is_(None), cause.c.run_id.not_in(ours))
    happened = events.events.c
    return ~exists().where(
        and_(
            later.c.entity == entity.key,
            later.c.record_id == happened.record_id,
            later.c.version > happened.version,
            cause.c.id == later.c.batch_id,
            others,
            not_(_is_taken_back(later, cause)),
        )
    )


def _is_taken_back(later: Any, cause: Any) -> ColumnElement[bool]:
    """The version belongs to a run and its undo, both ended, which together left the record as it was."""
    wrote, back, undo = runs.runs.alias(), history.alias(), event_batches.alias()
    is_undo = and_(wrote.c.kind == runs.UNDO, wrote.c.finished_at.is_not(None))
    was_put_back = exists().where(
        back.c.entity == later.c.entity,
        back.c.record_id == later.c.record_id,
        back.c.version > later.c.version,
        undo.c.id == back.c.batch_id,
        undo.c.run_id == wrote.c.undone_by,
    )
    is_undone = and_(wrote.c.status == runs.UNDONE, was_put_back)
    return exists().where(wrote.c.id == cause.c.run_id, or_(is_undo, is_undone))


def _is_unneeded(catalog: Catalog, entity: Entity) -> ColumnElement[bool]:
    """No record that must keep its reference points to the event's record."""
    known = tables.of(catalog)
    holders = []
    for other, one in references.pointing_to(catalog, entity):
        table = known.table(other.key, alias=True)
        holders.append(~exists().where(table.c[one.column] == events.events.c.record_id))
    return and_(literal(1) == literal(1), *holders)


def _take_back(work: Work, batch: Row[Any], run_id: int) -> None:
    entity = work.catalog.entity(batch.entity)
    happened = events.events.c
    free = select(happened.record_id).where(
        happened.batch_id == batch.id, _is_untouched_since(entity, run_id, work.cause.run)
    )
    if batch.what == events.CREATED:
        bulk.delete(work, entity.key, free.where(_is_unneeded(work.catalog, entity)))
    elif batch.what == events.CHANGED:
        for tag_changes, source in _sources(work, entity, batch.id, free):
            put_back, take_away = _inverse(tag_changes)
            bulk.merge(work, entity.key, source, tags=bulk.Changes(add_tags=put_back, remove_tags=take_away))


def _sources(
    work: Work, entity: Entity, batch_id: int, free: Select[Any]
) -> Iterator[tuple[dict[str, dict[str, str]], Select[Any]]]:
    """The records of a batch by what happened to their tags, each set with the values its fields had before."""
    changed = (
        work.connection.execute(
            keys_of(work.connection, history.c.changes).where(_of_batch(entity, batch_id)).distinct()
        )
        .scalars()
        .all()
    )
    fields = [entity.fields[name] for name in sorted(changed) if name in entity.fields]
    source = _before(work, entity, batch_id, [one for one in fields if one.column]).where(
        history.c.record_id.in_(free)
    )
    tagged = {
        one.key: member_text(history.c.changes, key(one.key)) for one in fields if one.storage == "tags"
    }
    if not tagged:
        yield {}, source
        return
    distinct = (
        select(*(text.label(name) for name, text in tagged.items()))
        .where(_of_batch(entity, batch_id))
        .distinct()
    )
    for row in work.connection.execute(distinct).all():
        texts = dict(zip(tagged, row, strict=True))
        same = [
            tagged[name].is_(None) if text is None else tagged[name] == text for name, text in texts.items()
        ]
        yield {name: json.loads(text) for name, text in texts.items() if text}, source.where(*same)


def _of_batch(entity: Entity, batch_id: int) -> ColumnElement[bool]:
    happened = events.events.c
    mine = select(happened.record_id, happened.version).where(happened.batch_id == batch_id).subquery()
    return and_(
        history.c.entity == entity.key,
        history.c.record_id == mine.c.record_id,
        history.c.version == mine.c.version,
    )


def _before(work: Work, entity: Entity, batch_id: int, columns: list[Field]) -> Select[Any]:
    """`id` and, for each field, what it was before the batch (what it is now where the batch left it alone)."""
    table = tables.of(work.catalog).table(entity.key)
    values = []
    for one in columns:
        column = table.c[one.column]
        was = json_at(history.c.changes, key(one.key), number(0))
        typed_was = was if work.house.database.is_sqlite else cast(was, column.type)
        values.append(
            case((has_member(history.c.changes, key(one.key)), typed_was), else_=column).label(one.key)
        )
    return select(table.c.id.label("id"), *values).where(
        table.c.id == history.c.record_id, _of_batch(entity, batch_id)
    )


def _inverse(
    changes: dict[str, dict[str, str]],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """What to add and what to remove, by field, so that the tags are as they were."""
    sides = []
    for sign in "-+":
        found = {
            name: tuple(tag for tag, was in change.items() if was == sign) for name, change in changes.items()
        }
        sides.append({name: tags for name, tags in found.items() if tags})
    return sides[0], sides[1]
