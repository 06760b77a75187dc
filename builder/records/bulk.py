"""The writing door for sets: one statement per table whatever the number of records, no Python loop over them.

A set is given as a Select of record ids. Only records that really change get a version, a history row and an
event; listeners (rollups) are told once, with the whole set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
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
from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import Field
from builder.records import folds, numbers, tables, within
from builder.records.history import history
from builder.records.listeners import Batch, about_to_write, tell
from builder.records.sql import (
    affected,
    json_filled,
    json_members,
    json_merged,
    json_pair,
    json_plus,
    key,
    typed,
)
from builder.records.violations import explained
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


@dataclass(frozen=True)
class Written:
    """The batch of a set write and how many records it changed or made; `batch_id` None when none."""

    batch_id: int | None
    changed: int


def write(work: Work, entity_key: str, ids: Select[Any], changes: Changes) -> Written:
    """Change the records whose ids `ids` gives. Raises Problems where the database refuses (nothing is kept then)."""
    plan = _Plan(work, work.catalog.entity(entity_key), changes)
    batch_id = events.open_batch(work.connection, entity_key, events.CHANGED, work.cause, at=work.now)
    touched = _touched(plan.table, batch_id, +1).where(plan.table.c.id.in_(ids), plan.differs())
    return _change(work, plan, batch_id, affected(work.connection, _note(touched)))


def merge(work: Work, entity_key: str, source: Select[Any], *, tags: Changes | None = None) -> Written:
    """Change records to the values of `source`: a column `id`, the others labelled by field key (stored forms).

    `tags`: what happens to their tags, the same for all records of the source.
    """
    given = source.subquery("given")
    entity = work.catalog.entity(entity_key)
    after = {name: given.c[name] for name in given.c.keys() if name in entity.fields}  # noqa: SIM118
    changes = replace(tags or Changes(), set=after)
    plan = _Plan(work, entity, changes, given)
    batch_id = events.open_batch(work.connection, entity_key, events.CHANGED, work.cause, at=work.now)
    touched = (
        _touched(plan.table, batch_id, +1).join(given, given.c.id == plan.table.c.id).where(plan.differs())
    )
    return _change(work, plan, batch_id, affected(work.connection, _note(touched)))


def _touched(table: Any, batch_id: int, step: int) -> Select[Any]:
    return select(literal(batch_id, BigInteger), table.c.id, table.c.version + step)


def _note(rows: Select[Any]) -> Any:
    return insert(events.events).from_select(["batch_id", "record_id", "version"], rows)


def _change(work: Work, plan: _Plan, batch_id: int, count: int) -> Written:
    if not count:
        events.close_batch(work.connection, batch_id, 0)
        return Written(None, 0)
    batch = Batch(batch_id, plan.entity.key, events.CHANGED, plan.changes.fields, count)
    about_to_write(work, batch)
    plan.write_history(batch)
    with explained(work, plan.entity):
        plan.update_rows(batch)
    plan.write_tags(batch)
    events.close_batch(work.connection, batch_id, count)
    tell(work, batch)
    return Written(batch_id, count)


def create(
    work: Work, entity_key: str, source: Select[Any], *, tags: Mapping[str, Select[Any]] | None = None
) -> Written:
    """Insert a record for every row of `source`, whose columns are labelled by field key (stored forms), `id` if given.

    Fields that are left out take their defaults; automatic numbers follow the ids. `tags`: `{field: Select of
    (record_id, tag)}` for records whose ids were given.
    """
    entity = work.catalog.entity(entity_key)
    known = tables.of(work.catalog)
    table = known.table(entity_key)
    batch_id = events.open_batch(work.connection, entity_key, events.CREATED, work.cause, at=work.now)
    columns = _new_columns(work, entity, table, source.subquery("given"))
    with explained(work, entity):
        count = _insert(work, table, batch_id, columns)
    if not count:
        events.close_batch(work.connection, batch_id, 0)
        return Written(None, 0)
    for field_key, pairs in (tags or {}).items():
        add_tags(work, known.tags(entity_key, field_key), pairs)
    _number(work, entity, table, batch_id, count)
    batch = Batch(batch_id, entity_key, events.CREATED, frozenset(entity.fields), count)
    names = set(columns.selected_columns.keys())
    bare = [one for one in entity.fields.values() if one.column in names and one.folded not in names]
    folds.refresh(work, entity, batch.ids, bare)
    _write_whole(work, entity, batch, is_gone=False)
    events.close_batch(work.connection, batch_id, count)
    tell(work, batch)
    return Written(batch_id, count)


def delete(work: Work, entity_key: str, ids: Select[Any]) -> Written:
    """Delete the records whose ids `ids` gives; their history stays. Raises Problems where others need them."""
    entity = work.catalog.entity(entity_key)
    table = tables.of(work.catalog).table(entity_key)
    batch_id = events.open_batch(work.connection, entity_key, events.DELETED, work.cause, at=work.now)
    count = affected(work.connection, _note(_touched(table, batch_id, +1).where(table.c.id.in_(ids))))
    if not count:
        events.close_batch(work.connection, batch_id, 0)
        return Written(None, 0)
    batch = Batch(batch_id, entity_key, events.DELETED, frozenset(entity.fields), count)
    about_to_write(work, batch)
    _write_whole(work, entity, batch, is_gone=True)
    with explained(work, entity):
        work.connection.execute(sql_delete(table).where(table.c.id.in_(batch.ids)))
    events.close_batch(work.connection, batch_id, count)
    tell(work, batch)
    return Written(batch_id, count)


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


def outside(work: Work, entity: Entity, batch_id: int, policy: Policy, action: str) -> bool:
    """True when the batch touched a record on which `policy` does not allow `action` as it stands now."""
    table = tables.of(work.catalog).table(entity.key)
    mine = select(events.events.c.record_id).where(events.events.c.batch_id == batch_id)
    allowed = within.limit(work, entity, select(table.c.id), policy, action)
    return (
        work.connection.execute(mine.where(events.events.c.record_id.not_in(allowed)).limit(1)).first()
        is not None
    )


def insert_new(work: Work, table: Any) -> Any:
    """The dialect's INSERT, which knows `on_conflict_do_nothing`."""
    return sqlite.insert(table) if work.house.database.is_sqlite else postgresql.insert(table)


def _tag_source(work: Work) -> str:
    return {"import": "import", "workflow": "rule"}.get(work.cause.kind, "manual")


def _new_columns(work: Work, entity: Entity, table: Any, given: Subquery) -> Select[Any]:
    """The rows to insert: system columns, what is given, defaults, and 0 for counts and sums of no children."""
    columns: dict[str, Any] = {"version": literal(1)}
    columns |= {name: typed(work.now, table.c[name].type) for name in ("created_at", "updated_at")}
    if "id" in given.c:
        columns["id"] = given.c.id
    for one in entity.fields.values():
        if one.column is None:
            continue
        if one.folded and one.folded in given.c:
            columns[one.folded] = given.c[one.folded]
        rollup = entity.facts[one.key].rollup
        if one.key in given.c:
            columns[one.column] = given.c[one.key]
        elif rollup is not None and rollup.aggregate in ("count", "sum"):
            columns[one.column] = literal(0)
        if one.default is not None and not one.is_computed:
            default = typed(one.default, table.c[one.column].type)
            columns[one.column] = (
                func.coalesce(columns[one.column], default) if one.column in columns else default
            )
            if one.folded in columns:
                columns[one.folded] = func.coalesce(columns[one.folded], folds.folded(one.default))
    return select(*(value.label(name) for name, value in columns.items())).select_from(given)


def _insert(work: Work, table: Any, batch_id: int, rows: Select[Any]) -> int:
    """Insert `rows` and note an event for each; the number of records made."""
    names = list(rows.selected_columns.keys())
    if not work.house.database.is_sqlite:
        made = insert(table).from_select(names, rows).returning(table.c.id, table.c.version).cte("made")
        return affected(
            work.connection, _note(select(literal(batch_id, BigInteger), made.c.id, made.c.version))
        )
    # SQLite has no INSERT inside WITH; under its one write lock the new rows are those above the highest id before.
    last = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
    before = work.connection.execute(select(last)).scalar_one()
    work.connection.execute(insert(table).from_select(names, rows))
    return affected(work.connection, _note(_touched(table, batch_id, 0).where(table.c.id > before)))


def _write_whole(work: Work, entity: Entity, batch: Batch, *, is_gone: bool) -> None:
    """History rows that hold every value of the batch's records: as they came, or as they went."""
    known = tables.of(work.catalog)
    table = known.table(entity.key)
    members: list[Any] = []
    for one in entity.fields.values():
        if one.column and entity.facts[one.key].rollup is None:
            column, nothing = table.c[one.column], typed(None, table.c[one.column].type)
            members += [
                key(one.key),
                case(
                    (
                        column.is_not(None),
                        json_pair(column, nothing) if is_gone else json_pair(nothing, column),
                    )
                ),
            ]
        elif one.storage == "tags":
            link = known.tags(entity.key, one.key)
            holds = link.c.record_id == table.c.id
            whole = select(json_plus(link.c.tag, key("-" if is_gone else "+"))).where(holds).scalar_subquery()
            members += [key(one.key), case((exists().where(holds), whole))]
    _write_history(work, entity, batch, _members(members))


def _members(members: list[Any]) -> ColumnElement[Any]:
    """One JSON object of any number of members; databases take about a hundred arguments a call."""
    parts = [json_members(*members[at : at + 80]) for at in range(0, len(members), 80)] or [json_members()]
    whole: ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        whole = json_merged(whole, part)
    return whole


def _write_history(
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


def _number(work: Work, entity: Entity, table: Any, batch_id: int, count: int) -> None:
    """Give the new records their automatic numbers; row by row, since each is a text of its own."""
    for field_key, texts in numbers.reserve(work, entity, count).items():
        made = work.connection.execute(
            select(events.events.c.record_id)
            .where(events.events.c.batch_id == batch_id)
            .order_by(events.events.c.record_id)
        ).scalars()
        rows = [
            {"b_id": record_id, "b_text": text, "b_folded": folds.folded(text)}
            for record_id, text in zip(made, texts, strict=True)
        ]
        one = entity.fields[field_key]
        values = {str(one.column): bindparam("b_text"), str(one.folded): bindparam("b_folded")}
        work.connection.execute(update(table).where(table.c.id == bindparam("b_id")).values(values), rows)


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
    return _members(
        [half for part in parts for half in (key(part.name), case((part.happens, part.document)))]
    )


class _Plan:
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
        _write_history(self.work, self.entity, batch, _document(parts), self.given)

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
