"""The timed rule as low-code engines run it: load each record, ask a JSONLogic library, save what changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from json_logic import jsonLogic  # type: ignore[import-untyped]
from sqlalchemy import select
from sqlalchemy.orm import Session, registry

from benchmarks.filling import AS_OF, TAG
from builder import events
from builder.records import tables
from builder.records.history import history
from builder.work import House

COMMIT_EVERY = 1_000
RULE = {
    "and": [
        {"in": [{"var": "stage"}, ["prospect", "new", "active"]]},
        {"<": [{"var": "last_order_on"}, str(AS_OF - timedelta(days=180))]},
    ]
}


def run(house: House, members: int) -> int:
    """Asks the first `members` members, one by one, and writes the same rows as the others do; how many changed."""
    with house.reading() as work:
        known = tables.of(work.catalog)
    mapped = registry()
    classes = {
        name: _mapped(mapped, name, table)
        for name, table in {
            "Member": known.table("member"),
            "Tag": known.tags("member", "tags"),
            "Batch": events.event_batches,
            "Event": events.events,
            "History": history,
        }.items()
    }
    changed, last = 0, 0
    with house.database.engine.connect().execution_options(tessera_writing=True) as connection:
        while last < members:
            with Session(connection, expire_on_commit=False) as session:
                changed += _chunk(session, classes, last)
                session.commit()
            last += COMMIT_EVERY
    mapped.dispose()
    return changed


def _mapped(mapped: registry, name: str, table: Any) -> Any:
    cls = type(name, (), {})
    mapped.map_imperatively(cls, table)
    return cls


def _chunk(session: Session, classes: dict[str, Any], after: int) -> int:
    member_class = classes["Member"]
    asked = select(member_class).where(member_class.id > after, member_class.id <= after + COMMIT_EVERY)
    batch, now, changed = None, datetime.now(UTC), 0
    for member in session.scalars(asked.order_by(member_class.id)):
        if not jsonLogic(RULE, _facts(member)):
            continue
        if batch is None:
            batch = _made(
                classes["Batch"], entity="member", what="changed", cause="loop", actor="operator", at=now
            )
            session.add(batch)
            session.flush()
        changes = {"stage": [member.stage, "dormant"], "tags": {TAG: "+"}}
        member.stage, member.version, member.updated_at = "dormant", member.version + 1, now
        named = {"record_id": member.id, "version": member.version, "batch_id": batch.id}
        session.add(_made(classes["History"], entity="member", changes=changes, **named))
        session.add(_made(classes["Event"], **named))
        session.merge(
            _made(classes["Tag"], record_id=member.id, tag=TAG, source="rule")
        )  # it may be there already
        changed += 1
    return changed


def _facts(member: Any) -> dict[str, Any]:
    """The record as a generic engine hands it to a rule: every field, in JSON's forms."""
    values = {column.key: getattr(member, column.key) for column in member.__mapper__.columns}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _made(cls: Any, **values: Any) -> Any:
    made = cls()
    for name, value in values.items():
        setattr(made, name, value)
    return made
