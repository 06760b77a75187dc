"""Import of a file: rows read and checked one by one, written as sets, bad rows reported, good rows kept.

A chunk of rows is one transaction: references and keys are looked up by one statement each, new records are one
set, changed ones another. Where the database refuses a chunk, it is halved until the bad rows stand alone.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import column as sql_column
from sqlalchemy import func, select, update
from sqlalchemy import table as sql_table

from builder import leases, runs
from builder.access.policy import Policy
from builder.catalog import Entity
from builder.events import Cause
from builder.fields.contract import BadValue, Field, Reading
from builder.records import bulk, folds, references, sheets, tables, within
from builder.records.exporting import unsafe
from builder.records.sql import given_rows
from builder.work import House, Work
from schema_store.problems import Problem, Problems, _, pointer
from schema_store.texts import pick

CHUNK = 1_000
_TAKEN = _("Another record has the value “{value}” already; it must be unique.")


@dataclass(frozen=True)
class Options:
    """How a file is imported. `mapping`: `{column: field key}` (columns named as a field or its label map themselves).

    `key`: the field that finds existing records; `mode`: insert, update or upsert (None: upsert with a key, else
    insert). `tag` is given to every row's record. `errors`: where bad rows go. `rehearse`: count, write nothing.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    mode: str | None = None
    encoding: str | None = None
    tag: str | None = None
    errors: Path | None = None
    rehearse: bool = False


@dataclass
class Report:
    """What an import did. `ignored`: columns that no field took. `trouble`: the first bad rows, `(row, problem)`."""

    rows: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    run: int | None = None
    ignored: tuple[str, ...] = ()
    trouble: list[tuple[int, Problem]] = field(default_factory=list)


@dataclass
class Row:
    """One good row: its number in the file, its cells, its stored values, its tags by field."""

    number: int
    cells: Sequence[str]
    values: dict[str, Any]


def run(
    house: House,
    entity_key: str,
    path: Path,
    options: Options,
    policy: Policy,
    *,
    cause: Cause,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Import `path` into `entity_key`. Raises Problems where the file or the options are wrong as a whole."""
    with house.reading() as work:
        sheet = sheets.look(path, encoding=options.encoding)
        _keep_apart(path, options.errors)
        importer = _Importer(
            house, work.catalog.entity(entity_key), sheet, options, policy=policy, cause=cause
        )
    return importer.run(progress or (lambda _rows: None))


def _keep_apart(path: Path, errors: Path | None) -> None:
    """Bad rows never go into the file that they come from."""
    if errors and errors.exists() and errors.samefile(path):
        raise Problems(
            Problem(
                "errors.same",
                _("“{path}” is the file to import; bad rows must go into another one."),
                {"path": str(errors)},
                pointer("errors"),
            )
        )


class _Importer:
    """One import under way."""

    def __init__(
        self,
        house: House,
        entity: Entity,
        sheet: sheets.Sheet,
        options: Options,
        *,
        policy: Policy,
        cause: Cause,
    ):
        self.house, self.entity, self.sheet, self.policy, self.cause = house, entity, sheet, policy, cause
        self.options = replace(options, mode=options.mode or ("upsert" if options.key else "insert"))
        self.fields = _mapped(entity, sheet, self.options, policy)
        self.options = replace(self.options, tag=_tag(entity, options.tag))
        self.report = Report(
            run=cause.run,
            ignored=tuple(
                name
                for name in sheet.columns
                if name and name not in {column for column, _one in self.fields}
            ),
        )
        at = {name: position for position, name in enumerate(sheet.columns)}
        self.positions = [(at[column], column, one) for column, one in self.fields]
        self.seen: set[Any] = set()
        self.reading = Reading(house.clock.zone)

    def run(self, progress: Callable[[int], None]) -> Report:
        with self._errors() as self.refuse:
            for chunk in self._chunks():
                self._write(chunk)
                progress(self.report.rows)
        return self.report

    def _chunks(self) -> Iterator[list[Row]]:
        """Good rows in chunks; a key stands once in a chunk, so that a later row of the same key updates."""
        chunk: list[Row] = []
        keys: set[Any] = set()
        for number, cells in sheets.rows(self.sheet):
            self.report.rows += 1
            row = self._read(number, cells)
            if row is None:
                continue
            key = row.values.get(self.options.key) if self.options.key else None
            if len(chunk) >= CHUNK or (key is not None and key in keys):
                yield chunk
                chunk, keys = [], set()
            chunk.append(row)
            keys.add(key)
        if chunk:
            yield chunk

    def _read(self, number: int, cells: Sequence[str]) -> Row | None:
        trouble = sheets.trouble(self.sheet, cells)
        if trouble:
            self.refuse(number, cells, trouble)
            return None
        values: dict[str, Any] = {}
        for position, column, one in self.positions:
            try:
                values[one.key] = one.type.from_text(_cell(cells, position), one.settings, self.reading)
            except BadValue as bad:
                self.refuse(number, cells, bad.problem.at(pointer(column)))
                return None
        if self.options.key and values.get(self.options.key) is None:
            self.refuse(
                number, cells, Problem("row.key", _("The key is empty."), {}, pointer(self.options.key))
            )
            return None
        return Row(number, cells, values)

    def _write(self, rows: list[Row]) -> None:
        """Write a chunk in one transaction; halve it where the database refuses."""
        try:
            with self._transaction() as work:
                outcome = _Chunk(work, self).write(rows)
                self._note(work, outcome)
        except Problems as refused:
            if len(rows) == 1:
                self.refuse(rows[0].number, rows[0].cells, refused.problems[0])
                return
            half = len(rows) // 2
            self._write(rows[:half])
            self._write(rows[half:])
            return
        for row, why in outcome.refused:
            self.refuse(row.number, row.cells, why)
        self.report.inserted += outcome.inserted
        self.report.updated += outcome.updated
        self.report.unchanged += outcome.unchanged
        if self.options.rehearse and self.options.key:
            self.seen |= {row.values[self.options.key] for row in rows}

    def _note(self, work: Work, outcome: _Outcome) -> None:
        """With the rows themselves, say in the run how far it came, so that its end may be sudden."""
        if self.cause.run is None:
            return
        report = self.report
        changed = report.inserted + report.updated + outcome.inserted + outcome.updated
        failed = report.failed + len(outcome.refused)
        matched = changed + failed + report.unchanged + outcome.unchanged
        sofar = {"matched": matched, "changed": changed, "failed": failed}
        sofar |= {"lease_until": leases.later(leases.RUN_S)}
        work.connection.execute(update(runs.runs).where(runs.runs.c.id == self.cause.run).values(sofar))

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        if not self.options.rehearse:
            with self.house.writing(self.cause) as work:
                yield work
            return
        try:
            with self.house.writing(self.cause) as work:
                yield work
                raise _Rehearsed
        except _Rehearsed:
            pass

    @contextmanager
    def _errors(self) -> Iterator[Callable[[int, Sequence[str], Problem], None]]:
        """Where bad rows go: counted, the first kept for the report, all written to the errors file."""
        how = {"encoding": "utf-8-sig", "errors": "replace", "newline": ""}
        file = self.options.errors.open("w", **how) if self.options.errors else None
        writer = csv.writer(file) if file else None
        if writer:
            writer.writerow([*self.sheet.columns, "row", "reason"])

        def refuse(number: int, cells: Sequence[str], why: Problem) -> None:
            self.report.failed += 1
            if len(self.report.trouble) < 20:
                self.report.trouble.append((number, why))
            if writer:
                padded = [*cells, *[""] * (len(self.sheet.columns) - len(cells))][: len(self.sheet.columns)]
                writer.writerow([*(cell[:10_000] for cell in padded), number, str(why)[:1_000]])

        try:
            yield refuse
        finally:
            if file:
                file.close()


class _Rehearsed(Exception):
    """Ends a rehearsed transaction without a commit."""


@dataclass
class _Outcome:
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Row, Problem]] = field(default_factory=list)


class _Chunk:
    """One chunk of rows on its way into the tables."""

    def __init__(self, work: Work, importer: _Importer):
        self.work, self.entity, self.policy = work, importer.entity, importer.policy
        self.options, self.seen = importer.options, importer.seen
        self.fields = [one for _column, one in importer.fields]
        self.known = tables.of(work.catalog)
        self.table = self.known.table(self.entity.key)
        self.outcome = _Outcome()

    def write(self, rows: list[Row]) -> _Outcome:
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
            found = references.ids(self.work, one, wanted) if wanted else {}
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
        one = _tags_field(self.entity) if self.options.tag else None
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


def _tags_field(entity: Entity) -> Field | None:
    return next((one for one in entity.fields.values() if one.storage == "tags"), None)


def _tag(entity: Entity, text: str | None) -> str | None:
    """The tag of every row as it is stored. Raises Problems for what is not one tag."""
    one = _tags_field(entity)
    if not text or one is None:
        return None
    try:
        tags = one.type.from_json([text], one.settings)
    except BadValue as bad:
        raise Problems(bad.problem.at(pointer("tag"))) from None
    return next(iter(tags), None) if tags else None


def _cell(cells: Sequence[str], position: int) -> str:
    return unsafe(cells[position]) if position < len(cells) else ""


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


def _mapped(entity: Entity, sheet: sheets.Sheet, options: Options, policy: Policy) -> list[tuple[str, Field]]:
    """`(column, field)` of the columns that are imported. Raises Problems for options that do not fit the file."""
    policy.require("import")
    problems = list(_wrong_options(entity, sheet, options))
    by_name = _named(entity)
    found: list[tuple[str, Field]] = []
    writable = policy.writable(entity)
    for column in sheet.columns:
        key = options.mapping.get(column)
        if key is None:
            named = by_name.get(column.casefold())
            # What was said counts more than a name.
            key = None if named in options.mapping.values() else named
        if key is None or key not in entity.fields:
            continue
        one = entity.fields[key]
        if one.is_computed or (key not in writable):
            if column in options.mapping:
                problems.append(
                    Problem(
                        "field.readonly",
                        _("“{field}” cannot be written."),
                        {"field": key},
                        pointer("map", column),
                    )
                )
            continue
        if any(other is one for _column, other in found):
            problems.append(
                Problem(
                    "map.twice",
                    _("Two columns are mapped to “{field}”."),
                    {"field": key},
                    pointer("map", column),
                )
            )
            continue
        found.append((column, one))
    keys = {one.key for _column, one in found}
    if options.key and options.key in entity.fields and options.key not in keys:
        problems.append(
            Problem(
                "map.key",
                _("No column holds the key “{field}”."),
                {"field": options.key},
                pointer("key"),
                hint=_("Map one with --map COLUMN={field}."),
            )
        )
    if not found and not problems:
        problems.append(
            Problem(
                "map.none",
                _("No column of the file is a field of “{entity}”."),
                {"entity": entity.key},
                hint=_("Map them with --map COLUMN=field."),
            )
        )
    if problems:
        raise Problems(problems)
    return found


def _wrong_options(entity: Entity, sheet: sheets.Sheet, options: Options) -> Iterator[Problem]:
    for column, key in options.mapping.items():
        if column not in sheet.columns:
            yield Problem(
                "map.column",
                _("The file has no column “{column}”."),
                {"column": column},
                pointer("map", column),
            )
        if key not in entity.fields:
            yield Problem(
                "field.unknown", _("There is no field “{field}”."), {"field": key}, pointer("map", column)
            )
    if options.key and options.key not in entity.fields:
        yield Problem(
            "field.unknown", _("There is no field “{field}”."), {"field": options.key}, pointer("key")
        )
    elif options.key and not entity.fields[options.key].unique:
        yield Problem(
            "key.unique",
            _("“{field}” is not unique, so it cannot find existing records."),
            {"field": options.key},
            pointer("key"),
        )
    if options.mode not in (None, "insert", "update", "upsert"):
        yield Problem(
            "mode",
            _("“{mode}” is not a mode; write insert, update or upsert."),
            {"mode": options.mode},
            pointer("mode"),
        )
    if options.mode in ("update", "upsert") and not options.key:
        yield Problem("mode.key", _("To update records, say which field is the key."), {}, pointer("key"))
    if options.tag and _tags_field(entity) is None:
        yield Problem("tag.none", _("“{entity}” has no tags."), {"entity": entity.key}, pointer("tag"))


def _named(entity: Entity) -> dict[str, str]:
    """`{name in lower case: field key}`: keys and labels in every language."""
    names: dict[str, str] = {}
    for one in entity.fields.values():
        for language in ("en", "zh"):
            names.setdefault(pick(one.label, language).casefold(), one.key)
    return names | {key: key for key in entity.fields}
