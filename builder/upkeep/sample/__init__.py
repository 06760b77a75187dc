"""Sample data for a first look, one set for each application: made in one run, marked by it, removed as one.

What it is like stands in the application's sample.json (`declared`); membership has a shop in Python (`invented`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from builder import runs
from builder.access.policy import Policy
from builder.catalog import Catalog
from builder.events import Cause
from builder.records import importing
from builder.upkeep.sample import declared, invented, removing
from builder.upkeep.sample.removing import Removed
from builder.work import House
from schema_store import packages
from schema_store.problems import Problem, Problems, _

__all__ = ["KIND", "Removed", "add", "app_of", "is_there", "known", "records", "remove", "run_of"]

KIND = "sample"
REASON = "Sample data"
FIRST = "membership"
"""Whose sample it is where a run does not say: for a while there was one application."""

WRITTEN: dict[str, Callable[[date, int | None], dict[str, list[declared.Row]]]] = {FIRST: invented.rows}
"""Applications whose sample is more than a file can say: `(today, size)` to rows by entity, in order."""


def known() -> list[str]:
    """The shipped applications that have sample data."""
    return [name for name in packages.shipped() if name in WRITTEN or packages.sample_of(name) is not None]


def run_of(connection: Connection, app: str) -> int | None:
    """The run that made the sample data of `app`; None where there is none, or it was removed."""
    table = runs.runs.c
    asked = select(table.id).where(
        table.kind == KIND, table.status != runs.UNDONE, table.reason.in_(_reasons(app))
    )
    return connection.execute(asked.order_by(table.id.desc()).limit(1)).scalar()


def _reasons(app: str) -> list[str]:
    """How a sample run says whose it is; those of the first version knew one application only."""
    return [f"{REASON}: {app}", *([REASON] if app == FIRST else [])]


def app_of(run: runs.Run) -> str:
    """The application whose sample data a run wrote."""
    return (run.reason or "").partition(": ")[2] or FIRST


def is_there(connection: Connection, app: str) -> bool:
    """True when the sample data of `app` is there, whole."""
    run_id = run_of(connection, app)
    found = runs.get(connection, run_id) if run_id is not None else None
    return found is not None and found.status == runs.DONE


def records(connection: Connection, app: str) -> int:
    """How many records the sample of `app` wrote; 0 where it is not there."""
    run_id = run_of(connection, app)
    found = runs.get(connection, run_id) if run_id is not None else None
    return found.changed if found is not None else 0


def add(house: House, app: str, *, size: int | None = None) -> int:
    """Write the sample data of `app`; the run's id. Raises Problems where the application or the data is not right."""
    with house.reading() as work:
        rows = _rows(work.catalog, app, house.clock.today(), size)
    remove(house, app)  # what an interrupted try left behind
    reason = f"{REASON}: {app}"
    with house.database.writing() as connection:
        now = house.clock.now()
        run_id = runs.open_run(connection, kind=KIND, at=now, actor="operator", cause=KIND, reason=reason)
    cause = Cause(KIND, run=run_id, reason=reason)
    counts = {entity: _write(house, entity, made, cause) for entity, made in rows.items() if made}
    total = sum(counts.values())
    with house.database.writing() as connection:
        now = house.clock.now()
        runs.close_run(
            connection, run_id, at=now, status=runs.DONE, matched=total, changed=total, effects=counts
        )
    return run_id


def _rows(catalog: Catalog, app: str, today: date, size: int | None) -> dict[str, list[declared.Row]]:
    """The rows by entity. Raises Problems where there is no such sample, or what it fills is not installed."""
    document = packages.sample_of(app)
    if app not in WRITTEN and document is None:
        params = {"app": app, "known": ", ".join(known())}
        hint = _("Sample data comes with: {known}.")
        raise Problems(
            Problem("sample.unknown", _("There is no sample data for “{app}”."), params, hint=hint)
        )
    made = WRITTEN[app](today, size) if app in WRITTEN else {}
    missing = [entity for entity in made or (document or {})["entities"] if entity not in catalog.entities]
    if missing:
        params = {"app": app, "missing": ", ".join(missing)}
        hint = _("Install it first: tessera init --app {app}")
        raise Problems(
            Problem("sample.application", _("The application {app} lacks: {missing}."), params, hint=hint)
        )
    return made or declared.rows(document or {}, catalog, today)


def _write(house: House, entity: str, rows: list[declared.Row], cause: Cause) -> int:
    """Through the same door as any import; a bad row is a fault of ours."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{entity}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            columns = list(dict.fromkeys(key for row in rows for key in row))
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        report = importing.run(house, entity, path, importing.Options(), Policy.operator(), cause=cause)
    if report.failed:
        raise Problems([problem for _row, problem in report.trouble])
    return report.inserted


def remove(house: House, app: str) -> Removed | None:
    """Delete the sample data of `app`; None where there is none.

    A sample record that somebody else's record needs (an order that was typed in for a sample member) stays.
    """
    with house.database.reading() as connection:
        run_id = run_of(connection, app)
    return None if run_id is None else removing.remove(house, run_id)
