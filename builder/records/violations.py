"""What the database refused, said to a person: which field, why, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from builder.catalog import Entity
from builder.records import tables
from builder.work import Work
from schema_store.problems import Problem, Problems, _, pointer

_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: \w+\.(\w+)")


@contextmanager
def explained(work: Work, entity: Entity) -> Iterator[None]:
    """Turns the database's refusal of a write to `entity` into Problems."""
    try:
        yield
    except IntegrityError as error:
        raise Problems(_problem(work, entity, error)) from error


def _problem(work: Work, entity: Entity, error: IntegrityError) -> Problem:
    taken = _taken_field(work, entity, error)
    if taken:
        return Problem(
            "value.taken", _("Another record has this value already; it must be unique."), {}, pointer(taken)
        )
    return Problem(
        "reference.broken",
        _("A record that this one needs does not exist, or another record still needs this one."),
    )


def _taken_field(work: Work, entity: Entity, error: IntegrityError) -> str | None:
    """The key of the unique field that the write violated; None when it was something else."""
    diagnosis = getattr(error.orig, "diag", None)
    by_column = {one.column: one.key for one in entity.fields.values() if one.column}
    if diagnosis is not None:
        table = tables.of(work.catalog).table(entity.key)
        columns = {index.name: next(iter(index.columns)).name for index in table.indexes if index.unique}
        return by_column.get(columns.get(diagnosis.constraint_name, ""))
    found = _SQLITE_UNIQUE.search(str(error.orig))
    return by_column.get(found.group(1)) if found else None
