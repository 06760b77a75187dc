"""Records against their history: every record stands at the version that its newest history row says."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, not_, select

from builder.events import DELETED, event_batches
from builder.records import tables
from builder.records.history import history
from builder.upkeep.checks.finding import Finding
from builder.work import Work


def check(work: Work, _whole: bool) -> list[Finding]:
    return [
        finding
        for entity in work.catalog.entities
        for finding in (*_behind(work, entity), *_gone(work, entity))
    ] + list(_loose(work))


def _behind(work: Work, entity: str) -> Iterator[Finding]:
    """The record says version n, its history ends at another one."""
    table = tables.of(work.catalog).table(entity)
    mine = and_(history.c.entity == entity, history.c.record_id == table.c.id)
    newest = select(func.max(history.c.version)).where(mine).scalar_subquery()
    count = work.connection.execute(
        select(func.count()).where(newest.is_distinct_from(table.c.version)).select_from(table)
    ).scalar_one()
    if count:
        yield Finding(
            "history",
            "history.version",
            entity,
            f"{count} records stand at another version than their history.",
            count,
        )


def _gone(work: Work, entity: str) -> Iterator[Finding]:
    """The history goes on, the record is not there, and nobody deleted it."""
    table = tables.of(work.catalog).table(entity)
    later = history.alias()
    is_newest = not_(
        select(later.c.version)
        .where(
            later.c.entity == entity,
            later.c.record_id == history.c.record_id,
            later.c.version > history.c.version,
        )
        .exists()
    )
    asked = (
        select(func.count())
        .select_from(history.join(event_batches, event_batches.c.id == history.c.batch_id))
        .where(history.c.entity == entity, event_batches.c.what != DELETED)
        .where(~select(table.c.id).where(table.c.id == history.c.record_id).exists(), is_newest)
    )
    count = work.connection.execute(asked).scalar_one()
    if count:
        yield Finding(
            "history", "history.gone", entity, f"{count} records are gone though nobody deleted them.", count
        )


def _loose(work: Work) -> Iterator[Finding]:
    """A history row whose batch (who, when, why) is not there."""
    there = select(event_batches.c.id).where(event_batches.c.id == history.c.batch_id).exists()
    count = work.connection.execute(select(func.count()).select_from(history).where(~there)).scalar_one()
    if count:
        yield Finding(
            "history", "history.loose", "history", f"{count} history rows do not say who wrote them.", count
        )
