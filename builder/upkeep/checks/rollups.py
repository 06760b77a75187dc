"""Stored rollups against the child rows they are worked out from."""

from __future__ import annotations

from sqlalchemy import func, select

from builder.events import Cause
from builder.records import rollups, tables
from builder.upkeep.checks.finding import Finding
from builder.work import Work

SAMPLE = 20_000
"""Up to so many parents all are worked out again; of more, every n-th."""
CAUSE = Cause("check")


def check(work: Work, whole: bool) -> list[Finding]:
    """Works rollups out again; the caller takes the transaction back."""
    found = []
    for follow in rollups.follows(work.catalog):
        table = tables.of(work.catalog).table(follow.parent.key)
        highest = work.connection.execute(select(func.max(table.c.id))).scalar() or 0
        step = 1 if whole else max(1, highest // SAMPLE)
        parents = select(table.c.id).where(table.c.id % step == 0) if step > 1 else select(table.c.id)
        count = rollups.recompute(work, follow, parents)
        if count:
            fields = ", ".join(field.key for field, _fact in follow.rollups)
            message = f"{count} records say something else in {fields} than their {follow.child.key} records."
            found.append(
                Finding(
                    "rollups", "rollup.stale", follow.parent.key, message, count, repair="work them out again"
                )
            )
    return found
