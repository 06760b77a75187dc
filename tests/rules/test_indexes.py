"""What people write is served by indexes: EXPLAIN on 200,000 rows says so, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Index, func, insert, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite

from builder.database import Database
from builder.rules import to_sql
from builder.rules.check import check
from tests.rules import world

ROWS = 200_000
MEMBER = world.TABLES["member"]
TABLES = world.WorldTables()

DORMANT = {
    "and": [
        {"in": [{"var": "stage"}, ["new", "active"]]},
        {">": [{"days_since": [{"??": [{"var": "last_order_on"}, {"var": "joined_on"}]}]}, 180]},
    ]
}


@pytest.fixture(scope="module")
def large(module_database_url: str) -> Iterator[Connection]:
    """Members of four stages; one in a thousand of the first two has not ordered for long, or never has."""
    database = Database(module_database_url)
    with database.writing() as connection:
        world.METADATA.create_all(connection)
        _fill(connection)
        for index in (
            Index("by_stage", MEMBER.c.stage, MEMBER.c.last_order_on),
            Index("by_code", MEMBER.c.code),
        ):
            index.create(connection)
            MEMBER.indexes.discard(index)
        connection.execute(text("ANALYZE"))
    with database.reading() as connection:
        yield connection
    database.close()


def _fill(connection: Connection) -> None:
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < ROWS))
    n = numbers.c.n
    recent, old = literal(date(2026, 3, 1)), literal(date(2025, 1, 1))
    from sqlalchemy import Text, case, cast

    stage = case((n % 4 == 0, "new"), (n % 4 == 1, "active"), (n % 4 == 2, "dormant"), else_="churned")
    ordered = case((n % 2000 == 0, None), (n % 2000 == 4, old), else_=recent)
    connection.execute(
        insert(MEMBER).from_select(
            [
                "id",
                "code",
                "stage",
                "last_order_on",
                "joined_on",
                "level",
                "blocked",
                "visits",
                "rate",
                "born_on",
                "created_at",
                "order_count",
            ],
            select(
                n,
                literal("m") + cast(n, Text),
                stage,
                ordered,
                case((n % 3 == 0, old), else_=recent),
                literal("base"),
                literal(False),
                n,
                n,
                old,
                literal(world.NOW, world.MomentType()),
                n * 0,
            ),
        )
    )


def plan(connection: Connection, query: Any) -> str:
    """The database's own words for how it will find the rows."""
    name = connection.engine.dialect.name
    dialect = sqlite.dialect() if name == "sqlite" else postgresql.dialect()
    spelled = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    prefix = "EXPLAIN QUERY PLAN " if name == "sqlite" else "EXPLAIN "
    return "\n".join(
        str(row[-1]) for row in connection.exec_driver_sql(prefix + str(spelled).replace("%%", "%"))
    )


def test_180_days_without_an_order_goes_by_the_index(large: Connection) -> None:
    rule = check(DORMANT, world.NAMES, "member")
    query = select(MEMBER.c.id).where(to_sql.condition(rule, MEMBER, TABLES, world.MOMENT))
    assert "by_stage" in plan(large, query)


def test_each_part_of_180_days_is_a_narrow_range_of_the_index(large: Connection) -> None:
    rule = check(DORMANT, world.NAMES, "member")
    parts = to_sql.disjuncts(rule, MEMBER, TABLES, world.MOMENT)
    assert len(parts) == 2
    for part in parts:
        words = plan(large, select(MEMBER.c.id).where(part))
        assert "by_stage" in words
        assert ("last_order_on" in words.replace("rec_member.", "")) or "last_order_on" in words
    met = [set(large.scalars(select(MEMBER.c.id).where(part))) for part in parts]
    whole = (
        select(func.count()).select_from(MEMBER).where(to_sql.condition(rule, MEMBER, TABLES, world.MOMENT))
    )
    assert not met[0] & met[1]
    assert len(met[0]) + len(met[1]) == large.scalar(whole) > 0


@pytest.mark.parametrize(
    "rule",
    [
        {"==": [{"var": "code"}, "m77"]},
        {"in": [{"var": "code"}, ["m77", "m78"]]},
        {"starts_with": [{"var": "code"}, "m777"]},
        {"and": [{"==": [{"var": "stage"}, "new"]}, {"in_period": [{"var": "last_order_on"}, "last_year"]}]},
        {
            "and": [
                {"==": [{"var": "stage"}, "new"]},
                {"!": [{">=": [{"var": "last_order_on"}, "2025-06-01"]}]},
            ]
        },
    ],
    ids=["equal", "one of", "prefix", "period", "negated"],
)
def test_condition_goes_by_an_index(large: Connection, rule: Any) -> None:
    made = check(rule, world.NAMES, "member")
    words = plan(large, select(MEMBER.c.id).where(to_sql.condition(made, MEMBER, TABLES, world.MOMENT)))
    assert "by_stage" in words or "by_code" in words


def test_no_condition_hides_behind_a_function(large: Connection) -> None:
    """Never COALESCE(condition), IS TRUE, IS NOT TRUE or IS NOT DISTINCT FROM."""
    rule = check(
        {"and": [DORMANT, {"!": [{"var": "vip"}]}, {"!=": [{"var": "name"}, {"var": "city"}]}]},
        world.NAMES,
        "member",
    )
    for negated in (False, True):
        query = select(MEMBER.c.id).where(
            to_sql.condition(rule, MEMBER, TABLES, world.MOMENT, negated=negated)
        )
        spelled = str(query.compile(dialect=large.engine.dialect)).upper()
        assert not any(
            words in spelled for words in ("COALESCE(", "IS TRUE", "IS NOT TRUE", "DISTINCT FROM", "IS FALSE")
        )
