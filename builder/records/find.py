"""The reading door: lists, counts, single records and candidates, always through a policy and always set-based."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import Field, Reading
from builder.records import conditions, paging, searching, tables, within
from builder.records.values import Stored, column_then, read_value, system_columns
from builder.work import Work
from schema_store.problems import Problem, Problems, _

Record = Stored
MAX_PAGE = 1_000
COUNT_CAP = 10_000
MOST_JOINS = 40
"""References whose other records are joined; SQLite joins 64 tables, so those of the rest are asked for singly."""
MAX_ID = len("id:") + 18
"""Characters of an `id:N` that a record can have."""


@dataclass(frozen=True)
class Query:
    """What a list shows. `fields` None: all readable ones; id, version and times always come with them.

    `where`: rule documents that must all hold. `sort`: field keys, "-" before one that descends. `after`: the cursor
    of the row before the page. `search`: the start of a name, number or phone. `marks`: rule documents; each record
    says which of them holds first.
    """

    entity: str
    fields: tuple[str, ...] | None = None
    where: tuple[Any, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int = 50
    after: str | None = None
    search: str = ""
    marks: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of records, the cursor of the next page (None on the last), and that of its own first record."""

    records: Sequence[Record]
    after: str | None
    first: str | None = None


def page(work: Work, query: Query, policy: Policy) -> Page:
    """One page in the query's order: one statement (a second where the page runs from filled into empty values)."""
    entity = entity_of(work, query, policy)
    fields = fields_of(entity, query, policy)
    order = order_of(work, entity, query, policy)
    after = paging.read_cursor(entity, order, query.after)
    limit = min(max(query.limit, 1), MAX_PAGE)
    rows: list[Row[Any]] = []
    base = ordered(
        _restricted(work, entity, selected(work, entity, fields, query, policy), query, policy), order
    )
    for segment in paging.segments(order, after):
        statement = base if segment.condition is None else base.where(segment.condition)
        rows += work.connection.execute(
            statement.order_by(*segment.clauses).limit(limit + 1 - len(rows))
        ).all()
        if len(rows) > limit:
            break
    has_more = len(rows) > limit
    rows = rows[:limit]
    read = reader(work, fields, query, policy)
    return Page(
        [read(row) for row in rows],
        cursor(rows[-1], order) if has_more else None,
        cursor(rows[0], order) if rows else None,
    )


def cursor(row: Row[Any], order: Sequence[paging.Order]) -> str:
    """The cursor of a row that carries its sort values (`ordered`)."""
    return paging.cursor([row._mapping[f"o_{number}"] for number in range(len(order))])


def ordered(statement: Select[Any], order: Sequence[paging.Order]) -> Select[Any]:
    """The statement with the values of its order, for cursors."""
    return statement.add_columns(*(one.column.label(f"o_{number}") for number, one in enumerate(order)))


def order_of(work: Work, entity: Entity, query: Query, policy: Policy) -> list[paging.Order]:
    """The total order of a query. Raises Problems."""
    known = tables.of(work.catalog)
    table = known.table(entity.key)
    found = paging.orders(entity, table, known, query.sort, policy.readable(entity))
    return _then(work, entity, table, found)


def _then(work: Work, entity: Entity, table: Any, order: list[paging.Order]) -> list[paging.Order]:
    """The order by what the values were on the day that is asked about."""
    if not work.moment.is_past:
        return order
    fields = entity.fields
    return [
        replace(one, column=column_then(work, table, fields[one.key])) if one.key in fields else one
        for one in order
    ]


def count(work: Work, query: Query, policy: Policy, *, cap: int | None = COUNT_CAP) -> int:
    """How many records match; `cap` + 1 stands for "more than cap", `cap` None counts them all."""
    entity = entity_of(work, query, policy)
    table = tables.of(work.catalog).table(entity.key)
    ids = _restricted(work, entity, select(table.c.id), query, policy)
    counted = (ids if cap is None else ids.limit(cap + 1)).subquery()
    return work.connection.execute(select(func.count()).select_from(counted)).scalar_one()


def matching(work: Work, query: Query, policy: Policy) -> Select[Any]:
    """The ids of the matching records as a Select of one column, for set writes and exports."""
    entity = entity_of(work, query, policy)
    return _restricted(work, entity, select(tables.of(work.catalog).table(entity.key).c.id), query, policy)


def get(work: Work, entity_key: str, record_id: int, policy: Policy) -> Record | None:
    """The record with its readable fields; None where it is absent or forbidden alike."""
    entity = work.catalog.entity(entity_key)
    if not policy.may("read", entity_key):
        return None
    fields = fields_of(entity, Query(entity_key), policy)
    table = tables.of(work.catalog).table(entity_key)
    query = Query(entity_key)
    statement = _restricted(work, entity, selected(work, entity, fields, query, policy), query, policy)
    row = work.connection.execute(statement.where(table.c.id == record_id)).one_or_none()
    return None if row is None else reader(work, fields, query, policy)(row)


def by_key(work: Work, entity_key: str, text: str, policy: Policy) -> Record | None:
    """The record that a command names: the value of the entity's key field, or `id:N`."""
    entity = work.catalog.entity(entity_key)
    if text.startswith("id:") and text[3:].isascii() and text[3:].isdigit():
        return get(work, entity_key, int(text[3:]), policy) if len(text) <= MAX_ID else None
    if entity.key_field is None or entity.key_field not in policy.readable(entity):
        return None
    found = page(work, Query(entity_key, where=({"==": [{"var": entity.key_field}, text]},), limit=1), policy)
    return found.records[0] if found.records else None


def candidates(
    work: Work, entity_key: str, text: str, policy: Policy, *, limit: int = 20
) -> list[tuple[int, str]]:
    """`(id, title)` of records that a picker offers for what was typed."""
    entity = work.catalog.entity(entity_key)
    if not policy.may("read", entity_key) or entity.title_field not in policy.readable(entity):
        return []
    shown = tuple(
        dict.fromkeys(
            key for key in (entity.title_field, entity.key_field) if key and key in policy.readable(entity)
        )
    )
    found = page(work, Query(entity_key, fields=shown, search=text, limit=limit), policy)
    return [(one.id, title_of(entity, one)) for one in found.records]


def title_of(entity: Entity, record: Record) -> str:
    """What a record is called: its title field, else its key, else its number."""
    for key in (entity.title_field, entity.key_field):
        value = record.values.get(key) if key else None
        if value is not None:
            one = entity.fields[str(key)]
            return one.type.to_text(value, one.settings)
    return f"#{record.id}"


def entity_of(work: Work, query: Query, policy: Policy) -> Entity:
    if query.entity not in work.catalog.entities:
        raise Problems(
            Problem("entity.unknown", _("There is no entity “{entity}”."), {"entity": query.entity})
        )
    policy.require("read", query.entity)
    return work.catalog.entity(query.entity)


def fields_of(entity: Entity, query: Query, policy: Policy) -> list[Field]:
    readable = policy.readable(entity)
    if query.fields is None:
        return [one for one in entity.fields.values() if one.key in readable]
    unknown = [key for key in query.fields if key not in readable and key not in tables.SYSTEM]
    if unknown:
        raise Problems(
            [
                Problem("field.unknown", _("There is no field “{field}”."), {"field": key}, "/fields")
                for key in unknown
            ]
        )
    return [entity.fields[key] for key in query.fields if key in readable]


def selected(
    work: Work, entity: Entity, fields: Sequence[Field], query: Query, policy: Policy
) -> Select[Any]:
    """System columns, the fields, the titles of what references point to, and marks: of all records, as yet."""
    known = tables.of(work.catalog)
    table = known.table(entity.key)
    columns: list[Any] = [column_then(work, table, one).label(f"f_{one.key}") for one in fields]
    joined: Any = table
    for number, (one, title, key) in enumerate(_pointed(work, fields, policy)):
        other = known.table(one.settings["to"], alias=True)
        is_same = _is_shown(work, one, other, other.c.id == table.c[one.column], policy)
        said = [
            other.c[field.column].label(f"{mark}_{one.key}")
            for mark, field in (("t", title), ("k", key))
            if field
        ]
        if number < MOST_JOINS:
            joined = joined.outerjoin(other, is_same)
        else:
            said = [select(each).where(is_same).scalar_subquery().label(each.name) for each in said]
        columns += said
    columns = [*system_columns(table), *columns, *_mark(work, entity, table, query.marks, policy)]
    statement: Any = select(*columns)
    return statement.select_from(joined)


def _is_shown(
    work: Work, one: Field, other: Any, is_same: ColumnElement[bool], policy: Policy
) -> ColumnElement[bool]:
    """That `other` is the record which `one` points to; one that is kept from them has no title either."""
    shown = within.rows(work, one.settings["to"], other, policy)
    return is_same if shown is None else is_same & shown


def _mark(
    work: Work, entity: Entity, table: Any, marks: Sequence[Any], policy: Policy
) -> list[ColumnElement[Any]]:
    """The number of the first rule that holds, as a column; none where nothing is asked."""
    for document in marks:
        within.refuse_hidden(work, conditions.checked(work.catalog, entity.key, document), policy)
    cases = [
        (
            conditions.where(work, entity.key, table, [document], policy, known=within.seen(work, policy)),
            number,
        )
        for number, document in enumerate(marks)
    ]
    return [case(*cases).label("mark")] if cases else []


def _restricted(
    work: Work, entity: Entity, statement: Select[Any], query: Query, policy: Policy
) -> Select[Any]:
    table = tables.of(work.catalog).table(entity.key)
    for document in query.where:
        if not isinstance(document, bool):
            within.refuse_hidden(
                work, conditions.checked(work.catalog, entity.key, document), policy, "/where"
            )
    if query.where:
        seen = within.seen(work, policy)
        statement = statement.where(
            conditions.where(work, entity.key, table, query.where, policy, known=seen)
        )
    statement = within.limit(work, entity, statement, policy)
    return (
        statement.where(searching.found(entity, table, query.search, policy))
        if query.search.strip()
        else statement
    )


def _pointed(
    work: Work, fields: Sequence[Field], policy: Policy
) -> list[tuple[Field, Field | None, Field | None]]:
    """`(reference field, title field, key field)` of what the records point to; None for what may not be read."""
    found = []
    for one in fields:
        target = work.catalog.entities.get(one.settings.get("to", ""))
        if target is None or one.column is None:
            continue
        may = policy.readable(target)
        title, key = (
            target.fields.get(name) if name in may else None
            for name in (target.title_field, target.key_field)
        )
        if title or key:
            found.append((one, title, key))
    return found


def reader(work: Work, fields: Sequence[Field], query: Query, policy: Policy) -> Callable[[Row[Any]], Record]:
    """What makes a record of a row that `selected` gave; titles and keys of other records as people write them."""
    pointed = _pointed(work, fields, policy)
    reading = Reading(work.house.clock.zone)
    keys_of_fields, first = [one.key for one in fields], len(tables.SYSTEM)
    sets = [one for one in fields if one.storage == "tags"]

    def read(row: Row[Any]) -> Record:
        mapping = row._mapping
        values = dict(zip(keys_of_fields, row[first : first + len(fields)], strict=True))
        for one in sets:
            values[one.key] = read_value(one, values[one.key])
        titles, keys = {}, {}
        for one, title, key in pointed:
            if values[one.key] is None:
                continue
            written = _written(key, mapping[f"k_{one.key}"], reading) if key else ""
            if written:
                keys[one.key] = written
            named = _written(title, mapping[f"t_{one.key}"], reading) if title else ""
            titles[one.key] = named or written or f"#{values[one.key]}"
        mark = mapping["mark"] if query.marks else None
        return Record(row.id, row.version, row.created_at, row.updated_at, values, titles, keys, mark)

    return read


def _written(one: Field, value: Any, reading: Reading) -> str:
    return "" if value is None else one.type.to_text(value, one.settings, reading)
