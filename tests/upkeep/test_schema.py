"""The product's own tables: migrated, they are what the code says."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from builder.upkeep import schema
from builder.work import House
from schema_store.problems import Problems


def test_migrated_tables_are_those_of_the_code(empty: House) -> None:
    schema.upgrade(empty.database)
    with empty.database.reading() as connection:
        assert schema.differences(connection) == []


def test_upgrading_twice_does_nothing_the_second_time(empty: House) -> None:
    assert schema.upgrade(empty.database) is True
    assert schema.upgrade(empty.database) is False


def test_an_empty_database_is_refused_with_what_to_do(empty: House) -> None:
    with pytest.raises(Problems, match="tessera init"):
        schema.require_current(empty.database)


def test_a_database_of_a_newer_version_is_left_alone(empty: House) -> None:
    schema.upgrade(empty.database)
    with empty.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema.state(empty.database) == "newer"
    with pytest.raises(Problems, match="newer version"):
        schema.upgrade(empty.database)
