"""A trial copy: the newest records beside the drafts, in a database of its own, where nothing is real.

Whoever prepares a change works in it as in the workspace before anything is published. It is one SQLite file in the
data folder whatever the workspace's database is; nothing leaves it: no worker looks after it, so nothing is sent and
nothing is timed. It belongs to one person and goes after a day.
"""

from __future__ import annotations

import dataclasses
import re
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, Table, insert, select

from builder.access.tables import users
from builder.catalog import Catalogs, Entity
from builder.database import Database
from builder.events import Cause
from builder.publishing import publish as publishing
from builder.records import numbers, rollups, tables
from builder.upkeep import comparing
from builder.work import House, Work
from schema_store import store

NEWEST = 200
"""So many records of each entity are copied, and whatever they point to."""
LASTS_S = 24 * 60 * 60
AT_ONCE = 500
KEPT_OPEN = 8
TOKEN = re.compile(r"[0-9a-f]{24}")
CAUSE = Cause("trial")


def make(house: House, user_id: int, *, newest: int = NEWEST) -> str:
    """Copy, then publish all drafts in the copy; the token that opens it.

    Raises Problems where the drafts cannot be published; then there is no copy. A former copy of the same person goes.
    """
    _sweep(house, user_id)
    token = secrets.token_hex(12)
    path = _path(house, user_id, token)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    copy = _house(house, path)
    try:
        with house.reading() as work:
            _fill(copy, work, newest)
            changes = publishing.changes_of_drafts(work)
        publishing.publish(copy, changes, cause=CAUSE)
    except BaseException:
        copy.database.close()
        _remove(path)
        raise
    copy.database.close()
    return token


def house_of(house: House, user_id: int, token: str) -> House | None:
    """The house of a copy; None where it is gone. Kept open as long as the process needs it often."""
    if not TOKEN.fullmatch(token):
        return None
    path = _path(house, user_id, token)
    with _opening:
        if not path.exists():
            _close(path)
            return None
        if path not in _open:
            for oldest in list(_open)[: len(_open) - KEPT_OPEN + 1]:
                _close(oldest)
            _open[path] = _house(house, path)
        return _open[path]


def drop(house: House, user_id: int, token: str) -> None:
    """Throw a copy away."""
    if TOKEN.fullmatch(token):
        with _opening:
            _close(_path(house, user_id, token))
        _remove(_path(house, user_id, token))


_open: dict[Path, House] = {}
_opening = threading.Lock()


def _house(house: House, path: Path) -> House:
    url = f"sqlite:///{path}"
    settings = dataclasses.replace(house.settings, database_url=url)
    return dataclasses.replace(
        house, settings=settings, database=Database(url), catalogs=Catalogs(house.registry)
    )


def _path(house: House, user_id: int, token: str) -> Path:
    return house.settings.data / "trials" / f"{user_id}-{token}.db"


def _close(path: Path) -> None:
    held = _open.pop(path, None)
    if held is not None:
        held.database.close()


def _sweep(house: House, user_id: int) -> None:
    """Away with this person's copies, and with everybody's that are too old."""
    over = time.time() - LASTS_S
    for path in (house.settings.data / "trials").glob("*.db"):
        if path.name.startswith(f"{user_id}-") or path.stat().st_mtime < over:
            with _opening:
                _close(path)
            _remove(path)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _fill(copy: House, work: Work, newest: int) -> None:
    """What is live now: definitions, people without their passwords, and some records, with figures that fit them."""
    with copy.database.writing() as target:
        target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for own in comparing.OWN:
            own.create_all(target)
        _copy_definitions(work, target)
        _copy(work, target, users, instead={"password_hash": None})
        _copy(work, target, numbers.counters)
        tables.of(work.catalog).metadata.create_all(target)
        _Records(work, target).copy(newest)
    with copy.writing(CAUSE) as filled:
        rollups.recompute_all(filled)


def _copy_definitions(work: Work, target: Connection) -> None:
    """What is live, and which keys are taken. The stamp is one that no other copy and no workspace has."""
    known, version = store.definitions.c, store.versions_table.c
    is_newest = (
        (version.kind == known.kind) & (version.key == known.key) & (version.version == known.live_version)
    )
    newest = select(store.versions_table).join(store.definitions, is_newest)
    published = select(store.publications).where(
        store.publications.c.id.in_(newest.with_only_columns(version.change_id))
    )
    known_ones = select(store.definitions).where(known.live_version.is_not(None))
    undrafted = {"draft": None, "draft_base": None, "draft_by": None, "draft_at": None}
    _copy(work, target, store.publications, published)
    _copy(work, target, store.definitions, known_ones, undrafted)
    _copy(work, target, store.versions_table, newest)
    stamp = 1_000_000_000 + secrets.randbelow(1_000_000_000_000)
    target.execute(insert(store.stamps).values(id=1, stamp=stamp))


def _copy(
    work: Work,
    target: Connection,
    table: Table,
    asked: Select[Any] | None = None,
    instead: Mapping[str, Any] | None = None,
) -> None:
    """The rows of `table` (all, or those `asked` for), with some columns written otherwise."""
    rows = work.connection.execute(select(table) if asked is None else asked).mappings()
    _insert(target, table, ({**row, **(instead or {})} for row in rows))


def _insert(target: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for some in _by(AT_ONCE, rows):
        target.execute(insert(table), some)


def _by(size: int, things: Iterable[Any]) -> Iterator[list[Any]]:
    there = iter(things)
    while some := list(islice(there, size)):
        yield some


class _Records:
    """The newest records of each entity, and all that they point to, directly or by others."""

    def __init__(self, work: Work, target: Connection):
        self.work, self.target = work, target
        self.known = tables.of(work.catalog)
        self.taken: dict[str, set[int]] = {key: set() for key in work.catalog.entities}

    def copy(self, newest: int) -> None:
        wanted = {key: self._newest(key, newest) for key in self.taken}
        while wanted:
            pointed: dict[str, set[int]] = {}
            for key, ids in wanted.items():
                for some in _by(AT_ONCE, sorted(ids - self.taken[key])):
                    self._take(self.work.catalog.entity(key), some, pointed)
            wanted = {key: ids for key, ids in pointed.items() if ids - self.taken[key]}

    def _newest(self, entity: str, newest: int) -> set[int]:
        table = self.known.table(entity)
        return set(self.work.connection.scalars(select(table.c.id).order_by(table.c.id.desc()).limit(newest)))

    def _take(self, entity: Entity, ids: list[int], pointed: dict[str, set[int]]) -> None:
        """Copy these records with their tags, and note what they point to."""
        table, *links = self.known.of_entity(entity.key)
        self.taken[entity.key].update(ids)
        found = self.work.connection.execute(select(table).where(table.c.id.in_(ids))).mappings()
        rows = [dict(row) for row in found]
        _insert(self.target, table, rows)
        for link in links:
            _copy(self.work, self.target, link, select(link).where(link.c.record_id.in_(ids)))
        for field in entity.fields.values():
            if field.settings.get("to"):
                there = {row[field.column] for row in rows} - {None}
                pointed.setdefault(field.settings["to"], set()).update(there)
