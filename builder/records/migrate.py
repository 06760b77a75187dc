"""From one catalog's tables to the next one's, by adding only: a publish never takes data away.

New entities get tables, new fields columns, new indexes are built, left-out ones dropped; a retired field keeps its
column. Everything happens in the publish's own transaction, on both databases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from schema_store.problems import _
from sqlalchemy import Column, Connection, Index, Table

from builder.catalog import Catalog, Entity
from builder.records import rollups, tables
from builder.work import Work


@dataclass(frozen=True)
class TableChange:
    """One thing that a publish does to tables, as a sentence: a `template` and its `params`."""

    template: str
    params: dict[str, Any]
    is_destructive: bool = False


@dataclass
class _Difference:
    """What stands between two catalogs' tables."""

    new_tables: list[Table] = field(default_factory=list)
    new_columns: list[tuple[Table, Column[Any]]] = field(default_factory=list)
    new_indexes: list[Index] = field(default_factory=list)
    old_indexes: list[Index] = field(default_factory=list)


def plan(before: Catalog, after: Catalog) -> list[TableChange]:
    """What `apply` would do, as sentences. Nothing is read or written."""
    difference = _difference(before, after)
    changes = [TableChange(_("Adds a table for “{entity}”."), {"entity": table.name.removeprefix("rec_")}) for table in difference.new_tables if table.name.startswith("rec_")]
    changes += [
        TableChange(_("Adds the column “{column}” to “{entity}”."), {"column": column.name, "entity": table.name.removeprefix("rec_")})
        for table, column in difference.new_columns
    ]
    changes += [TableChange(_("Builds an index on {columns} of “{entity}”."), _index_words(index)) for index in difference.new_indexes]
    changes += [TableChange(_("Drops the index on {columns} of “{entity}”."), _index_words(index)) for index in difference.old_indexes]
    return changes + [TableChange(_("Keeps the data of “{entity}.{field}”, which is no longer shown."), {"entity": one, "field": key}) for one, key in _retired(before, after)]


def apply(work: Work, before: Catalog, after: Catalog) -> None:
    """Bring the tables of `before` to those of `after`, in the caller's transaction, and fill new rollups."""
    connection = work.connection
    difference = _difference(before, after)
    known = tables.of(after)
    known.metadata.create_all(connection, tables=difference.new_tables, checkfirst=True)
    operations = Operations(MigrationContext.configure(connection))
    for table, column in difference.new_columns:
        _add_column(operations, connection, table, column)
    for index in difference.old_indexes:
        operations.drop_index(str(index.name), table_name=index.table.name, if_exists=True)
    for index in difference.new_indexes:
        index.create(connection, checkfirst=True)
    touched = _entities_with_new_rollups(before, after)
    if touched:
        rollups.recompute_all(_seen_with(work, after), touched)


def _difference(before: Catalog, after: Catalog) -> _Difference:
    old, new = tables.of(before), tables.of(after)
    found = _Difference()
    old_tables = {table.name: table for table in old.all()}
    for table in new.all():
        known = old_tables.get(table.name)
        if known is None:
            found.new_tables.append(table)
            continue
        found.new_columns += [(table, column) for column in table.columns if column.name not in known.columns]
        named = {index.name: index for index in known.indexes}
        found.new_indexes += [index for index in table.indexes if index.name not in named]
        kept = {index.name for index in table.indexes}
        found.old_indexes += [index for index in known.indexes if index.name not in kept]
    return found


def _add_column(operations: Operations, connection: Connection, table: Table, column: Column[Any]) -> None:
    copy = Column(column.name, column.type, nullable=True)
    for reference in column.foreign_keys:
        if connection.dialect.name == "sqlite":
            copy.append_foreign_key(reference._copy())
    operations.add_column(table.name, copy, inline_references=connection.dialect.name == "sqlite")
    if connection.dialect.name == "postgresql":
        for reference in column.foreign_keys:
            name = str(reference.constraint.name) if reference.constraint is not None else None
            operations.create_foreign_key(name, table.name, reference.column.table.name, [column.name], ["id"])


def _index_words(index: Index) -> dict[str, Any]:
    return {"columns": ", ".join(column.name for column in index.columns), "entity": index.table.name.removeprefix("rec_")}


def _retired(before: Catalog, after: Catalog) -> list[tuple[str, str]]:
    return [
        (entity.key, key)
        for entity in before.entities.values()
        for key in entity.fields
        if entity.key not in after.entities or key not in after.entities[entity.key].fields
    ]


def _entities_with_new_rollups(before: Catalog, after: Catalog) -> list[str]:
    def of(catalog: Catalog, entity: Entity) -> dict[str, Any]:
        return {key: fact.rollup for key, fact in entity.facts.items() if fact.rollup is not None}

    found = []
    for entity in after.entities.values():
        known = before.entities.get(entity.key)
        fresh = of(after, entity)
        if known is not None and any(of(before, known).get(key) != rollup for key, rollup in fresh.items()):
            found.append(entity.key)
    return found


def _seen_with(work: Work, catalog: Catalog) -> Work:
    """The same transaction, seen with the catalog that is being published."""
    return Work(work.house, work.connection, catalog, work.now, work.as_of, work.cause, work.notes)
