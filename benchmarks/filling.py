"""A membership workspace of any size, made straight in the generated tables: the same numbers give the same rows.

A member's last order lies 0 to 224 days before AS_OF, evenly: about a fifth of them are more than 180 days ago.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, text

from builder import settings
from builder.app import make_house
from builder.commands.setting_up import set_up
from builder.events import Cause
from builder.publishing.publish import publish
from builder.work import House

AS_OF = date(2026, 6, 30)
SPREAD_DAYS = 225
ORDERS_EACH = 5
MEMBERS = int(os.environ.get("BENCH_MEMBERS", "1000000"))
WORKFLOW = "bench_dormant"
TAG = "wake-up"
EMAIL, PASSWORD = "bench@example.com", "a password for benchmarks"

DORMANT = {
    "and": [
        {"in": [{"var": "stage"}, ["prospect", "new", "active"]]},
        {">": [{"days_since": [{"??": [{"var": "last_order_on"}, {"var": "joined_on"}]}]}, 180]},
    ]
}
DEFINITION = {
    "key": WORKFLOW,
    "label": "Members go dormant",
    "entity": "member",
    "enabled": True,
    "trigger": {"type": "schedule", "cron": "0 3 * * *"},
    "where": DORMANT,
    "episode": {"??": [{"var": "last_order_on"}, {"var": "joined_on"}]},
    "actions": [
        {"type": "set_field", "field": "stage", "value": "dormant"},
        {"type": "add_tag", "field": "tags", "tag": TAG},
    ],
    "approval_above": None,
    "on_import": False,
}


def house_on(url: str) -> House:
    """A house on the database; its clock stands on the morning of AS_OF."""
    os.environ["TESSERA_DATABASE_URL"] = url
    os.environ["TESSERA_DATA"] = str(Path(os.environ["BENCH_FOLDER"]) / "data")
    os.environ["TESSERA_NOW"] = f"{AS_OF}T09:00"
    return make_house(settings.read(os.environ))


def fill(url: str, members: int = MEMBERS, *, orders_each: int = ORDERS_EACH) -> None:
    """The membership application with `members` members and their orders, rollups right, statistics fresh."""
    house = house_on(url)
    set_up(house, "membership", EMAIL, PASSWORD)
    publish(house, {("workflow", WORKFLOW): DEFINITION}, cause=Cause("command"))
    with house.database.writing() as connection:
        _rows(connection, members, orders_each)
    with house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if house.database.is_sqlite else "VACUUM ANALYZE"))
    house.database.close()


def _rows(connection: Connection, members: int, orders_each: int) -> None:
    say: Words = SqliteWords() if connection.dialect.name == "sqlite" else PostgresWords()
    connection.execute(text(_member_rows(say, orders_each)), {"members": members})
    if orders_each:
        connection.execute(text(_order_rows(say, orders_each)), {"members": members})
    for table, last in (("rec_member", members), ("rec_order", members * orders_each)):
        for statement in say.go_on_counting if last else ():
            connection.execute(text(statement), {"name": table, "last": last})


class Words(Protocol):
    """What the two databases say differently. `n` is the member's number, `k` that of their order."""

    moment: str
    series: str
    go_on_counting: tuple[str, ...]

    def day(self, days: str) -> str:
        """The date so many days before AS_OF."""
        ...

    def padded(self, prefix: str, number: str, digits: int) -> str: ...


class SqliteWords:
    moment = "'2024-01-01 00:00:00.000000'"
    series = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :members)"
    go_on_counting = (
        "DELETE FROM sqlite_sequence WHERE name = :name",
        "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)",
    )

    def day(self, days: str) -> str:
        return f"date('{AS_OF}', '-' || ({days}) || ' days')"

    def padded(self, prefix: str, number: str, digits: int) -> str:
        return f"printf('{prefix}%0{digits}d', {number})"


class PostgresWords:
    moment = "timestamptz '2024-01-01 00:00:00+00'"
    series = "WITH numbers AS (SELECT n FROM generate_series(1::bigint, :members) AS n)"
    go_on_counting = ("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)",)

    def day(self, days: str) -> str:
        return f"(date '{AS_OF}' - ({days})::int)"

    def padded(self, prefix: str, number: str, digits: int) -> str:
        return f"('{prefix}' || lpad(({number})::text, {digits}, '0'))"


OFFSET = f"((n * 48271) % {SPREAD_DAYS})"


def _cents(order: str) -> str:
    return f"(990 + (n * 7919 + {order} * 104729) % 20000)"


def _member_rows(say: Words, orders_each: int) -> str:
    total = " + ".join(_cents(str(order)) for order in range(orders_each)) or "0"
    return f"""
        INSERT INTO rec_member (id, version, created_at, updated_at, member_no, name, phone, city, source, joined_on,
                                stage, level, points, last_order_on, order_count, total_spent,
                                _folded_member_no, _folded_name, _folded_city)
        {say.series}
        SELECT n, 1, {say.moment}, {say.moment}, {say.padded("M", "n", 7)}, 'Member ' || (n * 48271) % 99991,
               {say.padded("+86138", "n", 8)}, 'City ' || n % 300, 'store', {say.day(f"{OFFSET} + 400")},
               'active', CASE n % 10 WHEN 0 THEN 'gold' WHEN 1 THEN 'silver' ELSE 'base' END, n % 5000,
               {say.day(OFFSET)}, {orders_each}, {total},
               {say.padded("m", "n", 7)}, 'member ' || (n * 48271) % 99991, 'city ' || n % 300
        FROM numbers"""


def _order_rows(say: Words, orders_each: int) -> str:
    each = " UNION ALL ".join(f"SELECT {order}" for order in range(orders_each))
    return f"""
        INSERT INTO rec_order (id, version, created_at, updated_at, order_no, _folded_order_no, member, ordered_on,
                               amount, quantity, status)
        {say.series}, each(k) AS ({each})
        SELECT (n - 1) * {orders_each} + k + 1, 1, {say.moment}, {say.moment}, {say.padded("O", "n * 8 + k", 8)},
               {say.padded("o", "n * 8 + k", 8)}, n,
               {say.day(f"{OFFSET} + k * 40")}, {_cents("k")}, 1 + (n + k) % 3, 'paid'
        FROM numbers CROSS JOIN each"""
