"""Import of a file: rows read and checked one by one, written as sets, bad rows reported, good rows kept.

A chunk of rows is one transaction: references and keys are looked up by one statement each, new records are one
set, changed ones another. Where the database refuses a chunk, it is halved until the bad rows stand alone.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import update

from builder import leases, runs
from builder.access.policy import Policy
from builder.catalog import Entity
from builder.events import Cause
from builder.fields.contract import BadValue, Reading
from builder.records import sheets
from builder.records.exporting import unsafe
from builder.records.import_columns import Options, mapped, tag_of
from builder.records.import_rows import Chunk, Outcome, Row
from builder.work import House, Work
from schema_store.problems import Problem, Problems, _, pointer

__all__ = ["Options", "Report", "run"]

CHUNK = 1_000


@dataclass
class Report:
    """What an import did. `ignored`: columns that no field took. `trouble`: the first bad rows, `(row, problem)`."""

    rows: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    run: int | None = None
    ignored: tuple[str, ...] = ()
    trouble: list[tuple[int, Problem]] = field(default_factory=list)


def run(
    house: House,
    entity_key: str,
    path: Path,
    options: Options,
    policy: Policy,
    *,
    cause: Cause,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Import `path` into `entity_key`. Raises Problems where the file or the options are wrong as a whole."""
    with house.reading() as work:
        sheet = sheets.look(path, encoding=options.encoding)
        _keep_apart(path, options.errors)
        importer = _Importer(
            house, work.catalog.entity(entity_key), sheet, options, policy=policy, cause=cause
        )
    return importer.run(progress or (lambda _rows: None))


def _keep_apart(path: Path, errors: Path | None) -> None:
    """Bad rows never go into the file that they come from."""
    if errors and errors.exists() and errors.samefile(path):
        raise Problems(
            Problem(
                "errors.same",
                _("“{path}” is the file to import; bad rows must go into another one."),
                {"path": str(errors)},
                pointer("errors"),
            )
        )


class _Importer:
    """One import under way."""

    def __init__(
        self,
        house: House,
        entity: Entity,
        sheet: sheets.Sheet,
        options: Options,
        *,
        policy: Policy,
        cause: Cause,
    ):
        self.house, self.entity, self.sheet, self.policy, self.cause = house, entity, sheet, policy, cause
        self.options = replace(options, mode=options.mode or ("upsert" if options.key else "insert"))
        self.fields = mapped(entity, sheet, self.options, policy)
        self.options = replace(self.options, tag=tag_of(entity, options.tag))
        self.report = Report(
            run=cause.run,
            ignored=tuple(
                name
                for name in sheet.columns
                if name and name not in {column for column, _one in self.fields}
            ),
        )
        at = {name: position for position, name in enumerate(sheet.columns)}
        self.positions = [(at[column], column, one) for column, one in self.fields]
        self.seen: set[Any] = set()
        self.reading = Reading(house.clock.zone)

    def run(self, progress: Callable[[int], None]) -> Report:
        with self._errors() as self.refuse:
            for chunk in self._chunks():
                self._write(chunk)
                progress(self.report.rows)
        return self.report

    def _chunks(self) -> Iterator[list[Row]]:
        """Good rows in chunks; a key stands once in a chunk, so that a later row of the same key updates."""
        chunk: list[Row] = []
        keys: set[Any] = set()
        for number, cells in sheets.rows(self.sheet):
            self.report.rows += 1
            row = self._read(number, cells)
            if row is None:
                continue
            key = row.values.get(self.options.key) if self.options.key else None
            if len(chunk) >= CHUNK or (key is not None and key in keys):
                yield chunk
                chunk, keys = [], set()
            chunk.append(row)
            keys.add(key)
        if chunk:
            yield chunk

    def _read(self, number: int, cells: Sequence[str]) -> Row | None:
        trouble = sheets.trouble(self.sheet, cells)
        if trouble:
            self.refuse(number, cells, trouble)
            return None
        values: dict[str, Any] = {}
        for position, column, one in self.positions:
            try:
                values[one.key] = one.type.from_text(_cell(cells, position), one.settings, self.reading)
            except BadValue as bad:
                self.refuse(number, cells, bad.problem.at(pointer(column)))
                return None
        if self.options.key and values.get(self.options.key) is None:
            self.refuse(
                number, cells, Problem("row.key", _("The key is empty."), {}, pointer(self.options.key))
            )
            return None
        return Row(number, cells, values)

    def _write(self, rows: list[Row]) -> None:
        """Write a chunk in one transaction; halve it where the database refuses."""
        try:
            with self._transaction() as work:
                how = {"options": self.options, "policy": self.policy, "seen": self.seen}
                outcome = Chunk(work, self.entity, [one for _column, one in self.fields], **how).write(rows)
                self._note(work, outcome)
        except Problems as refused:
            if len(rows) == 1:
                self.refuse(rows[0].number, rows[0].cells, refused.problems[0])
                return
            half = len(rows) // 2
            self._write(rows[:half])
            self._write(rows[half:])
            return
        for row, why in outcome.refused:
            self.refuse(row.number, row.cells, why)
        self.report.inserted += outcome.inserted
        self.report.updated += outcome.updated
        self.report.unchanged += outcome.unchanged
        if self.options.rehearse and self.options.key:
            self.seen |= {row.values[self.options.key] for row in rows}

    def _note(self, work: Work, outcome: Outcome) -> None:
        """With the rows themselves, say in the run how far it came, so that its end may be sudden."""
        if self.cause.run is None:
            return
        report = self.report
        changed = report.inserted + report.updated + outcome.inserted + outcome.updated
        failed = report.failed + len(outcome.refused)
        matched = changed + failed + report.unchanged + outcome.unchanged
        sofar = {"matched": matched, "changed": changed, "failed": failed}
        sofar |= {"lease_until": leases.later(leases.RUN_S)}
        work.connection.execute(update(runs.runs).where(runs.runs.c.id == self.cause.run).values(sofar))

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        if not self.options.rehearse:
            with self.house.writing(self.cause) as work:
                yield work
            return
        try:
            with self.house.writing(self.cause) as work:
                yield work
                raise _Rehearsed
        except _Rehearsed:
            pass

    @contextmanager
    def _errors(self) -> Iterator[Callable[[int, Sequence[str], Problem], None]]:
        """Where bad rows go: counted, the first kept for the report, all written to the errors file."""
        how = {"encoding": "utf-8-sig", "errors": "replace", "newline": ""}
        file = self.options.errors.open("w", **how) if self.options.errors else None
        writer = csv.writer(file) if file else None
        if writer:
            writer.writerow([*self.sheet.columns, "row", "reason"])

        def refuse(number: int, cells: Sequence[str], why: Problem) -> None:
            self.report.failed += 1
            if len(self.report.trouble) < 20:
                self.report.trouble.append((number, why))
            if writer:
                padded = [*cells, *[""] * (len(self.sheet.columns) - len(cells))][: len(self.sheet.columns)]
                writer.writerow([*(cell[:10_000] for cell in padded), number, str(why)[:1_000]])

        try:
            yield refuse
        finally:
            if file:
                file.close()


class _Rehearsed(Exception):
    """Ends a rehearsed transaction without a commit."""


def _cell(cells: Sequence[str], position: int) -> str:
    return unsafe(cells[position]) if position < len(cells) else ""
