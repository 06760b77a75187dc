"""A run whose messages did not all arrive is no whole success: its row says so, until they did."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, select, update

from builder import runs
from builder.runs import Run
from builder.work import Work
from builder.workflows.tables import FAILED, PARKED, UNKNOWN, deliveries

EFFECT = "undelivered"
LOST = (FAILED, UNKNOWN, PARKED)
"""States of a message that only a person can change."""
_WORDS = "Messages that did not arrive: "


def recount(work: Work, run_id: int) -> None:
    """Write how many messages of the run are lost; it is partial while any is."""
    run = _locked(work, run_id)
    lost = and_(deliveries.c.run_id == run_id, deliveries.c.state.in_(LOST))
    asked = select(func.count()).select_from(deliveries).where(lost)
    _tell(work, run, work.connection.execute(asked).scalar_one())


def one_more(work: Work, run_id: int) -> None:
    """One message of the run was lost just now; its others are not looked through."""
    run = _locked(work, run_id)
    _tell(work, run, run.effects.get(EFFECT, 0) + 1)


def _locked(work: Work, run_id: int) -> Run:
    asked = select(*runs.COLUMNS).where(runs.runs.c.id == run_id).with_for_update()
    return Run(**work.connection.execute(asked).one()._mapping)


def _tell(work: Work, run: Run, lost: int) -> None:
    """A run that goes on is told at its end; one that was undone stays so. Trouble of another sort stays too."""
    if run.status not in (runs.DONE, runs.PARTIAL) or lost == run.effects.get(EFFECT, 0):
        return
    effects = {name: number for name, number in run.effects.items() if name != EFFECT}
    values: dict[str, Any] = {"effects": {**effects, EFFECT: lost} if lost else effects}
    if run.trouble is None or run.trouble.startswith(_WORDS):
        trouble = f"{_WORDS}{lost}. The queue says why." if lost else None
        values |= {"trouble": trouble, "status": runs.PARTIAL if lost else runs.DONE}
    work.connection.execute(update(runs.runs).where(runs.runs.c.id == run.id).values(values))
