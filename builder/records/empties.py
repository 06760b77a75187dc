"""How many records have no value where a rule looks for one: one query for the whole rule, of a limited number."""

from __future__ import annotations

from sqlalchemy import case, func, select

from builder.access.policy import Policy
from builder.records import conditions, within
from builder.records.find import COUNT_CAP
from builder.rules.rule import Rule
from builder.rules.telling import empties
from builder.rules.telling.empties import Counted
from builder.rules.to_sql import parts
from builder.work import Work


def counted(work: Work, rule: Rule, policy: Policy, *, cap: int = COUNT_CAP) -> Counted:
    """The gaps of a rule among the first `cap` records that `policy` shows, the empty ones left out.

    Raises Problems where the rule reads what may not be read, or cannot be asked of a set.
    """
    gaps = empties.gaps(rule)
    if not gaps:
        return Counted(0, ())
    within.refuse_hidden(work, rule, policy, "/where")
    known = within.seen(work, policy)
    table = known.table(rule.entity)
    shown = within.limit(work, work.catalog.entity(rule.entity), select(table), policy)
    some = shown.limit(cap + 1).subquery("some_records")
    tests = parts(rule, [gap.test for gap in gaps], some, known, conditions.moment_of(work, policy))
    sums = [func.coalesce(func.sum(case((test, 1), else_=0)), 0) for test in tests]
    records, *counts = work.connection.execute(select(func.count(), *sums).select_from(some)).one()
    found = [(gap, int(count)) for gap, count in zip(gaps, counts, strict=True) if count]
    return Counted(min(records, cap), found, is_capped=records > cap)
