"""The tables of a catalog's entities: one `rec_<key>` each, one link table per tags field. Built once per catalog."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)
from sqlalchemy.sql.elements import ColumnElement

from builder.catalog import Catalog, Entity
from builder.database import Id, Key, Moment, PlainText
from builder.fields.contract import Field

SYSTEM = ("id", "version", "created_at", "updated_at")
"""Columns that every record has; rules and queries may name them like fields."""


def of(catalog: Catalog) -> Tables:
    """The catalog's tables, made on first use."""
    return catalog.cached("records.tables", lambda: Tables(catalog))


def hashed(prefix: str, *parts: str) -> str:
    """A short stable name for an index or link table: `ix_4f1d2a90c3` (PostgreSQL cuts names at 63 bytes)."""
    return f"{prefix}_{hashlib.blake2s(':'.join(parts).encode(), digest_size=6).hexdigest()}"


class Tables:
    """What `rules.to_sql` and the rooms of records ask for: tables, columns and link tables by definition keys."""

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self.metadata = MetaData()
        self._tables: dict[str, Table] = {}
        self._links: dict[tuple[str, str], Table] = {}
        for entity in catalog.entities.values():
            self._tables[entity.key] = _table(entity, self.metadata)
            for field in entity.fields.values():
                if field.storage == "tags":
                    self._links[entity.key, field.key] = _link(field, self.metadata)

    def table(self, entity: str, *, alias: bool = False) -> Any:
        """The entity's table; a fresh alias of it where one statement reads it twice."""
        table = self._tables[entity]
        return table.alias() if alias else table

    def column(self, table: FromClause, entity: str, key: str) -> ColumnElement[Any]:
        """The column of `table` (the entity's, or an alias) that holds a field or a system field, in stored form."""
        if key in SYSTEM:
            return table.c[key]
        field = self.catalog.entities[entity].fields[key]
        if field.column is None:
            raise KeyError(f"{entity}.{key} has no column")
        return table.c[field.column]

    def order_column(self, table: FromClause, entity: str, key: str) -> ColumnElement[Any]:
        """The column by which lists sort: what the search box looks into has no capitals there either."""
        field = self.catalog.entities[entity].fields.get(key)
        if field is not None and is_found_folded(self.catalog.entities[entity], field):
            return table.c[field.folded]
        return self.column(table, entity, key)

    def folded(self, table: FromClause, entity: str, key: str) -> ColumnElement[Any] | None:
        """The column that holds a text without differences of case: its copy, or itself where it has none."""
        field = self.catalog.entities[entity].fields.get(key)
        if field is None or field.column is None:
            return None
        return table.c[field.folded or field.column]

    def tags(self, entity: str, key: str) -> Table:
        """The link table of a tags field: record_id, tag, source, run_id."""
        return self._links[entity, key]

    def all(self) -> list[Table]:
        """Every table: entities' first, then their link tables."""
        return [*self._tables.values(), *self._links.values()]

    def of_entity(self, entity: str) -> list[Table]:
        return [
            self._tables[entity],
            *(link for (owner, _key), link in self._links.items() if owner == entity),
        ]


def is_found_folded(entity: Entity, field: Field) -> bool:
    """Whether the search box looks into the folded copy: a unique text has an index of its own, which serves."""
    return field.folded is not None and field.key in entity.search_fields and not field.unique


def _table(entity: Entity, metadata: MetaData) -> Table:
    stored = [field for field in entity.fields.values() if field.column]
    table = Table(
        entity.table_name,
        metadata,
        Column("id", Id, primary_key=True, autoincrement=True),
        Column("version", Integer, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        *(_column(entity, field) for field in stored),
        *(Column(field.folded, PlainText, nullable=True) for field in stored if field.folded),
        sqlite_autoincrement=True,  # an id is never given twice: history is keyed by it
    )
    for field in stored:
        if field.unique:
            Index(hashed("uq", entity.key, field.key, str(field.column)), table.c[field.column], unique=True)
        elif (
            field.indexed
        ):  # lists sort by a field, then by id: with both in it, the index gives them in order
            Index(hashed("ix", entity.key, str(field.column), "id"), table.c[field.column], table.c.id)
        elif field.settings["type"] == "reference":
            Index(hashed("ix", entity.key, str(field.column)), table.c[field.column])
        if is_found_folded(entity, field):
            Index(hashed("ix", entity.key, str(field.folded), "id"), table.c[field.folded], table.c.id)
    for keys in entity.indexes:
        columns = [table.c[key if key in SYSTEM else str(entity.fields[key].column)] for key in keys]
        Index(hashed("ix", entity.key, *(column.name for column in columns)), *columns)
    return table


def _column(entity: Entity, field: Field) -> Column[Any]:
    column_type = field.type.column_type(field.settings)
    if column_type is None:
        raise ValueError(f"{entity.key}.{field.key} has a column but its type names no column type")
    target = field.settings.get("to")
    if target:
        name = hashed("fk", entity.key, str(field.column))
        return Column(
            field.column,
            column_type,
            ForeignKey(f"rec_{target}.id", name=name, use_alter=False),
            nullable=True,
        )
    return Column(field.column, column_type, nullable=True)


def _link(field: Field, metadata: MetaData) -> Table:
    name = hashed("tag", field.entity, field.key)
    table = Table(
        name,
        metadata,
        Column(
            "record_id", BigInteger, ForeignKey(f"rec_{field.entity}.id", ondelete="CASCADE"), nullable=False
        ),
        Column("tag", PlainText, nullable=False),
        Column("source", Key, nullable=False),  # manual | rule | import
        Column("run_id", BigInteger),
        PrimaryKeyConstraint("record_id", "tag", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )
    Index(f"ix_{name}", table.c.tag, table.c.record_id)
    return table
