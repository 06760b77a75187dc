"""What an installation stands on: settings, folder, database, definitions. Changes nothing."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from builder.access import users
from builder.access.policy import ADMIN
from builder.upkeep import schema
from builder.work import House

FREE_BYTES = 500_000_000
SQLITE = (3, 38, 0)
"""JSON functions and RETURNING as we use them."""


@dataclass(frozen=True)
class Answer:
    """One thing looked at: `said` about `what`; `advice` where it is not fine."""

    what: str
    said: str
    is_fine: bool = True
    advice: str = ""

    @property
    def document(self) -> dict[str, Any]:
        return {"what": self.what, "said": self.said, "ok": self.is_fine, "advice": self.advice}

    def __str__(self) -> str:
        advice = f" – {self.advice}" if self.advice else ""
        return f"{'fine' if self.is_fine else 'LOOK'}  {self.what}: {self.said}{advice}"


def examine(house: House) -> list[Answer]:
    """All answers; those about the inside of the database only where it can be opened."""
    answers = [_python(), _data(house), _disk(house), _clock(house), _address(house)]
    try:
        answers += [_database(house), found := _schema(house)]
        return answers + (_inside(house) if found.is_fine else [])
    except (SQLAlchemyError, OSError) as error:
        why = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return [*answers, Answer("database", why, is_fine=False, advice="check TESSERA_DATABASE_URL")]


def _python() -> Answer:
    return Answer("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _data(house: House) -> Answer:
    data = house.settings.data
    if not os.access(data, os.W_OK):
        return Answer(
            "data folder",
            f"{data} cannot be written",
            is_fine=False,
            advice="check TESSERA_DATA and its owner",
        )
    loose = [path.name for path in data.glob("*.secret") if path.stat().st_mode & 0o077]
    if loose:
        return Answer("data folder", f"others can read {', '.join(loose)}", is_fine=False, advice="chmod 600")
    return Answer("data folder", str(data))


def _disk(house: House) -> Answer:
    free = shutil.disk_usage(house.settings.data).free
    advice = "" if free >= FREE_BYTES else "backups and large imports need room"
    return Answer("free space", f"{free / 1e9:.1f} GB", is_fine=free >= FREE_BYTES, advice=advice)


def _clock(house: House) -> Answer:
    now = house.clock.now().astimezone(house.clock.zone)
    said = f"{now:%Y-%m-%d %H:%M} in {house.clock.zone.key}"
    if house.clock.is_shifted:
        return Answer("clock", f"{said}, set by TESSERA_NOW", advice="for tests and demonstrations only")
    return Answer("clock", said)


def _address(house: House) -> Answer:
    return Answer(
        "address",
        house.settings.base_url or "not set: links in messages follow the request (TESSERA_BASE_URL)",
    )


def _database(house: House) -> Answer:
    if house.database.is_sqlite:
        fine = sqlite3.sqlite_version_info >= SQLITE
        return Answer(
            "database",
            f"SQLite {sqlite3.sqlite_version}",
            is_fine=fine,
            advice="" if fine else "3.38 or newer",
        )
    with house.database.reading() as connection:
        version = connection.execute(text("SHOW server_version")).scalar_one()
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    fine = encoding == "UTF8"
    return Answer(
        "database",
        f"PostgreSQL {version}, {encoding}",
        is_fine=fine,
        advice="" if fine else "create it with UTF8",
    )


def _schema(house: House) -> Answer:
    state = schema.state(house.database)
    advice = {
        "empty": "run: tessera init",
        "older": "back it up, then run: tessera init",
        "newer": "install that version",
    }
    return Answer("schema", state, is_fine=state == "current", advice=advice.get(state, ""))


def _inside(house: House) -> list[Answer]:
    with house.reading() as work:
        admins = users.holding(work.connection, ADMIN)
        left_out = [f"{kind}/{key}" for kind, key in work.catalog.left_out]
        count = len(work.catalog.bodies)
    fenced = [
        f"{key} ({plugin.trouble})"
        for key, plugin in house.registry.plugins.items()
        if getattr(plugin, "trouble", None)
    ]
    return [
        Answer(
            "admins",
            str(len(admins)),
            is_fine=bool(admins),
            advice="" if admins else "tessera user add … --role admin",
        ),
        Answer(
            "definitions",
            f"{count} published" + (f", {', '.join(left_out)} cannot be used" if left_out else ""),
            is_fine=not left_out,
        ),
        Answer(
            "plugins",
            ", ".join(fenced) if fenced else f"{len(house.registry.plugins)} loaded",
            is_fine=not fenced,
        ),
    ]
