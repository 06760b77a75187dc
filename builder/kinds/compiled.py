"""A published entity, compiled and frozen: what every room above reads instead of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.fields.contract import Field
from builder.rules.advice.indexing import Index
from builder.rules.names import Fact, Relation
from schema_store.texts import Text


@dataclass(frozen=True, eq=False)
class Entity:
    """A published entity. `document` is its JSON Schema, as published; `fields` keeps the designer's order.

    `retired` are fields that no page and no rule sees any more; their columns keep their values.
    """

    key: str
    label: Text
    label_plural: Text
    document: Mapping[str, Any]
    fields: Mapping[str, Field]
    key_field: str | None
    title_field: str
    search_fields: tuple[str, ...]
    facts: Mapping[str, Fact]
    relations: Mapping[str, Relation]
    icon: str = "database"
    indexes: tuple[tuple[str, ...], ...] = ()
    retired: Mapping[str, Field] = field(default_factory=dict)

    @property
    def table_name(self) -> str:
        return f"rec_{self.key}"

    @property
    def all_indexes(self) -> tuple[Index, ...]:
        """What its records are found by: the id, unique, indexed and reference fields, and its own `indexes`."""
        stored = [field for field in self.fields.values() if field.column]
        single = [field for field in stored if field.unique or field.indexed or "to" in field.settings]
        return (
            Index(("id",), is_unique=True),
            *(Index((field.key,), is_unique=field.unique) for field in single),
            *(Index(fields) for fields in self.indexes),
        )
