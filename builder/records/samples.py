"""What a formula gives for records that stand there, before anybody keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from builder.access.policy import Policy
from builder.records import within
from builder.rules.rule import Rule
from builder.rules.to_sql import value
from builder.work import Work


def worked_out(work: Work, rule: Rule, ids: Sequence[int], policy: Policy) -> dict[int, Any]:
    """`{id: the rule's value in its stored form}` of those of these records that `policy` shows: one statement.

    Raises Problems where the rule reads what may not be read, or asks what a change did.
    """
    within.refuse_hidden(work, rule, policy)
    entity, known = work.catalog.entity(rule.entity), within.seen(work, policy)
    table = known.table(rule.entity)
    given = value(rule, table, known, work.moment).label("given")
    asked: Any = select(table.c.id, given).where(table.c.id.in_(ids))
    statement = within.limit(work, entity, asked, policy)
    return {row.id: row.given for row in work.connection.execute(statement)}
