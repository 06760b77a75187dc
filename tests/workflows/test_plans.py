"""How the databases find due records: through the rule's own indexes, and in no time where nothing is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from builder.events import Cause
from builder.records import bulk, tables
from builder.records.sql import given_rows
from builder.work import House
from builder.workflows import run as running
from builder.workflows.scheduler import run_due
from tests import make
from tests.workflows.days import at

MEMBERS = 20_000


def fill(url: str) -> None:
    """Members who all bought lately, but ten."""
    from datetime import date

    make.membership(url)
    house = make.house(url)
    with house.writing(Cause("sample")) as work:
        table = tables.of(work.catalog).table("member")
        names = ("member_no", "stage", "joined_on")
        columns = {name: table.c[name].type for name in names}
        rows = [
            [f"M{number:06}", "active", date(2025, 1, 1) if number < 10 else date(2026, 2, 1)]
            for number in range(MEMBERS)
        ]
        bulk.create(work, "member", given_rows(work.connection, columns, rows))
    with house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    house.database.close()


@pytest.fixture
def busy_shop(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    made = make.house(database_copy("busy", fill), data=tmp_path)
    yield made
    made.database.close()


class Plans:
    """The plans of all statements on records' tables that run while this listens."""

    def __init__(self, house: House):
        self.house = house
        self.found: list[tuple[str, str]] = []
        self._asking = False

    def __enter__(self) -> Plans:
        event.listen(self.house.database.engine, "before_cursor_execute", self._explain)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(self.house.database.engine, "before_cursor_execute", self._explain)

    def _explain(self, connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if self._asking or "rec_member" not in statement:
            return
        self._asking = True
        verb = "EXPLAIN QUERY PLAN " if self.house.database.is_sqlite else "EXPLAIN "
        rows = connection.exec_driver_sql(verb + statement, parameters).all()
        self.found.append((statement, "\n".join(str(row[-1]) for row in rows)))
        self._asking = False


def reads_all_members(plan: str) -> bool:
    return (
        "SCAN rec_member" in plan.replace("SCAN rec_member USING INDEX", "")
        or "Seq Scan on rec_member" in plan
    )


def test_run_never_reads_all_members(busy_shop: House) -> None:
    with Plans(busy_shop) as plans:
        done = running.run(busy_shop, "member_dormant")
    assert done.changed == 10
    assert len(plans.found) > 3
    for statement, plan in plans.found:
        assert not reads_all_members(plan), f"{statement}\n\n{plan}"


def test_scheduled_run_never_reads_all_members(busy_shop: House) -> None:
    with Plans(busy_shop) as plans:
        (done,) = run_due(at(busy_shop, "2026-03-03T03:00:01"))
    assert done.changed == 10
    for statement, plan in plans.found:
        assert not reads_all_members(plan), f"{statement}\n\n{plan}"
