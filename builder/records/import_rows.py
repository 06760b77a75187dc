"""One chunk of an import on its way into the tables: looked up, told apart and written as sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import column as sql_column
from sqlalchemy import func, select
from sqlalchemy import table as sql_table

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import Field
from builder.records import bulk, folds, references, tables, within
from builder.records.import_columns import Options, tags_field
from builder.records.sql import given_rows
from builder.work import Work
from schema_store.problems import Problem, Problems, _, pointer

_TAKEN = _("Another record has the value “{value}” already; it must be unique.")


@dataclass
class Row:
    """One good row: its number in the file, its cells, its stored values, its tags by field."""

    number: int
    cells: Sequence[str]
    values: dict[str, Any]


@dataclass
class Outcome:
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Row, Problem]] = field(default_factory=list)


class Chunk:
    """One chunk of rows on its way into the tables. `seen`: keys of earlier rows, to tell new records from changed."""

    def __init__(
        self,
        work: Work,
        entity: Entity,
        fields: list[Field],
        *,
        options: Options,
        policy: Policy,
        seen: set[Any],
    ):
        self.work, self.entity, self.policy = work, entity, policy
        self.options, self.seen, self.fields = options, seen, fields
        self.known = tables.of(work.catalog)
        self.table = self.known.table(self.entity.key)
        self.outcome = Outcome()

    def write(self, rows: list[Row]) -> Outcome:
        rows = self._with_references(rows)
        ids = self._existing(rows)
        old = [row for row in rows if self._key(row) in ids]
        new = [row for row in rows if self._key(row) not in ids]
        if self.options.mode == "update":
            self.outcome.refused += [
                (
                    row,
                    Problem(
                        "row.absent",
                        _("No record has the value “{value}”."),
                        {"value": self._key(row)},
                        pointer(self.options.key or ""),
                    ),
                )
                for row in new
            ]
            new = []
        if self.options.mode == "insert" and old:
            self.outcome.refused += [
                (
                    row,
                    Problem(
                        "value.taken", _TAKEN, {"value": self._key(row)}, pointer(self.options.key or "")
                    ),
                )
                for row in old
            ]
            old = []
        new = self._complete(self._not_taken(new))
        self._create(new)
        self._change([row for row in old if self._keeps_required(row)], ids)
        return self.outcome

    def _key(self, row: Row) -> Any:
        return row.values.get(self.options.key) if self.options.key else None

    def _with_references(self, rows: list[Row]) -> list[Row]:
        good = rows
        for one in references.of_entity(self.entity):
            if one not in self.fields:
                continue
            wanted = {row.values[one.key] for row in good if row.values[one.key] is not None}
            found = references.ids(self.work, one, wanted, self.policy) if wanted else {}
            kept = []
            for row in good:
                value = row.values[one.key]
                if value is not None and value not in found:
                    self.outcome.refused.append((row, references.missing(one, value).at(pointer(one.key))))
                    continue
                row.values[one.key] = found.get(value)
                kept.append(row)
            good = kept
        return good

    def _existing(self, rows: list[Row]) -> dict[Any, int]:
        """`{key value: id}` of the records that are there and may be changed; a forbidden one is a taken key later."""
        if not self.options.key:
            return {}
        column = self.known.column(self.table, self.entity.key, self.options.key)
        keys = [self._key(row) for row in rows]
        found = select(column, self.table.c.id).where(column.in_(keys))
        found = within.limit(self.work, self.entity, found, self.policy, "update")
        return dict(self.work.connection.execute(found).all())

    def _not_taken(self, rows: list[Row]) -> list[Row]:
        """Rows whose unique values no other record and no other row has; asked once per field, not per row."""
        good = rows
        for one in self.fields:
            if not one.unique or one.key == self.options.key or not good:
                continue
            column = self.known.column(self.table, self.entity.key, one.key)
            values = {row.values[one.key] for row in good if row.values[one.key] is not None}
            taken = (
                set(self.work.connection.execute(select(column).where(column.in_(values))).scalars())
                if values
                else set()
            )
            kept = []
            for row in good:
                value = row.values[one.key]
                if value is not None and value in taken:
                    self.outcome.refused.append(
                        (row, Problem("value.taken", _TAKEN, {"value": value}, pointer(one.key)))
                    )
                    continue
                taken.add(value)
                kept.append(row)
            good = kept
        return good

    def _complete(self, rows: list[Row]) -> list[Row]:
        """Rows that have every required value, or a default for it."""
        required = [
            one
            for one in self.entity.fields.values()
            if one.required and one.default is None and not one.is_computed
        ]
        good = []
        for row in rows:
            missing = [one.key for one in required if row.values.get(one.key) in (None, frozenset())]
            if missing:
                self.outcome.refused.append(
                    (row, Problem("field.required", _("This field needs a value."), {}, pointer(missing[0])))
                )
            else:
                good.append(row)
        return good

    def _keeps_required(self, row: Row) -> bool:
        emptied = [
            one.key for one in self.fields if one.required and row.values.get(one.key) in (None, frozenset())
        ]
        if emptied:
            self.outcome.refused.append(
                (row, Problem("field.required", _("This field needs a value."), {}, pointer(emptied[0])))
            )
        return not emptied

    def _columns(self, fields: Iterable[Field]) -> dict[str, Any]:
        return {one.key: self.table.c[one.column].type for one in fields if one.column}

    def _create(self, rows: list[Row]) -> None:
        if not rows:
            return
        first = _reserve_ids(self.work, self.table, len(rows))
        columns = self._columns(self.fields)
        given = [
            [record_id, *(row.values[key] for key in columns)]
            for record_id, row in zip(first, rows, strict=True)
        ]
        source = folds.given(self.work, self.entity, {"id": self.table.c.id.type, **columns}, given)
        tags = self._tag_rows(zip(first, rows, strict=True))
        pairs = {
            key: given_rows(self.work.connection, _tag_columns(self.known.tags(self.entity.key, key)), found)
            for key, found in tags.items()
        }
        written = bulk.create(self.work, self.entity.key, source, tags=pairs)
        self._stay_within(written.batch_id, "create")
        again = sum(self._key(row) in self.seen for row in rows) if self.seen else 0
        self.outcome.inserted += written.changed - again
        self.outcome.updated += again

    def _tag_rows(self, rows: Iterable[tuple[int, Row]]) -> dict[str, list[tuple[int, str]]]:
        """`{tags field: [(id, tag)]}` of the rows, the import's own tag among them."""
        found: dict[str, list[tuple[int, str]]] = {}
        extra = self._tag_field()
        for record_id, row in rows:
            for one in self.fields:
                if one.storage == "tags":
                    found.setdefault(one.key, []).extend(
                        (record_id, tag) for tag in sorted(row.values[one.key] or ())
                    )
            if extra:
                found.setdefault(extra, []).append((record_id, str(self.options.tag)))
        return {key: pairs for key, pairs in found.items() if pairs}

    def _tag_field(self) -> str | None:
        one = tags_field(self.entity) if self.options.tag else None
        return one.key if one else None

    def _change(self, rows: list[Row], ids: Mapping[Any, int]) -> None:
        """Changed records as sets, one set per distinct content of tag cells."""
        columns = self._columns(one for one in self.fields if one.key != self.options.key)
        sets: dict[tuple[Any, ...], list[Row]] = {}
        tag_fields = [one for one in self.fields if one.storage == "tags"]
        for row in rows:
            sets.setdefault(tuple(row.values[one.key] or frozenset() for one in tag_fields), []).append(row)
        changed = 0
        for tags, same in sets.items():
            given = [[ids[self._key(row)], *(row.values[key] for key in columns)] for row in same]
            source = folds.given(self.work, self.entity, {"id": self.table.c.id.type, **columns}, given)
            wanted = {one.key: found for one, found in zip(tag_fields, tags, strict=True)}
            if self._tag_field():
                wanted[str(self._tag_field())] = frozenset(
                    wanted.get(str(self._tag_field()), frozenset())
                ) | {str(self.options.tag)}
            add = {key: tuple(sorted(found)) for key, found in wanted.items() if found}
            only = {one.key: tuple(sorted(wanted[one.key])) for one in tag_fields}
            written = bulk.merge(
                self.work, self.entity.key, source, tags=bulk.Changes(add_tags=add, only_tags=only)
            )
            self._stay_within(written.batch_id, "update")
            changed += written.changed
        self.outcome.updated += changed
        self.outcome.unchanged += len(rows) - changed

    def _stay_within(self, batch_id: int | None, action: str) -> None:
        """No written record may lie outside what the person may work on. Raises Problems."""
        if batch_id is None or self.policy.rows(self.entity.key, action) is None:
            return
        if bulk.outside(self.work, self.entity, batch_id, self.policy, action):
            raise Problems(
                Problem(
                    "row.outside", _("With these values the record would be outside what you may work on.")
                )
            )


def _tag_columns(link: Any) -> dict[str, Any]:
    return {"record_id": link.c.record_id.type, "tag": link.c.tag.type}


def _reserve_ids(work: Work, table: Any, count: int) -> Sequence[int]:
    """Ids for `count` new records, so that their tags can be written with them."""
    if work.house.database.is_sqlite:
        row = _sqlite_sequence.c.name == table.name
        last = work.connection.execute(
            select(func.coalesce(func.max(_sqlite_sequence.c.seq), 0)).where(row)
        ).scalar_one()
        return range(last + 1, last + 1 + count)
    sequence = func.pg_get_serial_sequence(table.name, "id")
    series = func.generate_series(1, count).table_valued("n", name="series")
    return list(work.connection.execute(select(func.nextval(sequence)).select_from(series)).scalars())


_sqlite_sequence = sql_table("sqlite_sequence", sql_column("name"), sql_column("seq"))
