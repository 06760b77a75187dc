"""One record as rules read it in Python: its values, what it points to and its children, loaded when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.access.policy import Policy
from builder.records import tables, within
from builder.records.values import Stored, read_row, row_select
from builder.work import Work


def row_of(work: Work, entity: str, record_id: int, policy: Policy | None = None) -> StoredRow:
    """The record as a `Row`. Raises KeyError where there is none; who may ask is decided before.

    `policy`: for whom the rule is asked. Of other records it reads those that this person may see (None: all).
    """
    known = tables.of(work.catalog).table(entity)
    return _rows(work, entity, known.c.id == record_id, policy, is_limited=False)[record_id]


@dataclass(frozen=True)
class StoredRow:
    """A `Row` of the rule language over a stored record."""

    work: Work
    entity: str
    record: Stored
    policy: Policy | None = None
    _seen: dict[str, Any] = field(default_factory=dict)

    def value(self, key: str) -> Any:
        return getattr(self.record, key) if key in tables.SYSTEM else self.record.values[key]

    def one(self, key: str) -> StoredRow | None:
        target_id = self.record.values[key]
        if target_id is None:
            return None
        if key not in self._seen:
            target = self.work.catalog.entity(self.entity).fields[key].settings["to"]
            known = tables.of(self.work.catalog).table(target)
            found = _rows(self.work, target, known.c.id == target_id, self.policy)
            self._seen[key] = found.get(target_id)
        return self._seen[key]

    def many(self, relation: str) -> Sequence[StoredRow]:
        if relation not in self._seen:
            found = self.work.catalog.relations(self.entity)[relation]
            child = tables.of(self.work.catalog).table(found.entity)
            via = self.work.catalog.entity(found.entity).fields[found.via]
            is_own = child.c[via.column] == self.record.id
            self._seen[relation] = list(_rows(self.work, found.entity, is_own, self.policy).values())
        return self._seen[relation]


def _rows(
    work: Work, entity_key: str, condition: Any, policy: Policy | None, *, is_limited: bool = True
) -> dict[int, StoredRow]:
    entity = work.catalog.entity(entity_key)
    statement = row_select(work, entity).where(condition)
    if policy is not None and is_limited:
        statement = within.limit(work, entity, statement, policy)
    stored = [read_row(entity, row) for row in work.connection.execute(statement)]
    return {one.id: StoredRow(work, entity_key, one, policy) for one in stored}
