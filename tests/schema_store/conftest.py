"""A database with the store's tables, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builder.database import Database
from schema_store.columns import metadata


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    with made.writing() as connection:
        metadata.create_all(connection)
    yield made
    made.close()
