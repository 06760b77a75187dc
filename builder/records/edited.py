"""A record as it stands in a form, as rules read it: what was typed over what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import Unresolved
from builder.records import find
from builder.records.row import StoredRow, row_of
from builder.work import Work


@dataclass(frozen=True)
class EditedRow:
    """A `Row` of the rule language. `stored` None: a new record, which begins as `blank` says.

    What was typed may lead only to records that `policy` shows: a rule must not tell of others.
    """

    work: Work
    entity: Entity
    stored: StoredRow | None
    typed: Mapping[str, Any]
    policy: Policy
    _seen: dict[tuple[str, int], StoredRow | None] = field(default_factory=dict)

    def value(self, key: str) -> Any:
        if key in self.typed:
            return self.typed[key]
        return self.stored.value(key) if self.stored else None

    def one(self, key: str) -> StoredRow | None:
        target_id = self.value(key)
        if target_id is None or isinstance(target_id, Unresolved):
            return None
        if self.stored and self.stored.value(key) == target_id:
            return self.stored.one(key)
        if (key, target_id) not in self._seen:
            self._seen[key, target_id] = self._target(key, target_id)
        return self._seen[key, target_id]

    def _target(self, key: str, target_id: int) -> StoredRow | None:
        target = self.entity.fields[key].settings["to"]
        if find.get(self.work, target, target_id, self.policy) is None:
            return None
        return row_of(self.work, target, target_id)

    def many(self, relation: str) -> Sequence[StoredRow]:
        return self.stored.many(relation) if self.stored else ()


def blank(entity: Entity) -> dict[str, Any]:
    """`{field: stored value}` of a new record: defaults, and what a record without children has of them."""
    found = {one.key: one.default for one in entity.fields.values() if one.default is not None}
    for key, fact in entity.facts.items():
        if fact.rollup is not None and fact.rollup.aggregate in ("count", "sum"):
            found[key] = 0
    return found
