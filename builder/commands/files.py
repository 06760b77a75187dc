"""`import` and `export`: records out of files and into files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import click

from builder.commands import asked, opening
from builder.commands.actors import as_option, cause, policy
from builder.commands.asked import CONDITIONS, KEYS, json_option
from builder.commands.errors import lines
from builder.records import exporting, importing, imports
from builder.records.find import Query
from builder.workflows import scheduler

MODES = click.Choice(["insert", "update", "upsert"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("entity")
@click.argument("file", type=FILE)
@click.option(
    "--map", "pairs", multiple=True, metavar='"COLUMN=field"', help="Where a column goes; several times."
)
@click.option("--key", metavar="FIELD", help="The field that finds records which are there already.")
@click.option("--mode", type=MODES, help="upsert with --key, else insert.")
@click.option("--encoding", help="Of the file; found out if left out.")
@click.option("--sheet", hidden=True)
@click.option("--tag", help="Given to every record of the file.")
@click.option("--rehearse", is_flag=True, help="Count what would happen; write nothing.")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="Where bad rows go, with the reason."
)
@as_option
@json_option
def import_(entity: str, file: Path, as_user: str | None, as_json: bool, **options: Any) -> None:
    """Bring the rows of a CSV FILE into ENTITY. Good rows go in; bad ones are counted and explained.

    Columns named as a field, or its label, map themselves; others are ignored and named.
    """
    if file.suffix.lower() in (".xlsx", ".xls") or options["sheet"]:
        raise click.UsageError("Spreadsheet files come with a later version; save it as CSV.")
    with opening.house() as house:
        with house.reading() as work:
            asked.known("entity", entity, work.catalog.entities)
            keys = [options["key"], *_options(options).mapping.values()]
            asked.fields(keys, work.catalog.entity(entity).fields)
            who = policy(work, as_user)
        by = replace(cause(house, "import", as_user), reason=f"Import of {file.name}")
        with _progress() as progress:
            report = imports.run(house, entity, file, _options(options), who, cause=by, progress=progress)
        if not options["rehearse"]:
            scheduler.settle(house)
    for line in _remarks(report, options["errors"]):
        click.echo(line, err=True)
    names = ("rows", "inserted", "updated", "unchanged", "failed", "run")
    document = {name: getattr(report, name) for name in names}
    asked.answer(document, as_json=as_json, people=lambda: [_summary(report)])


def _options(options: dict[str, Any]) -> importing.Options:
    mapping = dict(_pair(text) for text in options["pairs"])
    names = ("key", "mode", "encoding", "tag", "errors", "rehearse")
    return importing.Options(mapping=mapping, **{name: options[name] for name in names})


def _pair(text: str) -> tuple[str, str]:
    column, equals, key = text.rpartition("=")
    if not (equals and column.strip() and key.strip()):
        raise click.UsageError(f'--map takes "COLUMN=field", not “{text}”.')
    return column.strip(), key.strip()


def _nobody_looks(_rows: int) -> None:
    pass


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Rows so far on one line of a terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield _nobody_looks
        return

    def show(rows: int) -> None:
        click.echo(f"\r{rows:,} rows", nl=False, err=True)

    yield show
    click.echo("\r", nl=False, err=True)


def _remarks(report: importing.Report, errors: Path | None) -> list[str]:
    said = [f"Ignored: {', '.join(report.ignored)} (no field takes this column)."] if report.ignored else []
    for number, problem in report.trouble:
        said += [f"Row {number}: {line.strip()}" for line in lines(problem)]
    if report.failed > len(report.trouble):
        said.append(f"… and {report.failed - len(report.trouble)} more bad rows.")
    if report.failed and errors is None:
        said.append("Use --errors FILE to get the bad rows with their reasons.")
    return said


def _summary(report: importing.Report) -> str:
    parts = [f"{getattr(report, name):,} {name}" for name in ("inserted", "updated", "unchanged", "failed")]
    run = f" Run {report.run}." if report.run else ""
    return f"{report.rows:,} rows: {', '.join(parts)}.{run}"


@click.command()
@click.argument("entity")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--where", "where", type=CONDITIONS, default=(), help="JSONLogic, or @file.")
@click.option("--fields", type=KEYS, help="Fields to write: a,b")
@as_option
@json_option
def export(
    entity: str,
    file: Path,
    *,
    where: tuple[Any, ...],
    fields: tuple[str, ...] | None,
    as_user: str | None,
    as_json: bool,
) -> None:
    """Write the records of ENTITY to FILE, as .csv or .jsonl; `import` reads back what this writes."""
    with opening.house() as house, house.reading() as work:
        asked.known("entity", entity, work.catalog.entities)
        asked.fields(fields or (), work.catalog.entity(entity).fields)
        who = policy(work, as_user)
        wanted = Query(entity, fields, where)
        with _whole(file) as opened:
            count = exporting.write(work, wanted, who, opened, file.suffix.removeprefix(".").lower())
    asked.answer(
        {"rows": count, "file": str(file)},
        as_json=as_json,
        people=lambda: [f"Wrote {count:,} records to {file}."],
    )


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that appears at `path` when it is whole; one that was there stays until then."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
