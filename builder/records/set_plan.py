"""The SQL of one set write: which records it really changes, and what it tells their history, rows and tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import delete as sql_delete
from sqlalchemy import false as sql_false
from sqlalchemy.dialects import postgresql, sqlite

from builder import events
from builder.catalog import Entity
from builder.fields.contract import Field
from builder.records import folds, tables
from builder.records.history import history
from builder.records.listeners import Batch
from builder.records.sql import (
    json_filled,
    json_members,
    json_merged,
    json_pair,
    json_plus,
    key,
    typed,
)
from builder.rules.check import Rule
from builder.rules.to_sql import value as rule_value
from builder.work import Work


@dataclass(frozen=True)
class Changes:
    """What a set write does to every record. `set`: `{field: stored constant or value Rule}`; tags by field."""

    set: Mapping[str, Any] = field(default_factory=dict)
    add_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remove_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # all others are removed

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.set).union(self.add_tags, self.remove_tags, self.only_tags)


def members_of(members: list[Any]) -> ColumnElement[Any]:
    """One JSON object of any number of members; databases take about a hundred arguments a call."""
    parts = [json_members(*members[at : at + 80]) for at in range(0, len(members), 80)] or [json_members()]
    whole: ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        whole = json_merged(whole, part)
    return whole


def write_history(
    work: Work, entity: Entity, batch: Batch, document: ColumnElement[Any], given: Subquery | None = None
) -> None:
    table = tables.of(work.catalog).table(entity.key)
    happened = events.events.c
    rows = select(
        key(entity.key), happened.record_id, happened.version, literal(batch.id, BigInteger), document
    )
    rows = (
        rows.select_from(events.events)
        .join(table, table.c.id == happened.record_id)
        .where(happened.batch_id == batch.id)
    )
    if given is not None:
        rows = rows.join(given, given.c.id == table.c.id)
    work.connection.execute(
        insert(history).from_select(["entity", "record_id", "version", "batch_id", "changes"], rows)
    )


def add_tags(work: Work, link: Any, pairs: Select[Any]) -> None:
    """Add the (record_id, tag) pairs to a link table; those that are there already stay as they are."""
    source = _tag_source(work)
    rows = pairs.subquery("pairs")
    first, second = list(rows.c)[:2]
    values = select(
        first, second, typed(source, link.c.source.type), typed(work.cause.run, link.c.run_id.type)
    ).where(first.is_not(None))
    work.connection.execute(
        insert_new(work, link)
        .from_select(["record_id", "tag", "source", "run_id"], values)
        .on_conflict_do_nothing()
    )


def insert_new(work: Work, table: Any) -> Any:
    """The dialect's INSERT, which knows `on_conflict_do_nothing`."""
    return sqlite.insert(table) if work.house.database.is_sqlite else postgresql.insert(table)


def _tag_source(work: Work) -> str:
    return {"import": "import", "workflow": "rule"}.get(work.cause.kind, "manual")


@dataclass(frozen=True)
class _Part:
    """One member of a JSON document, and when it is there."""

    name: str
    happens: ColumnElement[bool]
    document: ColumnElement[Any]

    @property
    def pair(self) -> tuple[Any, Any]:
        return key(self.name), self.document


def _document(parts: Sequence[_Part]) -> ColumnElement[Any]:
    """The members that happen, of which at least one does. Of one or two no database need sift out the others."""
    if len(parts) == 1:
        return json_filled(*parts[0].pair)
    if len(parts) == 2:
        one, other = parts
        return case(
            (and_(one.happens, other.happens), json_filled(*one.pair, *other.pair)),
            (one.happens, json_filled(*one.pair)),
            else_=json_filled(*other.pair),
        )
    return _sifted(parts)


def _sifted(parts: Sequence[_Part]) -> ColumnElement[Any]:
    """The members that happen, none perhaps."""
    return members_of(
        [half for part in parts for half in (key(part.name), case((part.happens, part.document)))]
    )


class Plan:
    """The SQL of one set write. `given`: rows to take values from, joined by id (merge)."""

    def __init__(self, work: Work, entity: Entity, changes: Changes, given: Subquery | None = None):
        self.work, self.entity, self.changes, self.given = work, entity, changes, given
        self.known = tables.of(work.catalog)
        self.table = self.known.table(entity.key)
        self.after = {
            field_key: self._after(entity.fields[field_key], value)
            for field_key, value in changes.set.items()
        }
        self.copies = self._copies()

    def _after(self, one: Field, value: Any) -> ColumnElement[Any]:
        if isinstance(value, Rule):
            return rule_value(value, self.table, self.known, self.work.moment)
        return value if isinstance(value, ColumnElement) else typed(value, self.table.c[one.column].type)

    def _copies(self) -> dict[str, Any]:
        """`{column: value}` of the folded copies that are known beforehand: of constants, and those that came along."""
        known: dict[str, Any] = {}
        for field_key, value in self.changes.set.items():
            column = self.entity.fields[field_key].folded
            if column and self.given is not None and column in self.given.c:
                known[column] = self.given.c[column]
            elif column and (value is None or isinstance(value, str)):
                known[column] = folds.folded(value)
        return known

    def differs(self) -> ColumnElement[bool]:
        """True for a record that this write would really change."""
        parts = [self._column_differs(field_key) for field_key in self.changes.set]
        parts += [
            ~self._has(field_key, tag) for field_key, tags in self.changes.add_tags.items() for tag in tags
        ]
        parts += [
            self._has(field_key, tag) for field_key, tags in self.changes.remove_tags.items() for tag in tags
        ]
        parts += [
            exists().where(self._others(field_key, tags))
            for field_key, tags in self.changes.only_tags.items()
        ]
        return or_(sql_false(), *parts)

    def _column_differs(self, field_key: str) -> ColumnElement[bool]:
        return self.table.c[self.entity.fields[field_key].column].is_distinct_from(self.after[field_key])

    def _has(self, field_key: str, tag: str) -> ColumnElement[bool]:
        """Asked row by row through the primary key: PostgreSQL would hash all holders of the tag for an EXISTS."""
        link = self.known.tags(self.entity.key, field_key)
        held = select(link.c.record_id).where(link.c.record_id == self.table.c.id, link.c.tag == tag)
        return held.scalar_subquery().is_not(None)

    def _others(self, field_key: str, tags: tuple[str, ...]) -> ColumnElement[bool]:
        link = self.known.tags(self.entity.key, field_key)
        return and_(link.c.record_id == self.table.c.id, link.c.tag.not_in(tags))

    def write_history(self, batch: Batch) -> None:
        """`changes` of each record; what does not differ is left out."""
        parts = [self._set_changes(field_key) for field_key in self.changes.set]
        tagged = dict.fromkeys([*self.changes.add_tags, *self.changes.remove_tags, *self.changes.only_tags])
        parts += [self._tag_changes(field_key) for field_key in tagged]
        write_history(self.work, self.entity, batch, _document(parts), self.given)

    def _set_changes(self, field_key: str) -> _Part:
        before = self.table.c[self.entity.fields[field_key].column]
        return _Part(field_key, self._column_differs(field_key), json_pair(before, self.after[field_key]))

    def _tag_changes(self, field_key: str) -> _Part:
        signs = [("+", tag) for tag in self.changes.add_tags.get(field_key, ())]
        signs += [("-", tag) for tag in self.changes.remove_tags.get(field_key, ())]
        happens = [
            self._has(field_key, tag) if sign == "-" else ~self._has(field_key, tag) for sign, tag in signs
        ]
        parts = [_Part(tag, will, key(sign)) for (sign, tag), will in zip(signs, happens, strict=True)]
        if field_key not in self.changes.only_tags:
            return _Part(field_key, or_(*happens), _document(parts))
        others = self._others(field_key, self.changes.only_tags[field_key])
        link = self.known.tags(self.entity.key, field_key)
        gone = select(json_plus(link.c.tag, key("-"))).where(others).scalar_subquery()
        sifted = _sifted(parts)
        document = case((exists().where(others), json_merged(sifted, gone)), else_=sifted)
        return _Part(field_key, or_(*happens, exists().where(others)), document)

    def update_rows(self, batch: Batch) -> None:
        values: dict[str, Any] = {
            str(self.entity.fields[field_key].column): after for field_key, after in self.after.items()
        }
        values |= {
            "version": self.table.c.version + 1,
            "updated_at": typed(self.work.now, self.table.c.updated_at.type),
        }
        values |= self.copies
        statement = update(self.table).where(self.table.c.id.in_(batch.ids)).values(values)
        if self.given is not None:
            statement = statement.where(self.table.c.id == self.given.c.id)
        self.work.connection.execute(statement)
        changed = [self.entity.fields[field_key] for field_key in self.after]
        folds.refresh(
            self.work, self.entity, batch.ids, (one for one in changed if one.folded not in self.copies)
        )

    def write_tags(self, batch: Batch) -> None:
        for field_key, tags in self.changes.add_tags.items():
            link = self.known.tags(self.entity.key, field_key)
            for tag in tags:
                pairs = select(events.events.c.record_id, typed(tag, link.c.tag.type).label("tag")).where(
                    events.events.c.batch_id == batch.id
                )
                add_tags(self.work, link, pairs)
        for field_key, tags in self.changes.remove_tags.items():
            link = self.known.tags(self.entity.key, field_key)
            self.work.connection.execute(
                sql_delete(link).where(link.c.tag.in_(tags), link.c.record_id.in_(batch.ids))
            )
        for field_key, tags in self.changes.only_tags.items():
            link = self.known.tags(self.entity.key, field_key)
            self.work.connection.execute(
                sql_delete(link).where(link.c.tag.not_in(tags), link.c.record_id.in_(batch.ids))
            )
