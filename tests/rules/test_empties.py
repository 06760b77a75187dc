"""Values that are not there: SQL counts for each part of a rule what Python counts row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, case, func, select

from builder.database import Database
from builder.rules.check import check
from builder.rules.evaluate import lowered
from builder.rules.rule import Rule
from builder.rules.telling.empties import Gap, gaps
from builder.rules.to_sql import parts
from schema_store.problems import Problems
from tests.rules import world
from tests.rules.contradictions import Contradictions
from tests.rules.generator import Generator
from tests.rules.test_explain import DORMANT, field


@pytest.fixture(scope="module")
def filled(module_database_url: str) -> Iterator[Connection]:
    database = Database(module_database_url)
    with database.writing() as connection:
        world.fill(connection, world.records(31))
    with database.reading() as connection:
        yield connection
    database.close()


def drawn(count: int) -> Iterator[Rule]:
    collisions, everything, made = Contradictions(Random(41)), Generator(Random(42)), 0
    while made < count:
        with suppress(Problems):
            yield check(
                collisions.condition(2) if made % 2 else everything.condition(3), world.NAMES, "member"
            )
            made += 1


def in_python(gap: Gap, row: Any) -> bool:
    """The record has no value there, and the part as it is said counts as the gap says."""
    holds = bool(lowered(gap.part)(row, world.MOMENT)) is not gap.is_negated
    return lowered(gap.value)(row, world.MOMENT) is None and holds is gap.counted


def test_every_gap_is_counted_alike_in_sql_and_in_python(filled: Connection) -> None:
    members, tables, asked = list(world.records(31)["member"].values()), world.WorldTables(), 0
    table = world.TABLES["member"]
    for rule in drawn(120):
        found = gaps(rule)
        if not found:
            continue
        some = select(table).limit(1000).subquery()
        tests = parts(rule, [gap.test for gap in found], some, tables, world.MOMENT)
        sums = [func.coalesce(func.sum(case((test, 1), else_=0)), 0) for test in tests]
        counted = [int(count) for count in filled.execute(select(*sums).select_from(some)).one()]
        assert counted == [sum(in_python(gap, row) for row in members) for gap in found], rule.document
        asked += len(found)
    assert asked > 150


def test_parts_that_ask_for_emptiness_are_left_out_and_a_stand_in_counts_as_there() -> None:
    rule = check(
        {"or": [{"is_empty": [field("points")]}, {">": [field("points"), 3]}]}, world.NAMES, "member"
    )
    assert {gap.pointer for gap in gaps(rule)} == {"/or/1"}
    dormant = gaps(check(DORMANT, world.NAMES, "member"))
    assert [(gap.value.op, gap.counted) for gap in dormant] == [
        ("var", False),
        ("var", True),
        ("??", False),
        ("??", True),
    ]


def test_gap_is_said_in_both_languages() -> None:
    rule = check({"!=": [field("stage"), "new"]}, world.NAMES, "member")
    counted_as_true = next(gap for gap in gaps(rule) if gap.counted)
    assert counted_as_true.said(1200, "en") == (
        "1,200 records have no value in stage, counted as ✓: stage is not “new” (or empty)"
    )
    assert counted_as_true.said(1, "en").startswith("1 record has no value in stage")
    assert counted_as_true.said(3, "zh") == "3条记录的stage没有值，计为✓：stage不是“new”（或为空）"
