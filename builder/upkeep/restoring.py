"""Restore a backup: all of it in one transaction, or nothing.

What was there before is saved to `backups/` in the data folder first, so that a restore can be taken back by
restoring that file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Connection, MetaData, Table, cast, func, insert, inspect, select, text, update
from sqlalchemy.dialects.postgresql import OID

from builder.catalog import compile_bodies
from builder.records import tables
from builder.upkeep import archive, backup, comparing, neutral, schema
from builder.work import House
from schema_store import store
from schema_store.problems import Problems

Part = Mapping[str, Any]


@dataclass(frozen=True)
class Restored:
    """What a restore brought: the manifest, and where the former state was saved (None: there was none)."""

    manifest: Mapping[str, Any]
    saved: Path | None


def restore(house: House, path: Path) -> Restored:
    """Put the backup in place of everything that is in the database. Raises Problems; then nothing was changed."""
    manifest = backup.verify(path)
    if not schema.is_known(str(manifest["revision"])):
        raise Problems(archive.newer())
    saved = _save_former_state(house)
    with archive.reading(path) as (opened, manifest):
        staged = _stage_files(opened, manifest, house.settings.data)
        with house.database.writing() as connection:
            _Restoring(house, connection, opened, manifest).all()
        for source, target in staged:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
    return Restored(manifest, saved)


def _save_former_state(house: House) -> Path | None:
    if schema.state(house.database) == "empty":
        return None
    folder = house.settings.data / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"before-restore-{house.clock.now():%Y%m%d-%H%M%S-%f}.zip"
    backup.write(house, path)
    return path


def _stage_files(opened: zipfile.ZipFile, manifest: Part, data: Path) -> list[tuple[Path, Path]]:
    """Write the files beside their places; renaming them after the commit takes no time."""
    staged = []
    for part in manifest["files"]:
        target = (data / part["name"]).resolve()
        if not target.is_relative_to(data.resolve()):
            raise Problems(archive.damaged(f"{part['name']} lies outside the data folder"))
        source = data / ".restoring" / part["sha256"]
        source.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source.touch(mode=0o600)
        source.write_bytes(archive.verified_bytes(opened, part))
        staged.append((source, target))
    return staged


class _Restoring:
    """One restore, in one transaction."""

    def __init__(self, house: House, connection: Connection, opened: zipfile.ZipFile, manifest: Part):
        self.house, self.connection, self.opened, self.manifest = house, connection, opened, manifest
        self.parts: dict[str, Part] = {part["name"]: part for part in manifest["tables"]}
        self.operations = Operations(MigrationContext.configure(connection))

    def all(self) -> None:
        former_stamp = self._former_stamp()
        if self.house.database.is_sqlite:
            self.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        self._drop_everything()
        schema.migrate(self.connection, str(self.manifest["revision"]))
        self._load([name for name in self.parts if comparing.is_own_table(name)])
        schema.migrate(self.connection, "head")
        self._move_stamp(former_stamp)
        self._make_entity_tables()
        self._load([name for name in self.parts if not comparing.is_own_table(name)])

    def _former_stamp(self) -> int:
        known = inspect(self.connection).has_table(store.stamps.name)
        return (self.connection.execute(select(store.stamps.c.stamp)).scalar() or 0) if known else 0

    def _drop_everything(self) -> None:
        former = MetaData()
        former.reflect(self.connection)
        former.drop_all(self.connection)

    def _move_stamp(self, former: int) -> None:
        """Servers that run while this happens must notice: their catalog is compared by the stamp."""
        restored = self.connection.execute(select(store.stamps.c.stamp)).scalar() or 0
        self.connection.execute(update(store.stamps).values(stamp=max(former, restored) + 1))

    def _make_entity_tables(self) -> None:
        """As the catalog describes them, and beside that what only the backup knows: retired columns and tables."""
        bodies = {name: one.body for name, one in store.live(self.connection).items()}
        tables.of(compile_bodies(self.house.registry, bodies)).metadata.create_all(self.connection)
        there = neutral.reflected(self.connection)
        for name, part in self.parts.items():
            if name not in there:
                columns = [
                    _column(column, is_key=column["name"] in part["key"]) for column in part["columns"]
                ]
                self.operations.create_table(name, *columns)
                continue
            for column in part["columns"]:
                if column["name"] not in there[name].columns:
                    self.operations.add_column(name, _column(column))

    def _load(self, names: Sequence[str]) -> None:
        targets = neutral.reflected(self.connection)
        keys = {} if self.house.database.is_sqlite else self._take_foreign_keys(names)
        for name in names:
            self._load_table(targets[name], self.parts[name])
        for name, foreign in keys.items():
            for key in foreign:
                self.operations.create_foreign_key(
                    key["name"],
                    name,
                    key["referred_table"],
                    key["constrained_columns"],
                    key["referred_columns"],
                    **key["options"],
                )

    def _take_foreign_keys(self, names: Iterable[str]) -> dict[str, list[Any]]:
        """PostgreSQL would ask for parents before their children; the keys come back once all are there."""
        seen = inspect(self.connection)
        taken = {name: list(seen.get_foreign_keys(name)) for name in names}
        for name, foreign in taken.items():
            for key in foreign:
                self.operations.drop_constraint(str(key["name"]), name, type_="foreignkey")
        return taken

    def _load_table(self, table: Table, part: Part) -> None:
        self.connection.execute(table.delete())  # what a migration put there
        columns = [table.columns[column["name"]] for column in part["columns"]]
        read = neutral.readers(columns, is_sqlite=self.house.database.is_sqlite)
        names = [column.name for column in columns]
        rows = archive.verified_rows(self.opened, dict(part))
        while some := list(islice(rows, backup.AT_ONCE)):
            bound = [
                {
                    name: None if value is None else reader(value)
                    for name, value, reader in zip(names, row, read, strict=True)
                }
                for row in some
            ]
            self.connection.execute(insert(table), bound)
        if "id" in table.columns:
            self._go_on_counting(table, part["last_id"])

    def _go_on_counting(self, table: Table, last_id: int | None) -> None:
        """An id that was given once is never given again, though its record is gone."""
        highest = max(last_id or 0, self.connection.execute(select(func.max(table.c.id))).scalar() or 0)
        if not self.house.database.is_sqlite:
            sequence = backup.sequence_of(self.connection, table)
            if sequence and highest:
                self.connection.execute(select(func.setval(cast(sequence, OID), highest)))
        elif table.name.startswith("rec_"):
            self._set_sqlite_sequence(table.name, highest)

    def _set_sqlite_sequence(self, name: str, last: int) -> None:
        if not self.connection.execute(
            text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
        ).scalar():
            return
        self.connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
        self.connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"),
            {"name": name, "last": last},
        )


def _column(column: Mapping[str, str], *, is_key: bool = False) -> Column[Any]:
    return Column(column["name"], neutral.TYPES[column["family"]], primary_key=is_key, autoincrement=False)
