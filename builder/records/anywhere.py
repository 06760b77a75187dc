"""Records of every entity by the start of a name, number or phone, in one statement however many entities there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, literal, null, select, type_coerce, union_all

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import Field
from builder.records import find, tables
from builder.records.find import Query
from builder.work import Work

AT_ONCE = 100
"""Entities that one statement looks into; SQLite joins a few hundred Selects, no more."""


@dataclass(frozen=True)
class Hit:
    """A record that was found. `title`: what it is called; `key`: what names it, "" where the title does."""

    entity: str
    id: int
    title: str
    key: str


def found(work: Work, text: str, policy: Policy, *, each: int = 5) -> list[Hit]:
    """The first records of each entity, `each` at most, that `policy` lets its reader find by what was typed."""
    asked = [_of(work, entity, text, policy, each) for entity in _searchable(work, policy)][:AT_ONCE]
    if not text.strip() or not asked:
        return []
    rows = work.connection.execute(union_all(*(select(one.subquery()) for one in asked)))
    return [_hit(work, *row) for row in rows]


def _searchable(work: Work, policy: Policy) -> Iterable[Entity]:
    for entity in work.catalog.entities.values():
        if policy.may("read", entity.key) and policy.readable(entity).intersection(entity.search_fields):
            yield entity


def _of(work: Work, entity: Entity, text: str, policy: Policy, each: int) -> Select[Any]:
    """Entity, id, title and key of the records of one entity."""
    table = tables.of(work.catalog).table(entity.key)
    ids = find.matching(work, Query(entity.key, search=text), policy)
    said = [_words(one, table) for one in (_title(entity, policy), _key(entity, policy))]
    of = literal(entity.key, String).label("entity")
    return ids.add_columns(of, said[0].label("title"), said[1].label("key")).limit(each)


def _title(entity: Entity, policy: Policy) -> Field | None:
    return _readable(entity, entity.title_field, policy)


def _key(entity: Entity, policy: Policy) -> Field | None:
    return _readable(entity, entity.key_field, policy) if entity.key_field != entity.title_field else None


def _readable(entity: Entity, key: str | None, policy: Policy) -> Field | None:
    """The field, where its values are words as they are stored and may be read."""
    one = entity.fields.get(key or "")
    if one is None or one.column is None or one.key not in policy.readable(entity):
        return None
    return one if one.type.fact(one.settings)["type"] == "text" else None


def _words(one: Field | None, table: Any) -> ColumnElement[Any]:
    """Every branch of a union has columns of one type."""
    return type_coerce(cast(null() if one is None else table.c[one.column], String), String)


def _hit(work: Work, record_id: int, entity_key: str, title: str | None, key: str | None) -> Hit:
    entity = work.catalog.entity(entity_key)
    words = [
        entity.fields[name].type.to_text(value, entity.fields[name].settings)
        for name, value in ((entity.title_field, title), (entity.key_field, key))
        if name and value is not None
    ]
    return Hit(entity_key, record_id, words[0] if words else f"#{record_id}", " ".join(words[1:]))
