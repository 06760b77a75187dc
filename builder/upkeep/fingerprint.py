"""One hash per part of the workspace: two databases that say the same have the same ones, whatever their make.

Left out is what may differ without any difference to people: moments of writing, numbers of runs and batches,
physical columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from builder.access import users
from builder.access.policy import Policy
from builder.catalog import Entity
from builder.events import event_batches
from builder.records import history as past
from builder.records.values import read_row, row_select
from builder.upkeep import backup
from builder.work import House, Work
from schema_store import store, strict_json

AT_ONCE = 2_000


def of(house: House) -> dict[str, str]:
    """`{part: SHA-256 in hex}` of each of PARTS, all of one moment (SQLite) or run."""
    with house.reading() as work:
        return {part: _hash(lines(work)) for part, lines in PARTS.items()}


def _hash(documents: Iterable[Any]) -> str:
    found = hashlib.sha256()
    for document in documents:
        found.update(strict_json.write(document).encode())
        found.update(b"\n")
    return found.hexdigest()


def _definitions(work: Work) -> Iterable[Any]:
    for (kind, key), live in sorted(store.live(work.connection).items()):
        yield [kind, key, live.version, live.body]


def _records(work: Work) -> Iterable[Any]:
    for entity in sorted(work.catalog.entities.values(), key=lambda one: one.key):
        yield entity.key
        asked = row_select(work, entity).order_by("id")
        for row in work.connection.execution_options(yield_per=AT_ONCE).execute(asked):
            record = read_row(entity, row)
            yield [record.id, record.version, _plain(record.values)]


def _history(work: Work) -> Iterable[Any]:
    rows, batch = past.history.c, event_batches.c
    asked = (
        select(rows.entity, rows.record_id, rows.version, rows.changes)
        .add_columns(batch.what, batch.cause, batch.actor, batch.reason)
        .join(event_batches, batch.id == rows.batch_id)
        .order_by(rows.entity, rows.record_id, rows.version)
    )
    for row in work.connection.execution_options(yield_per=AT_ONCE).execute(asked):
        entity = work.catalog.entities.get(row.entity)
        changes = _changes(entity, row.changes) if entity else row.changes
        yield [
            row.entity,
            row.record_id,
            row.version,
            row.what,
            row.cause,
            row.actor,
            row.reason or "",
            changes,
        ]


def _changes(entity: Entity, changes: Mapping[str, Any]) -> dict[str, Any]:
    """In stored form: the databases write booleans and moments into JSON each in their own way."""
    decoded = past.decode_changes(entity, changes, Policy.operator().readable(entity))
    return {key: [_value(before), _value(after)] for key, (before, after) in sorted(decoded.items())}


def _files(work: Work) -> Iterable[Any]:
    data = work.house.settings.data
    for path in backup.uploaded(data):
        with path.open("rb") as file:
            yield [path.relative_to(data).as_posix(), hashlib.file_digest(file, "sha256").hexdigest()]


def _users(work: Work) -> Iterable[Any]:
    for user in users.everyone(work.connection):
        yield [user.email, user.name, sorted(user.roles), user.is_active]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    filled = {key: value for key, value in values.items() if value not in (None, frozenset())}
    return {key: _value(value) for key, value in sorted(filled.items())}


def _value(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else past.encode(value)


PARTS: Mapping[str, Callable[[Work], Iterable[Any]]] = {
    "definitions": _definitions,
    "records": _records,
    "history": _history,
    "files": _files,
    "users": _users,
}
