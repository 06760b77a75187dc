"""Sample data taken away: what the run made, and what workflows made for it; never what somebody's own record needs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from builder import runs
from builder.catalog import Catalog, Entity
from builder.events import CREATED, Cause, event_batches, events
from builder.fields.contract import Field
from builder.records import bulk, references, tables
from builder.work import House, Work


@dataclass(frozen=True)
class Removed:
    """How many records went; `kept` of them stay because other records need them."""

    removed: int
    kept: int


def remove(house: House, run_id: int) -> Removed:
    """Delete what the sample run made, changed since or not, and what workflows made for it."""
    cause = Cause("undo", reason="Sample data removed")
    with house.reading() as work:
        written = _written(work.connection, run_id)
        order = [*_pointing(work.catalog, written), *reversed(written)]
    removed = sum(_remove_entity(house, entity, run_id, cause) for entity in order)
    with house.writing(cause) as work:
        kept = sum(_count(work, entity, run_id) for entity in written)
        work.connection.execute(runs.runs.update().where(runs.runs.c.id == run_id).values(status=runs.UNDONE))
    return Removed(removed, kept)


def _written(connection: Connection, run_id: int) -> list[str]:
    """The entities that the run wrote to, in that order."""
    batch = event_batches.c
    asked = select(batch.entity).where(batch.run_id == run_id, batch.what == CREATED).group_by(batch.entity)
    return list(connection.execute(asked.order_by(func.min(batch.id))).scalars())


def _pointing(catalog: Catalog, written: list[str]) -> list[str]:
    """Other entities whose records may have been made for those."""
    return [
        key
        for key, entity in catalog.entities.items()
        if key not in written and any(one.settings["to"] in written for one in references.of_entity(entity))
    ]


def _remove_entity(house: House, entity: str, run_id: int, cause: Cause) -> int:
    with house.writing(cause) as work:
        if entity not in work.catalog.entities:
            return 0
        table = tables.of(work.catalog).table(entity)
        wanted = or_(table.c.id.in_(_made_by(run_id, entity)), *_made_for_it(work, entity, run_id))
        pointing = references.pointing_to(work.catalog, work.catalog.entity(entity))
        gone = select(table.c.id).where(
            wanted,
            *(~_is_needed(work, other, one, table.c.id) for other, one in pointing if not _lets_go(one)),
        )
        for other, one in pointing:
            if _lets_go(one):
                holders = tables.of(work.catalog).table(other.key)
                held = select(holders.c.id).where(holders.c[one.column].in_(gone))
                bulk.write(work, other.key, held, bulk.Changes(set={one.key: None}))
        return bulk.delete(work, entity, gone).changed


def _lets_go(one: Field) -> bool:
    return one.settings.get("on_delete") == "clear"


def _is_needed(work: Work, other: Entity, one: Field, record_id: ColumnElement[int]) -> ColumnElement[bool]:
    """A record of `other` must keep its reference to it."""
    holders = tables.of(work.catalog).table(other.key, alias=True)
    return select(holders.c.id).where(holders.c[one.column] == record_id).exists()


def _made_by(run_id: int, entity: str) -> Select[tuple[int]]:
    """The ids of the records that the sample run made."""
    batch = event_batches.c
    made = select(events.c.record_id).join(event_batches, batch.id == events.c.batch_id)
    return made.where(batch.run_id == run_id, batch.entity == entity, batch.what == CREATED)


def _made_for_it(work: Work, entity: str, run_id: int) -> list[ColumnElement[bool]]:
    """Records that a workflow made and that point to a sample record: calls to invented people."""
    table, batch = tables.of(work.catalog).table(entity), event_batches.c
    by_workflow = select(events.c.record_id).join(event_batches, batch.id == events.c.batch_id)
    by_workflow = by_workflow.where(batch.cause == "workflow", batch.entity == entity, batch.what == CREATED)
    return [
        and_(
            table.c.id.in_(by_workflow),
            table.c[one.column].in_(_made_by(run_id, one.settings["to"])),
        )
        for one in references.of_entity(work.catalog.entity(entity))
    ]


def _count(work: Work, entity: str, run_id: int) -> int:
    if entity not in work.catalog.entities:
        return 0
    table = tables.of(work.catalog).table(entity)
    asked = select(func.count()).where(table.c.id.in_(_made_by(run_id, entity)))
    return work.connection.execute(asked).scalar_one()
