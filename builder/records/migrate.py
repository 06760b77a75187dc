"""From one catalog's tables to the next one's, by adding only: a publish never takes data away.

New entities get tables, new fields columns, new indexes are built, left-out ones dropped; a retired field keeps its
column. Everything happens in the publish's own transaction, on both databases.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, ForeignKey, Index, Select, Table, func, inspect, select

from builder.catalog import Catalog, Entity
from builder.fields.contract import FOLDED, Field
from builder.publishing.steps import StepChange
from builder.records import folds, rollups, tables
from builder.work import Work
from schema_store.problems import Problem, _
from schema_store.sentences import Sentence
from schema_store.texts import Text, pick

_TWICE = _("“{column}” cannot become unique: {count} values stand in more than one record.")


@dataclass
class _Difference:
    """What stands between two catalogs' tables."""

    new_tables: list[Table] = field(default_factory=list)
    new_columns: list[tuple[Table, Column[Any]]] = field(default_factory=list)
    new_indexes: list[Index] = field(default_factory=list)
    old_indexes: list[Index] = field(default_factory=list)


class TableStep:
    """The publish step of kind "entity": its tables, columns, indexes and stored rollups."""

    def plan(self, work: Work, before: Catalog, after: Catalog) -> list[StepChange | Problem]:
        """What `apply` would do to tables; unique fields that hold a value twice refuse."""
        difference = _difference(work, before, after)
        copies = {one.folded for entity in after.entities.values() for one in entity.fields.values()}
        changes: list[StepChange | Problem] = [
            StepChange(Sentence(_("Adds a table for “{entity}”."), {"entity": entity.label}))
            for key, entity in after.entities.items()
            if key not in before.entities
        ]
        changes += [
            StepChange(
                Sentence(_("Adds the column “{column}” to “{entity}”."), _words(after, table, column.name))
            )
            for table, column in difference.new_columns
            if column.name not in copies
        ]
        changes += [
            StepChange(Sentence(_("Builds an index on {columns} of “{entity}”."), _index_words(after, index)))
            for index in difference.new_indexes
        ]
        changes += [
            StepChange(
                Sentence(_("Drops the index on {columns} of “{entity}”."), _index_words(before, index))
            )
            for index in difference.old_indexes
        ]
        changes += [
            StepChange(
                Sentence(_("Keeps the values of “{field}” of “{entity}”, but shows them no longer."), words),
                is_destructive=True,
            )
            for words in _retired(before, after)
        ]
        changes += _out_of_reach(work, before, after)
        changes += _gaps(work, before, after)
        return changes + _values_twice(work, after, difference)

    def apply(self, work: Work, before: Catalog, after: Catalog) -> None:
        """Bring the tables of `before` to those of `after`, in the caller's transaction, and fill new rollups."""
        connection = work.connection
        difference = _difference(work, before, after)
        tables.of(after).metadata.create_all(connection, tables=difference.new_tables, checkfirst=True)
        operations = Operations(MigrationContext.configure(connection))
        for table, column in difference.new_columns:
            _add_column(operations, connection, table, column)
        for index in difference.old_indexes:
            operations.drop_index(str(index.name), table_name=_table_of(index).name, if_exists=True)
        for index in difference.new_indexes:
            index.create(connection, checkfirst=True)
        _fill_copies(replace(work, catalog=after), difference)
        touched = _entities_with_new_rollups(before, after)
        if touched:
            rollups.recompute_all(replace(work, catalog=after), touched)


def _fill_copies(work: Work, difference: _Difference) -> None:
    """Folded copies of texts that were there already: their column came later than they did."""
    added = {(table.name, column.name) for table, column in difference.new_columns}
    for entity in work.catalog.entities.values():
        late = [
            one
            for one in entity.fields.values()
            if (entity.table_name, one.folded) in added and (entity.table_name, one.column) not in added
        ]
        if late:
            folds.refresh(work, entity, select(tables.of(work.catalog).table(entity.key).c.id), late)


def _difference(work: Work, before: Catalog, after: Catalog) -> _Difference:
    """What is missing in the database for `after`: a field that comes back finds its column still there."""
    old, new = tables.of(before), tables.of(after)
    found = _Difference()
    old_tables = {table.name: table for table in old.all()}
    inspector = inspect(work.connection)
    for table in new.all():
        known = old_tables.get(table.name)
        if known is not None and _looks_like(known, table):
            continue
        if not inspector.has_table(table.name):
            found.new_tables.append(table)
            continue
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        indexes = {index["name"] for index in inspector.get_indexes(table.name)}
        found.new_columns += [(table, column) for column in table.columns if column.name not in columns]
        found.new_indexes += [index for index in table.indexes if index.name not in indexes]
        kept = {index.name for index in table.indexes}
        found.old_indexes += [
            index for index in (known.indexes if known is not None else ()) if index.name not in kept
        ]
    return found


def _looks_like(one: Table, other: Table) -> bool:
    """Whether two catalogs mean the same columns and indexes by a table."""

    def shape(table: Table) -> tuple[list[str], list[str]]:
        return [column.name for column in table.columns], sorted(str(index.name) for index in table.indexes)

    return shape(one) == shape(other)


def _add_column(operations: Operations, connection: Connection, table: Table, column: Column[Any]) -> None:
    copy = Column(column.name, column.type, nullable=True)
    for reference in column.foreign_keys:
        if connection.dialect.name == "sqlite":
            copy.append_foreign_key(ForeignKey(reference.target_fullname, name=_name_of(reference)))
    operations.add_column(table.name, copy, inline_references=connection.dialect.name == "sqlite")
    if connection.dialect.name == "postgresql":
        for reference in column.foreign_keys:
            name = str(reference.constraint.name) if reference.constraint is not None else None
            operations.create_foreign_key(
                name, table.name, reference.column.table.name, [column.name], ["id"]
            )


def _name_of(reference: ForeignKey) -> str | None:
    return str(reference.constraint.name) if reference.constraint is not None else None


def _table_of(index: Index) -> Table:
    return cast(Table, index.table)


def _words(catalog: Catalog, table: Table, column: str) -> dict[str, Any]:
    """The column by its own name, which operators look for, and its entity by its label."""
    entity = _entity_of(catalog, table)
    return {"column": column, "entity": entity.label if entity else table.name}


def _index_words(catalog: Catalog, index: Index) -> dict[str, Any]:
    table = _table_of(index)
    entity = _entity_of(catalog, table)
    labels = [_label(entity, column.name.removeprefix(FOLDED)) for column in index.columns]
    columns = {
        language: between.join(pick(one, language) for one in labels)
        for language, between in (("en", ", "), ("zh", "、"))
    }
    return {"columns": columns} | _words(catalog, table, "")


def _entity_of(catalog: Catalog, table: Table) -> Entity | None:
    return next((one for one in catalog.entities.values() if one.table_name == table.name), None)


def _label(entity: Entity | None, column: str) -> Text:
    """What people call what a column holds: its field's label, or a system column's own name."""
    fields = entity.fields.values() if entity else ()
    return next((field.label for field in fields if field.column == column and field.label), column)


def _retired(before: Catalog, after: Catalog) -> list[dict[str, Any]]:
    return [
        {"entity": entity.label, "field": one.label}
        for entity in before.entities.values()
        for key, one in entity.fields.items()
        if entity.key in after.entities and key not in after.entities[entity.key].fields
    ]


def _out_of_reach(work: Work, before: Catalog, after: Catalog) -> list[StepChange | Problem]:
    """Entities that are retired, with all their records: the table stays, and no page leads to it."""
    found: list[StepChange | Problem] = []
    for key, entity in before.entities.items():
        if key not in after.entities:
            count = _count(work, select(func.count()).select_from(tables.of(before).table(key)))
            template = _("{count} records of “{entity}” are out of reach from then on. They are kept.")
            words = {"count": count, "entity": entity.label_plural}
            found.append(StepChange(Sentence(template, words), is_destructive=True, count=count))
    return found


def _gaps(work: Work, before: Catalog, after: Catalog) -> list[StepChange | Problem]:
    """What records that are there already lack under the new definitions: required values, options that went."""
    found: list[StepChange | Problem] = []
    known = tables.of(before)
    for key, entity in after.entities.items():
        old = before.entities.get(key)
        if old is None:
            continue
        table = known.table(key)
        for one in entity.fields.values():
            was = old.fields.get(one.key)
            if one.required and (was is None or not was.required):
                empty = select(func.count()).select_from(table)
                count = _count(
                    work,
                    empty
                    if was is None or was.column is None
                    else empty.where(table.c[was.column].is_(None)),
                )
                found += _step(
                    _("{count} records of “{entity}” have no “{field}” yet, which is required now."),
                    count,
                    entity,
                    one,
                )
            for value in _options(was) - _options(one) if was is not None and was.column else ():
                holding = (
                    select(func.count())
                    .select_from(table)
                    .where(table.c[str(was.column if was else "")] == value)
                )
                found += _step(
                    _("{count} records of “{entity}” hold the option “{value}” of “{field}”, which goes."),
                    _count(work, holding),
                    entity,
                    one,
                    value=value,
                )
    return found


def _options(one: Field | None) -> set[str]:
    return {option["value"] for option in one.settings.get("options", ())} if one is not None else set()


def _count(work: Work, statement: Select[Any]) -> int:
    return work.connection.execute(statement).scalar_one()


def _step(template: str, count: int, entity: Entity, one: Field, **more: Any) -> list[StepChange]:
    words = {"count": count, "entity": entity.label_plural, "field": one.label, **more}
    return [StepChange(Sentence(template, words), count=count)] if count else []


def _values_twice(work: Work, after: Catalog, difference: _Difference) -> list[StepChange | Problem]:
    """A field cannot become unique while two records have the same value."""
    found: list[StepChange | Problem] = []
    not_there_yet = {(table.name, column.name) for table, column in difference.new_columns}
    for index in difference.new_indexes:
        table, column = _table_of(index), next(iter(index.columns))
        if not index.unique or (table.name, column.name) in not_there_yet:
            continue
        groups = (
            select(column).where(column.is_not(None)).group_by(column).having(func.count() > 1).subquery()
        )
        count = work.connection.execute(select(func.count()).select_from(groups)).scalar_one()
        if count:
            words = _words(after, table, column.name) | {"count": count}
            found.append(
                Problem("unique.twice", _TWICE, words, hint=_("Merge or change those records first."))
            )
    return found


def _entities_with_new_rollups(before: Catalog, after: Catalog) -> list[str]:
    def of(entity: Entity) -> dict[str, Any]:
        return {key: fact.rollup for key, fact in entity.facts.items() if fact.rollup is not None}

    found = []
    for entity in after.entities.values():
        known = before.entities.get(entity.key)
        fresh = of(entity)
        if known is not None and any(of(known).get(key) != rollup for key, rollup in fresh.items()):
            found.append(entity.key)
    return found
