"""Published definitions against the tables that are there; and the repair of tables that lack something."""

from __future__ import annotations

from collections.abc import Iterator

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Inspector, Table, inspect

from builder.records import folds, rollups, tables
from builder.upkeep import neutral, schema
from builder.upkeep.checks.finding import Finding
from builder.work import Work
from schema_store import store


def check(work: Work, _whole: bool) -> list[Finding]:
    """Own tables as this version makes them; every definition compiles."""
    found = [
        Finding("definitions", "schema.drift", "schema", f"The product's own tables differ: {difference}")
        for difference in schema.differences(work.connection)
    ]
    for (kind, key), why in work.catalog.left_out.items():
        found.append(
            Finding(
                "definitions", "definition.broken", f"{kind}/{key}", f"This definition cannot be used: {why}."
            )
        )
    return found


def check_tables(work: Work, _whole: bool) -> list[Finding]:
    """Tables, columns, their types and indexes as the catalog describes them; no stray tables."""
    seen = inspect(work.connection)
    there = neutral.reflected(work.connection)
    found: list[Finding] = []
    for table in tables.of(work.catalog).all():
        if table.name in there:
            found += [*_columns(table, there[table.name]), *_indexes(table, seen)]
        else:
            found.append(
                Finding(
                    "tables", "table.missing", table.name, "The table is missing.", repair="make it, empty"
                )
            )
    return [*found, *_stray(work, there)]


def repair(work: Work) -> None:
    """Make the tables, columns and indexes that are missing; rollups and folded texts are worked out again."""
    known, operations = tables.of(work.catalog), Operations(MigrationContext.configure(work.connection))
    known.metadata.create_all(work.connection, checkfirst=True)
    for table in known.all():
        there = {column["name"] for column in inspect(work.connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                operations.add_column(table.name, Column(column.name, column.type))
        for index in table.indexes:
            index.create(work.connection, checkfirst=True)
    rollups.recompute_all(work)
    folds.refresh_all(work)


def _columns(wanted: Table, there: Table) -> Iterator[Finding]:
    for column in wanted.columns:
        place = f"{wanted.name}.{column.name}"
        if column.name not in there.columns:
            yield Finding("tables", "column.missing", place, "The column is missing.", repair="add it, empty")
        elif neutral.family(column) != (family := neutral.family(there.columns[column.name])):
            message = f"The column holds values of another sort: {family}, not {neutral.family(column)}."
            yield Finding("tables", "column.type", place, message)


def _indexes(wanted: Table, seen: Inspector) -> Iterator[Finding]:
    there = {index["name"]: bool(index["unique"]) for index in seen.get_indexes(wanted.name)}
    for index in wanted.indexes:
        if index.name not in there:
            yield Finding(
                "tables",
                "index.missing",
                f"{wanted.name}.{index.name}",
                "The index is missing.",
                repair="build it",
            )
        elif bool(index.unique) != there[index.name]:
            yield Finding(
                "tables", "index.unique", f"{wanted.name}.{index.name}", "The index should be unique."
            )


def _stray(work: Work, there: dict[str, Table]) -> Iterator[Finding]:
    retired = {f"rec_{key}" for kind, key in store.retired(work.connection) if kind == "entity"}
    known = {table.name for table in tables.of(work.catalog).all()} | retired
    for name in there:
        if name.startswith("rec_") and name not in known:
            yield Finding(
                "tables", "table.stray", name, "No definition, live or retired, belongs to this table."
            )
