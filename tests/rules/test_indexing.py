"""Which index a rule wants: and that a database which has it goes by it."""

from __future__ import annotations

import re
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from sqlalchemy import Index as Made
from sqlalchemy import create_engine, select
from sqlalchemy.dialects import sqlite

from builder.rules.advice.indexing import Index, Wanted, missing, wanted
from builder.rules.check import check
from builder.rules.to_sql import condition
from schema_store.problems import Problems
from tests.rules import world
from tests.rules.contradictions import Contradictions
from tests.rules.test_explain import DORMANT, field

NEW = {"==": [field("stage"), "new"]}
MEMBER = world.TABLES["member"]


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (DORMANT, [("stage", "last_order_on")]),
        ({"and": [NEW, field("vip"), {">": [field("points"), 3]}]}, [("stage", "vip", "points")]),
        (
            {"!": [{"or": [{"!=": [field("stage"), "new"]}, {"<": [field("points"), 3]}]}]},
            [("stage", "points")],
        ),
        ({"or": [NEW, {"is_empty": [field("name")]}]}, [("stage",), ("name",)]),
        ({"or": [NEW, {"contains": [field("name"), "a"]}]}, []),
        (
            {"and": [{"or": [NEW, {"==": [field("code"), "a"]}]}, {"contains": [field("name"), "a"]}]},
            [("stage",), ("code",)],
        ),
        ({">": [{"days_since": [field("born_on")]}, {"var": "$user.id"}]}, [("born_on",)]),
        ({"==": [{"year": [field("born_on")]}, 2000]}, [("born_on",)]),
        ({"starts_with": [field("code"), "a"]}, [("code",)]),
        (field("vip"), []),
        ({"!=": [field("stage"), "new"]}, []),
        ({"==": [field("store.region"), "a"]}, []),
        ({">": [{"+": [field("points"), 1]}, 3]}, []),
        ({"has_any": [field("tags"), ["vip"]]}, []),
        (True, []),
    ],
)
def test_index_that_a_rule_wants(rule: Any, fields: list[tuple[str, ...]]) -> None:
    assert [one.fields for one in wanted(check(rule, world.NAMES, "member"))] == fields


@pytest.mark.parametrize(
    ("fields", "is_unique", "serves"),
    [
        (("stage", "last_order_on"), False, True),
        (("stage", "last_order_on", "name"), False, True),
        (("stage",), False, False),
        (("last_order_on", "stage"), False, False),
        (("stage",), True, True),
    ],
)
def test_equal_or_longer_index_serves(fields: tuple[str, ...], is_unique: bool, serves: bool) -> None:
    rule = check(DORMANT, world.NAMES, "member")
    assert (missing(rule, [Index(fields, is_unique)]) == ()) is serves
    assert missing(rule, []) == (Wanted("member", ("stage",), "last_order_on"),)


def test_database_with_the_wanted_indexes_reads_no_whole_table() -> None:
    """Every drawn rule that wants indexes, on SQLite with exactly these."""
    engine, tables, collisions, asked = (
        create_engine("sqlite://"),
        world.WorldTables(),
        Contradictions(Random(51)),
        0,
    )
    with engine.connect() as connection:
        world.METADATA.create_all(connection)
        while asked < 60:
            with suppress(Problems):
                rule = check(collisions.condition(2), world.NAMES, "member")
                found = wanted(rule)
                if not found or any(one.code.startswith(("const.", "dead.")) for one in rule.warnings):
                    continue
                asked += 1
                made = [
                    Made(f"wanted_{at}", *[MEMBER.c[key] for key in one.fields])
                    for at, one in enumerate(found)
                ]
                for index in made:
                    index.create(connection)
                query = select(MEMBER.c.id).where(condition(rule, MEMBER, tables, world.MOMENT))
                spelled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
                lines = [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {spelled}")]
                assert not any(re.match(r"SCAN rec_member(\s|$)", line) for line in lines), (
                    rule.document,
                    lines,
                )
                for index in made:
                    index.drop(connection)
                    MEMBER.indexes.discard(index)
