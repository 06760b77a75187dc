"""A backup: everything of one moment in one file, made while people go on working.

One read transaction sees one moment (SQLite in WAL; PostgreSQL as REPEATABLE READ), so nobody waits for it. The
form is neutral: what was saved from one database can be restored into the other.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Table, cast, func, select, text
from sqlalchemy.dialects.postgresql import OID, REGCLASS

from builder.database import Database
from builder.upkeep import archive, neutral, schema
from builder.work import House

AT_ONCE = 2_000
"""Rows that are in memory at a time."""


def write(house: House, path: Path) -> dict[str, Any]:
    """Write the backup; the manifest comes back. The file holds secrets: whoever has it can sign in as anyone."""
    with archive.writing(path) as made, _one_moment(house.database) as connection:
        manifest = {
            "format": archive.FORMAT,
            "product": "tessera",
            "revision": schema.revision(connection),
            "made_at": house.clock.now().isoformat(),
            "made_from": connection.dialect.name,
            "tables": [
                _write_table(made, connection, table) for table in neutral.reflected(connection).values()
            ],
            "files": [_write_file(made, house.settings.data, file) for file in _files(house)],
        }
        made.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def verify(path: Path) -> dict[str, Any]:
    """The manifest of a backup whose every byte was read and found whole. Raises Problems otherwise."""
    with archive.reading(path) as (opened, manifest):
        for part in manifest["tables"]:
            for _row in archive.verified_rows(opened, part):
                pass
        for part in manifest["files"]:
            archive.verified_bytes(opened, part)
    return manifest


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    settings = (
        {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with database.engine.connect().execution_options(**settings) as connection, connection.begin():
        yield connection


def _write_table(made: zipfile.ZipFile, connection: Connection, table: Table) -> dict[str, Any]:
    columns = list(table.columns)
    write_value = neutral.writers(columns)
    place = f"tables/{table.name}.jsonl"
    rows = 0
    with made.open(place, "w", force_zip64=True) as file:
        hashing = archive.Hashing(file)
        asked = select(*columns).order_by(*table.primary_key.columns)
        for some in connection.execution_options(yield_per=AT_ONCE).execute(asked).partitions():
            hashing.write("".join(_line(write_value, row) for row in some).encode())
            rows += len(some)
    return {
        "name": table.name,
        "file": place,
        "rows": rows,
        "sha256": hashing.sha256,
        "columns": [{"name": column.name, "family": neutral.family(column)} for column in columns],
        "key": [column.name for column in table.primary_key.columns],
        "last_id": _last_id(connection, table),
    }


def _line(write_value: list[Any], row: Any) -> str:
    values = [None if value is None else write(value) for write, value in zip(write_value, row, strict=True)]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def _last_id(connection: Connection, table: Table) -> int | None:
    """The last id that was ever given, though its row may be gone; None where the database gives no ids."""
    if "id" not in table.columns:
        return None
    if connection.dialect.name == "sqlite":
        counted = connection.execute(
            text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
        ).scalar()
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return connection.execute(asked, {"name": table.name}).scalar() if counted else None
    sequence = sequence_of(connection, table)
    return (
        None
        if sequence is None
        else connection.execute(select(func.pg_sequence_last_value(cast(sequence, OID)))).scalar()
    )


def sequence_of(connection: Connection, table: Table) -> int | None:
    """On PostgreSQL the sequence (its oid) that gives the table's ids; None where there is none."""
    name = func.pg_get_serial_sequence(f'"{table.name}"', "id")
    return connection.execute(select(cast(cast(cast(name, REGCLASS), OID), BigInteger))).scalar()


def _files(house: House) -> list[Path]:
    """Secrets and uploaded files; neither the database itself nor logs."""
    data = house.settings.data
    return [*sorted(data.glob("*.secret")), *uploaded(data)]


def uploaded(data: Path) -> list[Path]:
    """The files that people brought, in the data folder."""
    return sorted(path for path in (data / "files").rglob("*") if path.is_file())


def _write_file(made: zipfile.ZipFile, data: Path, path: Path) -> dict[str, Any]:
    name = path.relative_to(data).as_posix()
    place = f"data/{name}"
    with path.open("rb") as source, made.open(place, "w", force_zip64=True) as file:
        hashing = archive.Hashing(file)
        while block := source.read(1 << 20):
            hashing.write(block)
    return {"name": name, "file": place, "sha256": hashing.sha256}
