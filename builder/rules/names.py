"""What a rule may speak of: the facts of entities, handed in by the catalog; and what it is asked about.

Rules know no catalog, no tables and no requests: these small types are all that comes in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from schema_store.texts import Text


@dataclass(frozen=True)
class Type:
    """A type of the rule language.

    `name`: boolean integer decimal number text enum date datetime tags ref relation null.

    `scale`: digits after the point of a decimal, whose value is an integer scaled by 10**scale.
    `options`: the values of an enum, in their order. `entity`: what a ref or relation points to.
    `number` (a double) only comes out of `/`, `*` on decimals and `avg`.
    """

    name: str
    scale: int = 0
    options: tuple[str, ...] = ()
    entity: str = ""


@dataclass(frozen=True)
class Rollup:
    """How a stored rollup is defined, so that a rule about an earlier day can be asked of the child rows.

    `relation` of this entity; `aggregate`: count sum min max avg; `of`: the child's field (None for count);
    `where`: a rule document over the child; `dated_by`: the child's date field it goes by (None: no history).
    """

    relation: str
    aggregate: str
    of: str | None
    where: Any
    dated_by: str | None


@dataclass(frozen=True)
class Fact:
    """One name that rules over an entity may use: a field or a system field (id, created_at, updated_at).

    `formula`: the rule document that the field's value is worked out by, where it is not stored.
    """

    key: str
    type: Type
    label: Text = ""
    is_nullable: bool = True
    option_labels: Mapping[str, Text] = field(default_factory=dict)
    rollup: Rollup | None = None
    formula: Any = None


@dataclass(frozen=True)
class Relation:
    """Many child records: those of `entity` whose reference `via` points to this record.

    `dated_by`: the child's date field by which a record counts as there on an earlier day (None: it always does).
    """

    key: str
    entity: str
    via: str
    label: Text = ""
    dated_by: str | None = None


class Names(Protocol):
    """The catalog, as rules see it."""

    def facts(self, entity: str) -> Mapping[str, Fact]:
        """The facts of `entity` by key; raises KeyError for an unknown entity."""
        ...

    def relations(self, entity: str) -> Mapping[str, Relation]:
        """The relations of `entity` by key."""
        ...

    def label(self, entity: str) -> Text:
        """What one record of `entity` is called."""
        ...


@dataclass(frozen=True)
class Moment:
    """When, where and for whom a rule is asked. One value for a whole evaluation; never a database's clock.

    `as_of` is aware UTC. `is_past`: an earlier day is asked about, so rollups are taken up to `day`.
    `user` feeds `$user` (`{"id": 3, "roles": […]}`), `record` feeds `$record`: the record beside which the rule is
    asked (its related lists, its pickers), `{field: value}` with numbers as int or Decimal.
    """

    as_of: datetime
    zone: ZoneInfo
    is_past: bool = False
    user: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """What `today` is."""
        return self.as_of.astimezone(self.zone).date()


class Row(Protocol):
    """One record as the Python back end reads it. Values are *stored* forms (see fields.contract)."""

    def value(self, key: str) -> Any:
        """The value of a fact; None is empty; tags are a frozenset of texts."""
        ...

    def one(self, key: str) -> Row | None:
        """The record that the reference `key` points to."""
        ...

    def many(self, relation: str) -> Sequence[Row]:
        """The child records of a relation."""
        ...


class ChangedRow(Row, Protocol):
    """A record just written, for rules of a record trigger."""

    @property
    def is_new(self) -> bool: ...

    def was(self, key: str) -> Any:
        """The value before the write (the present one where it did not change)."""
        ...

    def changed(self, key: str) -> bool: ...
