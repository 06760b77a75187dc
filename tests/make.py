"""Builders of what tests start from: a house on a database, with the membership application published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from builder.access.policy import Policy
from builder.app import make_house
from builder.database import metadata
from builder.events import Cause
from builder.publishing.publish import publish
from builder.records import find, save
from builder.settings import Settings
from builder.work import House
from schema_store import packages, store

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
"""When tests happen, unless they say otherwise."""
OPERATOR = Policy.operator()


def house(url: str, *, now: datetime | None = NOON, data: Path | None = None) -> House:
    """A house on the database of `url`, as it stands there; its clock starts at `now` (None: the real time)."""
    folder = data or Path(mkdtemp(prefix="tessera-data-"))
    return make_house(Settings(folder, url, SHANGHAI, now=now))


def membership(url: str) -> None:
    """Fill an empty database with our own tables and the shipped membership application."""
    application("membership")(url)


def application(*names: str) -> Callable[[str], None]:
    """Fills an empty database with our own tables and these shipped applications."""

    def fill(url: str) -> None:
        made = house(url)
        own_tables(made)
        for name in names:
            publish(made, dict(packages.read(packages.find(name))), cause=Cause("command"))
        made.database.close()

    return fill


def own_tables(made: House) -> None:
    """Our own tables as the code names them (that migrations make the same ones is a test of its own)."""
    with made.database.writing() as connection:
        for known in (metadata, store.metadata):
            known.create_all(connection)


def changed_membership(change: Callable[[dict[tuple[str, str], Any]], None]) -> Callable[[str], None]:
    """`membership` with definitions changed before they are published."""

    def fill(url: str) -> None:
        made = house(url)
        own_tables(made)
        bodies = dict(packages.read(packages.find("membership")))
        change(bodies)
        publish(made, bodies, cause=Cause("command"))
        made.database.close()

    return fill


def record(made: House, entity: str, values: Mapping[str, Any], **more: Any) -> int:
    """The id of a new record with these stored values, saved by the operator."""
    with made.writing(Cause("form")) as work:
        return save.save(work, entity, values, policy=OPERATOR, **more).id


def read(made: House, entity: str, record_id: int) -> find.Record:
    """The record as the operator sees it."""
    with made.reading() as work:
        found = find.get(work, entity, record_id, OPERATOR)
    assert found is not None
    return found
