"""The writing door for sets: one statement per table whatever the number of records, no Python loop over them.

A set is given as a Select of record ids. Only records that really change get a version, a history row and an
event; listeners (rollups) are told once, with the whole set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    Subquery,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import delete as sql_delete

from builder import events
from builder.access.policy import Policy
from builder.catalog import Entity
from builder.records import folds, numbers, tables, within
from builder.records.listeners import Batch, about_to_write, tell
from builder.records.set_plan import Changes, Plan, add_tags, members_of, write_history
from builder.records.sql import (
    affected,
    json_pair,
    json_plus,
    key,
    typed,
)
from builder.records.violations import explained
from builder.work import Work


@dataclass(frozen=True)
class Written:
    """The batch of a set write and how many records it changed or made; `batch_id` None when none."""

    batch_id: int | None
    changed: int


def write(work: Work, entity_key: str, ids: Select[Any], changes: Changes) -> Written:
    """Change the records whose ids `ids` gives. Raises Problems where the database refuses (nothing is kept then)."""
    plan = Plan(work, work.catalog.entity(entity_key), changes)
    batch_id = events.open_batch(work.connection, entity_key, events.CHANGED, work.cause, at=work.now)
    touched = _touched(plan.table, batch_id, +1).where(plan.table.c.id.in_(ids), plan.differs())
    return _change(work, plan, batch_id, affected(work.connection, _note(touched)))


def merge(work: Work, entity_key: str, source: Select[Any], *, tags: Changes | None = None) -> Written:
    """Change records to the values of `source`: a column `id`, the others labelled by field key (stored forms).

    `tags`: what happens to their tags, the same for all records of the source.
    """
    given = source.subquery("given")
    entity = work.catalog.entity(entity_key)
    after = {name: given.c[name] for name in given.c.keys() if name in entity.fields}  # noqa: SIM118
    changes = replace(tags or Changes(), set=after)
    plan = Plan(work, entity, changes, given)
    batch_id = events.open_batch(work.connection, entity_key, events.CHANGED, work.cause, at=work.now)
    touched = (
        _touched(plan.table, batch_id, +1).join(given, given.c.id == plan.table.c.id).where(plan.differs())
    )
    return _change(work, plan, batch_id, affected(work.connection, _note(touched)))


def _touched(table: Any, batch_id: int, step: int) -> Select[Any]:
    return select(literal(batch_id, BigInteger), table.c.id, table.c.version + step)


def _note(rows: Select[Any]) -> Any:
    return insert(events.events).from_select(["batch_id", "record_id", "version"], rows)


def _change(work: Work, plan: Plan, batch_id: int, count: int) -> Written:
    if not count:
        events.close_batch(work.connection, batch_id, 0)
        return Written(None, 0)
    batch = Batch(batch_id, plan.entity.key, events.CHANGED, plan.changes.fields, count)
    about_to_write(work, batch)
    plan.write_history(batch)
    with explained(work, plan.entity):
        plan.update_rows(batch)
    plan.write_tags(batch)
    events.close_batch(work.connection, batch_id, count)
    tell(work, batch)
    return Written(batch_id, count)


def create(
    work: Work, entity_key: str, source: Select[Any], *, tags: Mapping[str, Select[Any]] | None = None
) -> Written:
    """Insert a record for every row of `source`, whose columns are labelled by field key (stored forms), `id` if given.

    Fields that are left out take their defaults; automatic numbers follow the ids. `tags`: `{field: Select of
    (record_id, tag)}` for records whose ids were given.
    """
    entity = work.catalog.entity(entity_key)
    known = tables.of(work.catalog)
    table = known.table(entity_key)
    batch_id = events.open_batch(work.connection, entity_key, events.CREATED, work.cause, at=work.now)
    columns = _new_columns(work, entity, table, source.subquery("given"))
    with explained(work, entity):
        count = _insert(work, table, batch_id, columns)
    if not count:
        events.close_batch(work.connection, batch_id, 0)
        return Written(None, 0)
    for field_key, pairs in (tags or {}).items():
        add_tags(work, known.tags(entity_key, field_key), pairs)
    _number(work, entity, table, batch_id, count)
    batch = Batch(batch_id, entity_key, events.CREATED, frozenset(entity.fields), count)
    names = set(columns.selected_columns.keys())
    bare = [one for one in entity.fields.values() if one.column in names and one.folded not in names]
    folds.refresh(work, entity, batch.ids, bare)
    _write_whole(work, entity, batch, is_gone=False)
    events.close_batch(work.connection, batch_id, count)
    tell(work, batch)
    return Written(batch_id, count)


def delete(work: Work, entity_key: str, ids: Select[Any]) -> Written:
    """Delete the records whose ids `ids` gives; their history stays. Raises Problems where others need them."""
    entity = work.catalog.entity(entity_key)
    table = tables.of(work.catalog).table(entity_key)
    batch_id = events.open_batch(work.connection, entity_key, events.DELETED, work.cause, at=work.now)
    count = affected(work.connection, _note(_touched(table, batch_id, +1).where(table.c.id.in_(ids))))
    if not count:
        events.close_batch(work.connection, batch_id, 0)
        return Written(None, 0)
    batch = Batch(batch_id, entity_key, events.DELETED, frozenset(entity.fields), count)
    about_to_write(work, batch)
    _write_whole(work, entity, batch, is_gone=True)
    with explained(work, entity):
        work.connection.execute(sql_delete(table).where(table.c.id.in_(batch.ids)))
    events.close_batch(work.connection, batch_id, count)
    tell(work, batch)
    return Written(batch_id, count)


def outside(work: Work, entity: Entity, batch_id: int, policy: Policy, action: str) -> bool:
    """True when the batch touched a record on which `policy` does not allow `action` as it stands now."""
    table = tables.of(work.catalog).table(entity.key)
    mine = select(events.events.c.record_id).where(events.events.c.batch_id == batch_id)
    allowed = within.limit(work, entity, select(table.c.id), policy, action)
    return (
        work.connection.execute(mine.where(events.events.c.record_id.not_in(allowed)).limit(1)).first()
        is not None
    )


def _new_columns(work: Work, entity: Entity, table: Any, given: Subquery) -> Select[Any]:
    """The rows to insert: system columns, what is given, defaults, and 0 for counts and sums of no children."""
    columns: dict[str, Any] = {"version": literal(1)}
    columns |= {name: typed(work.now, table.c[name].type) for name in ("created_at", "updated_at")}
    if "id" in given.c:
        columns["id"] = given.c.id
    for one in entity.fields.values():
        if one.column is None:
            continue
        if one.folded and one.folded in given.c:
            columns[one.folded] = given.c[one.folded]
        rollup = entity.facts[one.key].rollup
        if one.key in given.c:
            columns[one.column] = given.c[one.key]
        elif rollup is not None and rollup.aggregate in ("count", "sum"):
            columns[one.column] = literal(0)
        if one.default is not None and not one.is_computed:
            default = typed(one.default, table.c[one.column].type)
            columns[one.column] = (
                func.coalesce(columns[one.column], default) if one.column in columns else default
            )
            if one.folded in columns:
                columns[one.folded] = func.coalesce(columns[one.folded], folds.folded(one.default))
    return select(*(value.label(name) for name, value in columns.items())).select_from(given)


def _insert(work: Work, table: Any, batch_id: int, rows: Select[Any]) -> int:
    """Insert `rows` and note an event for each; the number of records made."""
    names = list(rows.selected_columns.keys())
    if not work.house.database.is_sqlite:
        made = insert(table).from_select(names, rows).returning(table.c.id, table.c.version).cte("made")
        return affected(
            work.connection, _note(select(literal(batch_id, BigInteger), made.c.id, made.c.version))
        )
    # SQLite has no INSERT inside WITH; under its one write lock the new rows are those above the highest id before.
    last = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
    before = work.connection.execute(select(last)).scalar_one()
    work.connection.execute(insert(table).from_select(names, rows))
    return affected(work.connection, _note(_touched(table, batch_id, 0).where(table.c.id > before)))


def _write_whole(work: Work, entity: Entity, batch: Batch, *, is_gone: bool) -> None:
    """History rows that hold every value of the batch's records: as they came, or as they went."""
    known = tables.of(work.catalog)
    table = known.table(entity.key)
    members: list[Any] = []
    for one in entity.fields.values():
        if one.column and entity.facts[one.key].rollup is None:
            column, nothing = table.c[one.column], typed(None, table.c[one.column].type)
            members += [
                key(one.key),
                case(
                    (
                        column.is_not(None),
                        json_pair(column, nothing) if is_gone else json_pair(nothing, column),
                    )
                ),
            ]
        elif one.storage == "tags":
            link = known.tags(entity.key, one.key)
            holds = link.c.record_id == table.c.id
            whole = select(json_plus(link.c.tag, key("-" if is_gone else "+"))).where(holds).scalar_subquery()
            members += [key(one.key), case((exists().where(holds), whole))]
    write_history(work, entity, batch, members_of(members))


def _number(work: Work, entity: Entity, table: Any, batch_id: int, count: int) -> None:
    """Give the new records their automatic numbers; row by row, since each is a text of its own."""
    for field_key, texts in numbers.reserve(work, entity, count).items():
        made = work.connection.execute(
            select(events.events.c.record_id)
            .where(events.events.c.batch_id == batch_id)
            .order_by(events.events.c.record_id)
        ).scalars()
        rows = [
            {"b_id": record_id, "b_text": text, "b_folded": folds.folded(text)}
            for record_id, text in zip(made, texts, strict=True)
        ]
        one = entity.fields[field_key]
        values = {str(one.column): bindparam("b_text"), str(one.folded): bindparam("b_folded")}
        work.connection.execute(update(table).where(table.c.id == bindparam("b_id")).values(values), rows)
