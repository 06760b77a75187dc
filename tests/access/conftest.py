"""A database with the house's own tables, and a clock that tests move."""

from datetime import UTC, datetime, timedelta

import pytest

from builder.access import tables as _tables  # noqa: F401 - fills the metadata
from builder.access import users
from builder.audit import audit_entries as _entries  # noqa: F401
from builder.database import Database, metadata
from schema_store.columns import metadata as definitions

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)


class StillClock:
    """A clock that moves when a test says so."""

    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at

    def later(self, **how):
        self.at += timedelta(**how)


@pytest.fixture
def clock():
    return StillClock()


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    metadata.create_all(database.engine)
    definitions.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def ada(database):
    with database.writing() as connection:
        return users.create(
            connection, email="Ada@Shop.example", name="Ada", password="tile by tile", roles=["clerk"], at=NOW
        )
