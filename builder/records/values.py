"""Rows of entity tables as stored values, and back as the API's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, type_coerce

from builder.catalog import Entity
from builder.fields.contract import Field
from builder.records import conditions, tables
from builder.records.sql import json_list
from builder.rules.to_sql import value as rule_value
from builder.work import Work


@dataclass(frozen=True)
class Stored:
    """One record: its system fields and `{field key: stored value}`; tags are a frozenset, empty values None."""

    id: int
    version: int
    created_at: datetime
    updated_at: datetime
    values: Mapping[str, Any]
    titles: Mapping[str, str] = field(default_factory=dict)  # {reference field: title of what it points to}
    keys: Mapping[str, str] = field(
        default_factory=dict
    )  # {reference field: key field's value of what it points to}
    mark: int | None = None  # which of a query's `marks` holds first


def row_select(work: Work, entity: Entity, fields: Iterable[str] | None = None) -> Select[Any]:
    """A Select of the system columns and the given fields (all by default), labelled `f_<key>`."""
    table = tables.of(work.catalog).table(entity.key)
    wanted = entity.fields.values() if fields is None else [entity.fields[key] for key in fields]
    return select(
        *system_columns(table), *(field_column(work, table, one).label(f"f_{one.key}") for one in wanted)
    )


def system_columns(table: Any) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in tables.SYSTEM]


def field_column(work: Work, table: Any, one: Field) -> ColumnElement[Any]:
    """The field's stored value in SQL, wherever it comes from."""
    return table.c[one.column] if one.column is not None else _ELSEWHERE[one.storage](work, table, one)


def column_then(work: Work, table: Any, one: Field) -> ColumnElement[Any]:
    """The field's value on the day that is asked about: a rollup that knows its dates as it was at an earlier one."""
    if work.moment.is_past:
        rollup = work.catalog.facts(one.entity)[one.key].rollup
        if rollup is not None and rollup.dated_by is not None:
            return _formula(work, table, one)
    return field_column(work, table, one)


def _tags(work: Work, table: Any, one: Field) -> ColumnElement[Any]:
    """A JSON list of the record's link rows."""
    link = tables.of(work.catalog).tags(one.entity, one.key)
    return select(json_list(link.c.tag)).where(link.c.record_id == table.c.id).scalar_subquery()


def _formula(work: Work, table: Any, one: Field) -> ColumnElement[Any]:
    """What a rule says in the field's place, in the type that the field follows."""
    rule = conditions.checked(work.catalog, one.entity, {"var": one.key}, wanted="value")
    kind = one.type.column_type(one.settings)
    return type_coerce(rule_value(rule, table, tables.of(work.catalog), work.moment), kind)


_ELSEWHERE = {"tags": _tags, "formula": _formula}
"""Where a value without a column of its own comes from, by the field's storage."""


def read_row(entity: Entity, row: Row[Any], fields: Iterable[str] | None = None) -> Stored:
    """The record of a row that `row_select` gave."""
    mapping = row._mapping
    keys = entity.fields if fields is None else fields
    values = {key: read_value(entity.fields[key], mapping[f"f_{key}"]) for key in keys}
    return Stored(row.id, row.version, row.created_at, row.updated_at, values)


def read_value(one: Field, value: Any) -> Any:
    return frozenset(value or ()) if one.storage == "tags" else value


def to_json(entity: Entity, record: Stored) -> dict[str, Any]:
    """The record as its JSON Schema describes it: empty values left out, system fields with it."""
    document: dict[str, Any] = {"id": record.id}
    for key, value in record.values.items():
        one = entity.fields[key]
        if value is None or value == frozenset():
            continue
        document[key] = one.type.to_json(value, one.settings)
    return document | {
        "version": record.version,
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
    }
