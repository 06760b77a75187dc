"""The published definitions, compiled once per stamp and frozen. Every request reads the same one until it moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schema_store.texts import Text

from builder.fields.contract import Field
from builder.rules.names import Fact, Relation


@dataclass(frozen=True, eq=False)
class Entity:
    """A published entity. `document` is its JSON Schema, as published; `fields` keeps the designer's order."""

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

    @property
    def table_name(self) -> str:
        return f"rec_{self.key}"


@dataclass(frozen=True, eq=False)
class Catalog:
    """Everything published, at one stamp. Also the `Names` that rules ask (facts, relations, label)."""

    stamp: int
    entities: Mapping[str, Entity]
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # {kind: {key: compiled}}

    def entity(self, key: str) -> Entity:
        """The entity; raises KeyError."""
        return self.entities[key]

    def facts(self, entity: str) -> Mapping[str, Fact]:
        return self.entities[entity].facts

    def relations(self, entity: str) -> Mapping[str, Relation]:
        return self.entities[entity].relations

    def label(self, entity: str) -> Text:
        return self.entities[entity].label

    def of_kind(self, kind: str) -> Mapping[str, Any]:
        """The compiled definitions of a kind by key: `of_kind("workflow")`."""
        if kind == "entity":
            return self.entities
        return self.others.get(kind, {})


class Catalogs:
    """Gives the current catalog: compares the stamp (one integer) and compiles only when it moved. Written by the catalog's engineer."""
