"""What `tessera check` finds, and mends."""

from __future__ import annotations

from sqlalchemy import delete, inspect, text, update

from builder.events import Cause
from builder.records import tables
from builder.records.history import history
from builder.upkeep import checks
from builder.upkeep.checks import definitions
from builder.work import House

CAUSE = Cause("command")


def codes(house: House) -> list[str]:
    return [finding.code for finding in checks.run(house).findings]


def test_sample_data_has_nothing_to_find(shop: House) -> None:
    assert checks.run(shop, whole=True).document == {"ok": True, "problems": []}


def test_a_rollup_that_was_written_over_is_found_and_worked_out_again(shop: House) -> None:
    with shop.writing(CAUSE) as work:
        member = tables.of(work.catalog).table("member")
        work.connection.execute(update(member).where(member.c.id == 1).values(total_spent=1, order_count=99))
    assert codes(shop) == ["rollup.stale"]
    with shop.writing(CAUSE) as work:
        definitions.repair(work)
    assert codes(shop) == []


def test_checking_changes_nothing(shop: House) -> None:
    with shop.writing(CAUSE) as work:
        member = tables.of(work.catalog).table("member")
        work.connection.execute(update(member).where(member.c.id == 1).values(total_spent=1))
    checks.run(shop)
    assert codes(shop) == ["rollup.stale"]


def test_a_missing_index_is_found_and_built(shop: House) -> None:
    with shop.reading() as work:
        index = next(iter(tables.of(work.catalog).table("order").indexes))
    with shop.database.writing() as connection:
        index.drop(connection)
    assert codes(shop) == ["index.missing"]
    with shop.writing(CAUSE) as work:
        definitions.repair(work)
    assert codes(shop) == []


def test_a_missing_column_is_found_and_added(shop: House) -> None:
    with shop.database.writing() as connection:
        connection.execute(text("ALTER TABLE rec_member DROP COLUMN city"))
    assert codes(shop) == ["column.missing"]
    with shop.writing(CAUSE) as work:
        definitions.repair(work)
        assert "city" in {column["name"] for column in inspect(work.connection).get_columns("rec_member")}


def test_a_record_without_its_newest_history_is_found(shop: House) -> None:
    with shop.database.writing() as connection:
        connection.execute(delete(history).where(history.c.entity == "member", history.c.record_id == 3))
    assert codes(shop) == ["history.version"]


def test_a_record_that_went_without_a_trace_is_found(shop: House) -> None:
    with shop.writing(CAUSE) as work:
        task = tables.of(work.catalog).table("task")
        work.connection.execute(delete(task).where(task.c.id == 1))
    assert "history.gone" in codes(shop)


def test_a_stray_table_is_found(shop: House) -> None:
    with shop.database.writing() as connection:
        connection.execute(text("CREATE TABLE rec_nobody (id INTEGER PRIMARY KEY)"))
    assert codes(shop) == ["table.stray"]
