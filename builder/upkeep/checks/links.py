"""Rows that point to rows that are not there: tags without their record, references without their target."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from builder.records import tables
from builder.upkeep.checks.finding import Finding
from builder.work import Work


def check(work: Work, _whole: bool) -> list[Finding]:
    known = tables.of(work.catalog)
    found: list[Finding] = []
    for entity in work.catalog.entities.values():
        table = known.table(entity.key)
        for one in entity.fields.values():
            if one.storage == "tags":
                link = known.tags(entity.key, one.key)
                count = _lost(work, link.c.record_id, table)
                found += _found(
                    count,
                    "tag.orphan",
                    f"{entity.key}.{one.key}",
                    "tags belong to a record that is not there",
                )
            elif one.column and one.settings.get("to") in work.catalog.entities:
                target = known.table(one.settings["to"], alias=True)
                count = _lost(work, table.c[one.column], target)
                found += _found(
                    count,
                    "reference.broken",
                    f"{entity.key}.{one.key}",
                    "references point to a record that is not there",
                )
    return found


def _lost(work: Work, pointing: ColumnElement[Any], target: Any) -> int:
    """How many rows have a `pointing` that is no id of `target`."""
    there = select(target.c.id).where(target.c.id == pointing).correlate(pointing.table).exists()  # type: ignore[attr-defined]
    return work.connection.execute(
        select(func.count()).select_from(pointing.table).where(pointing.is_not(None), ~there)
    ).scalar_one()  # type: ignore[attr-defined]


def _found(count: int, code: str, where: str, what: str) -> list[Finding]:
    return [Finding("links", code, where, f"{count} {what}.", count)] if count else []
