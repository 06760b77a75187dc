"""Databases to measure on: SQLite files and databases of a PostgreSQL server, filled once, copied for each run."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from tests import databases

SERVER = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "random_page_cost": "1.1",
    "autovacuum": "off",
}
"""Beside what tests use: room for a million members, and nobody who works in the background while we measure."""

KINDS = ("sqlite", "postgresql")


@contextmanager
def opened() -> Iterator[dict[str, Any]]:
    """`{kind: place}` of the databases that can be had, saying which cannot; `BENCH_DATABASES` names fewer."""
    wanted = (os.environ.get("BENCH_DATABASES") or ",".join(KINDS)).split(",")
    folder, remove = databases.open_folder()
    found: dict[str, Any] = {}
    try:
        if "sqlite" in wanted:
            found["sqlite"] = Files(folder)
        if "postgresql" in wanted:
            databases.SERVER_SETTINGS |= SERVER
            try:
                found["postgresql"] = databases.postgres(folder)
            except databases.NotAvailable as problem:
                print(f"Left out: {problem}", flush=True)
        yield found
    finally:
        for place in found.values():
            if hasattr(place, "close"):
                place.close()
        remove()


class Files(databases.SqliteDatabases):
    """SQLite files; a copy begins with an empty WAL."""

    def _make_template(self, template: Path, fill: Callable[[str], None]) -> None:
        url = self.fresh()
        fill(url)
        source = Path(str(make_url(url).database))
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.move(source, template)
        self.drop(url)
