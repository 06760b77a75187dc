"""The tables as a rule of a record trigger asks them: what was, from the history row of the event itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, cast, literal

from builder.records.history import history
from builder.records.sql import has_member, json_at, key, number
from builder.records.tables import Tables
from schema_store.problems import Problem, Problems, _


class ChangedTables:
    """`Tables` plus `was`, `changed` and `is_new`, about the row of `history` that the statement joins."""

    def __init__(self, known: Tables, entity: str, table: Any, *, is_new: bool):
        self._known, self._entity, self._table, self._is_new = known, entity, table, is_new

    def table(self, entity: str, *, alias: bool = False) -> Any:
        return self._known.table(entity, alias=alias)

    def column(self, table: Any, entity: str, key: str) -> ColumnElement[Any]:
        return self._known.column(table, entity, key)

    def folded(self, table: Any, entity: str, key: str) -> ColumnElement[Any] | None:
        return self._known.folded(table, entity, key)

    def tags(self, entity: str, key: str) -> Any:
        return self._known.tags(entity, key)

    def was(self, field: str) -> ColumnElement[Any]:
        """The value before the write: what history says, else what it still is."""
        entity = self._known.catalog.entities[self._entity]
        if field in entity.fields and entity.fields[field].column is None:
            template = _("What “{field}” held before a change cannot be asked.")
            raise Problems(Problem("sql.unsupported", template, {"field": field}))
        column = self._known.column(self._table, self._entity, field)
        was = json_at(history.c.changes, key(field), number(0))
        return case((self.changed(field), cast(was, column.type)), else_=column)

    def changed(self, field: str) -> ColumnElement[bool]:
        return has_member(history.c.changes, key(field))

    def is_new(self) -> ColumnElement[bool]:
        return literal(self._is_new)
