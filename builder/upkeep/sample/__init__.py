"""Sample data for a first look: a shop's year in the membership application, made in one run, removed as one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select

from builder import runs
from builder.access.policy import Policy
from builder.catalog import Entity
from builder.events import CREATED, Cause, event_batches, events
from builder.fields.contract import Field
from builder.records import bulk, importing, references, tables
from builder.upkeep.sample import invented
from builder.work import House, Work
from schema_store.problems import Problem, Problems, _

KIND = "sample"
ENTITIES = ("store", "member", "order", "task")
"""In the order of writing: what comes later refers to what came before."""


@dataclass(frozen=True)
class Removed:
    """How many records went; `kept` of them stay because other records need them."""

    removed: int
    kept: int


def run_of(connection: Connection) -> int | None:
    """The run that made the sample data; None where there is none, or it was removed."""
    asked = select(runs.runs.c.id).where(runs.runs.c.kind == KIND, runs.runs.c.status != runs.UNDONE)
    return connection.execute(asked.order_by(runs.runs.c.id.desc()).limit(1)).scalar()


def is_there(connection: Connection) -> bool:
    """True when there is sample data, whole."""
    run_id = run_of(connection)
    found = runs.get(connection, run_id) if run_id is not None else None
    return found is not None and found.status == runs.DONE


def add(house: House, *, members: int = invented.MEMBERS) -> int:
    """Write the sample data; the run's id. Raises Problems where the application or the data is not as it should be."""
    with house.reading() as work:
        _require_application(work)
    remove(house)  # what an interrupted try left behind
    shop = invented.shop(house.clock.today(), members=members)
    with house.database.writing() as connection:
        now = house.clock.now()
        run_id = runs.open_run(
            connection, kind=KIND, at=now, actor="operator", cause=KIND, reason="Sample data"
        )
    cause = Cause(KIND, run=run_id, reason="Sample data")
    counts = {entity: _write(house, entity, getattr(shop, entity), cause) for entity in ENTITIES}
    total = sum(counts.values())
    with house.database.writing() as connection:
        now = house.clock.now()
        runs.close_run(
            connection, run_id, at=now, status=runs.DONE, matched=total, changed=total, effects=counts
        )
    return run_id


def _require_application(work: Work) -> None:
    missing = [entity for entity in ENTITIES if entity not in work.catalog.entities]
    if missing:
        params = {"missing": ", ".join(missing)}
        hint = _("Install it first: tessera init --app membership")
        raise Problems(
            Problem(
                "sample.application", _("The membership application lacks: {missing}."), params, hint=hint
            )
        )


def _write(house: House, entity: str, rows: list[invented.Row], cause: Cause) -> int:
    """Through the same door as any import; a bad row is a fault of ours."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{entity}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        report = importing.run(house, entity, path, importing.Options(), Policy.operator(), cause=cause)
    if report.failed:
        raise Problems([problem for _row, problem in report.trouble])
    return report.inserted


def remove(house: House) -> Removed | None:
    """Delete what the sample run made, changed since or not, and what workflows made for it; None without a sample.

    A sample record that somebody else's record needs (an order that was typed in for a sample member) stays.
    """
    with house.database.reading() as connection:
        run_id = run_of(connection)
    if run_id is None:
        return None
    cause = Cause("undo", reason="Sample data removed")
    removed = sum(_remove_entity(house, entity, run_id, cause) for entity in reversed(ENTITIES))
    with house.writing(cause) as work:
        kept = sum(_count(work, entity, run_id) for entity in ENTITIES)
        work.connection.execute(runs.runs.update().where(runs.runs.c.id == run_id).values(status=runs.UNDONE))
    return Removed(removed, kept)


def _remove_entity(house: House, entity: str, run_id: int, cause: Cause) -> int:
    with house.writing(cause) as work:
        if entity not in work.catalog.entities:
            return 0
        table = tables.of(work.catalog).table(entity)
        wanted = or_(table.c.id.in_(_made_by(run_id, entity)), _made_for_it(work, entity, run_id))
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


def _made_for_it(work: Work, entity: str, run_id: int) -> ColumnElement[bool]:
    """Records that a workflow made and that point to a sample record: calls to invented people."""
    table, batch = tables.of(work.catalog).table(entity), event_batches.c
    by_workflow = select(events.c.record_id).join(event_batches, batch.id == events.c.batch_id)
    by_workflow = by_workflow.where(batch.cause == "workflow", batch.entity == entity, batch.what == CREATED)
    pointing = [
        table.c[one.column].in_(_made_by(run_id, one.settings["to"]))
        for one in references.of_entity(work.catalog.entity(entity))
    ]
    return and_(table.c.id.in_(by_workflow), or_(false(), *pointing))


def _count(work: Work, entity: str, run_id: int) -> int:
    if entity not in work.catalog.entities:
        return 0
    table = tables.of(work.catalog).table(entity)
    return len(
        work.connection.execute(select(table.c.id).where(table.c.id.in_(_made_by(run_id, entity)))).all()
    )
