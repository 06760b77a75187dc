"""What the database would do for a statement, and which index it lacks."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement, Executable

from builder.records import tables
from builder.rules.advice.indexing import Wanted, missing
from builder.rules.rule import Rule
from builder.rules.to_sql import condition
from builder.work import Work


def statement(work: Work, rule: Rule) -> Select[Any]:
    """The ids of the records for which the rule holds."""
    known = tables.of(work.catalog)
    table = known.table(rule.entity)
    return select(table.c.id).where(condition(rule, table, known, work.moment))


def plan(work: Work, asked: Select[Any]) -> list[str]:
    """The plan's lines, as the database words them."""
    return [str(row[-1]) for row in work.connection.execute(Explained(asked))]


def missing_indexes(work: Work, rule: Rule, lines: list[str]) -> tuple[Wanted, ...]:
    """The indexes that would serve the rule, where the plan (`lines`) reads every record for want of them."""
    entity = work.catalog.entity(rule.entity)
    return missing(rule, entity.all_indexes) if reads_all(lines, entity.table_name) else ()


def reads_all(lines: list[str], table: str) -> bool:
    """Whether a plan reads the whole of `table` itself; of an alias (`rec_member_1`) is not asked."""
    whole = re.compile(rf"\bSeq Scan on {table}(?:\s+\(|$)|\bSCAN {table}(?:\s|$)")
    return any(whole.search(line) for line in lines)


class Explained(Executable, ClauseElement):
    """EXPLAIN of a statement, with its values bound as they would be."""

    inherit_cache = False

    def __init__(self, asked: Select[Any]):
        self.asked = asked


@compiles(Explained, "sqlite")
def _on_sqlite(element: Explained, compiler: Any, **kw: Any) -> str:
    return f"EXPLAIN QUERY PLAN {compiler.process(element.asked, **kw)}"


@compiles(Explained, "postgresql")
def _on_postgresql(element: Explained, compiler: Any, **kw: Any) -> str:
    return f"EXPLAIN {compiler.process(element.asked, **kw)}"
