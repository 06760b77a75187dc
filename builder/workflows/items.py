"""What was done for which record and why: the rows that make a workflow touch a record once per episode."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from builder.database import Key
from builder.records.sql import affected
from builder.runs import Run
from builder.work import Work
from builder.workflows.match import HAND, Ids, Match, among
from builder.workflows.tables import ITEM_DONE, ITEM_FAILED, run_items

_COLUMNS = ["workflow", "record_id", "episode", "run_id", "state", "trouble"]


def claim(work: Work, match: Match, run: Run) -> int:
    """Note that the run does these records, those that match and are not closed; how many they are."""
    return _write(work, run, _rows(match, run, ITEM_DONE, None))


def fail(work: Work, match: Match, run: Run, trouble: str) -> int:
    """Note that these records could not be done, and why; a later run tries them again."""
    return _write(work, run, _rows(match, run, ITEM_FAILED, trouble))


def of_chunk(work: Work, run: Run, ids: Ids) -> Select[Any]:
    """The ids, among these, that the run has claimed."""
    chosen = among(run_items.c.record_id, ids, is_sqlite=work.house.database.is_sqlite)
    return _of_run(run).where(run_items.c.workflow == run.workflow, chosen)


def _of_run(run: Run) -> Select[Any]:
    is_mine = and_(run_items.c.workflow == run.workflow, run_items.c.run_id == run.id)
    return select(run_items.c.record_id).where(is_mine, run_items.c.state == ITEM_DONE)


def _rows(match: Match, run: Run, state: str, trouble: str | None) -> Select[Any]:
    constants = [literal(run.id).label("run_id"), literal(state, Key).label("state")]
    return match.rows(
        literal(run.workflow, Key),
        match.table.c.id,
        match.episode,
        *constants,
        literal(trouble, run_items.c.trouble.type),
    )


def _write(work: Work, run: Run, rows: Select[Any]) -> int:
    """By hand a closed episode is opened again; unattended only one that failed. What this run did stays done."""
    new = (sqlite if work.house.database.is_sqlite else postgresql).insert(run_items)
    given = new.excluded
    is_open = run_items.c.run_id != given.run_id
    if run.trigger != HAND:
        is_open = and_(is_open, run_items.c.state == ITEM_FAILED)
    values = {"run_id": given.run_id, "state": given.state, "trouble": given.trouble}
    keys = ["workflow", "record_id", "episode"]
    statement = new.from_select(_COLUMNS, rows).on_conflict_do_update(
        index_elements=keys, set_=values, where=is_open
    )
    if not work.house.database.is_sqlite:
        return affected(work.connection, statement)
    work.connection.execute(statement)
    return work.connection.execute(
        select(func.changes())
    ).scalar_one()  # the driver counts no statement that begins WITH
