"""What went wrong, told to the person at the terminal: a few plain lines and an exit code, never a traceback."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from schema_store.problems import Problem, Problems, Refused, _

FINE, FAILED, WRONG_USE = 0, 1, 2
UNFINISHED = re.compile(r"^(.*/)?\.([^/]+)\.unfinished$")
"""A file under way to its name; people know it by that name."""


@dataclass
class Outcome:
    """The exit code that a command comes to."""

    code: int = FINE


class Failed(Exception):
    """The work was done and did not come out well; everything was said already."""


@contextmanager
def told(*, as_json: bool) -> Iterator[Outcome]:
    """Turns whatever the block raises into lines on stderr, with `--json` one document on stdout, and a code."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    outcome = Outcome()
    try:
        yield outcome
    except Failed:
        outcome.code = FAILED
    except click.exceptions.Exit as exit_:
        outcome.code = exit_.exit_code
    except BrokenPipeError:  # the reader (`| head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        outcome.code = FAILED
    except click.ClickException as error:
        error.show()
        _document(as_json, [Problem("usage", "{why}", {"why": error.format_message()})])
        outcome.code = WRONG_USE
    except Exception as error:  # noqa: BLE001 - the outermost door: whatever came, a person reads it
        problems = _problems_of(error)
        for problem in problems:
            for line in lines(problem):
                click.echo(line, err=True)
        _document(as_json, problems)
        outcome.code = FAILED


def lines(problem: Problem) -> list[str]:
    """One problem for a terminal: where and what, then what to do."""
    place = f"{problem.pointer}: " if problem.pointer else ""
    mark = "Warning: " if problem.severity == "warning" else ""
    said = [f"{mark}{place}{problem.said()}"]
    return [*said, f"  {problem.hinted()}"] if problem.hint else said


def _document(as_json: bool, problems: Sequence[Problem]) -> None:
    if as_json:
        document = {"errors": [problem.document() for problem in problems]}
        click.echo(json.dumps(document, ensure_ascii=False))


def _problems_of(error: Exception) -> Sequence[Problem]:
    if isinstance(error, Problems):
        return error.problems
    if isinstance(error, Refused):
        return [
            Problem(
                "refused",
                "{why}",
                {"why": str(error)},
                hint=_("An admin can grant it in the studio, under roles."),
            )
        ]
    if isinstance(error, OSError) and error.filename:
        name = UNFINISHED.sub(r"\1\2", str(error.filename))
        return [Problem("file", "{name}: {why}", {"name": name, "why": error.strerror or str(error)})]
    said = _of_database(error)
    return [said] if said else [_fault(error)]


def _of_database(error: Exception) -> Problem | None:
    """A database that cannot be reached is no fault of ours. By name: SQLAlchemy need not be loaded to say so."""
    if type(error).__name__ != "OperationalError":
        return None
    cause = str(getattr(error, "orig", None) or error).strip().splitlines()
    return Problem(
        "database",
        _("The database could not be used: {why}"),
        {"why": cause[0] if cause else type(error).__name__},
        hint=_("Check TESSERA_DATABASE_URL and TESSERA_DATA, and that the database runs."),
    )


def _fault(error: Exception) -> Problem:
    """Ours: the details go to a file that a report can quote, the person gets its number."""
    number = uuid4().hex[:8]
    place = Path(os.environ.get("TESSERA_DATA") or "instance") / "faults.log"
    hint = _("Details are in {place}, under this number.")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as file:
            file.write(
                f"{number} {datetime.now(UTC).isoformat()}\n{''.join(traceback.format_exception(error))}\n"
            )
    except OSError:
        hint = "{details}"
    params = {"number": number, "place": str(place), "details": f"{type(error).__name__}: {error}"}
    return Problem("fault", _("Something went wrong inside Tessera (fault {number})."), params, hint=hint)
