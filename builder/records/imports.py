"""An import as a run: it can be looked up and undone, and is told truthfully though its process dies in the middle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import and_, select

from builder import leases, runs
from builder.access.policy import Policy
from builder.events import Cause
from builder.records import importing
from builder.records.importing import Options, Report
from builder.work import House

ENDED = "Its process ended in the middle. What it had written is in; import the file again for the rest."


def run(
    house: House,
    entity: str,
    path: Path,
    options: Options,
    policy: Policy,
    *,
    cause: Cause,
    door: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Import `path` as a run of its own; a rehearsed one leaves no trace. `door`: where it came in."""
    if options.rehearse:
        return importing.run(house, entity, path, options, policy, cause=cause, progress=progress)
    with house.database.writing() as connection:
        names = {"actor": cause.actor, "cause": door or cause.kind, "entity": entity, "reason": cause.reason}
        lease = {"lease_until": leases.later(leases.RUN_S), "attempts": 1}
        run_id = runs.open_run(connection, kind=runs.IMPORT, at=house.clock.now(), **names, **lease)
    cause = replace(cause, run=run_id)
    try:
        report = importing.run(house, entity, path, options, policy, cause=cause, progress=progress)
    except BaseException as error:
        _close(house, run_id, status=runs.FAILED, trouble=str(error)[:500])
        raise
    counts = {"matched": report.rows, "changed": report.inserted + report.updated, "failed": report.failed}
    effects = {"inserted": report.inserted, "updated": report.updated}
    status = runs.PARTIAL if report.failed else runs.DONE
    _close(house, run_id, status=status, trouble=None, effects=effects, **counts)
    return report


def close_silent(house: House) -> int:
    """Say of imports whose process died that they failed; how many. Their rows stay, and they can be undone."""
    mine = and_(runs.runs.c.kind == runs.IMPORT, runs.runs.c.finished_at.is_(None))
    silent = and_(mine, leases.is_free(runs.runs.c.lease_until))
    with house.database.reading() as connection:
        found = connection.execute(select(runs.runs.c.id).where(silent)).scalars().all()
    return sum(_close(house, one, status=runs.FAILED, trouble=ENDED, where=silent) for one in found)


def _close(house: House, run_id: int, **what: Any) -> bool:
    with house.database.writing() as connection:
        return runs.close_run(connection, run_id, at=house.clock.now(), **what) is not None
