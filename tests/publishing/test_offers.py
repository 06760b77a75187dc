"""A timed rule brings the index that it needs; the database goes by it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, text

from builder.events import Cause
from builder.publishing.going_back import undo
from builder.publishing.plan import Plan, impact
from builder.publishing.publish import publish
from builder.records import plans, tables
from builder.runs import Run
from builder.work import House, Work
from builder.workflows import definition, match
from schema_store import store
from tests.kinds.workshop import entity, field

CAUSE = Cause("command")
STAGES = [{"value": value, "label": value} for value in ("new", "active", "dormant")]
OLD = {
    "and": [
        {"==": [{"var": "stage"}, "active"]},
        {">": [{"days_since": [{"var": "last_order_on"}]}, 180]},
    ]
}
EITHER = {"??": [{"var": "last_order_on"}, {"var": "joined_on"}]}


def members(**head: Any) -> dict[tuple[str, str], Any]:
    fields = {
        "name": field("text"),
        "stage": field("select", label="Stage", options=STAGES),
        "last_order_on": field("date", label="Last order"),
        "joined_on": field("date"),
        "labels": field("tags"),
    }
    return entity("member", fields, label_plural="Members", **head)


def workflow(where: Any, **more: Any) -> dict[tuple[str, str], Any]:
    body = {
        "key": "go_dormant",
        "label": "Go dormant",
        "entity": "member",
        "trigger": {"type": "schedule", "cron": "0 3 * * *"},
        "where": where,
        "actions": [{"type": "set_field", "field": "stage", "value": "dormant"}],
    }
    return {("workflow", "go_dormant"): body | more}


def planned(house: House, changes: Any) -> Plan:
    with house.reading() as work:
        return impact(work, changes)


def indexes(house: House) -> list[list[str]]:
    with house.reading() as work:
        return [list(keys) for keys in work.catalog.entity("member").indexes]


def offered(plan: Plan) -> list[str]:
    said = [sentence.said() for one in plan.definitions for sentence in one.sentences]
    return [words for words in said if words.startswith("Adds an index")]


def test_timed_rule_adds_its_index_to_the_entity(bare: House) -> None:
    publish(bare, members(), cause=CAUSE)
    plan = planned(bare, workflow(OLD))
    assert offered(plan) == [
        "Adds an index on Stage, Last order of “Members”, so that “Go dormant” need not read all of them."
    ]
    assert [(one.kind, one.what) for one in plan.definitions] == [("entity", "changed"), ("workflow", "new")]
    publish(bare, workflow(OLD), cause=CAUSE, confirm=plan.fingerprint)
    assert indexes(bare) == [["stage", "last_order_on"]]
    with bare.reading() as work:
        assert store.live(work.connection)["entity", "member"].version == 2
        assert store.live(work.connection)["entity", "member"].body["x-tessera"]["indexes"]


def test_same_set_again_is_live_already_and_the_index_goes_with_an_undo(bare: House) -> None:
    first = publish(bare, members(), cause=CAUSE)
    second = publish(bare, members() | workflow(OLD), cause=CAUSE)
    assert publish(bare, members() | workflow(OLD), cause=CAUSE) is None
    assert publish(bare, members(), cause=CAUSE) is None
    assert first
    assert second
    undo(bare, second.id, cause=CAUSE)
    assert indexes(bare) == []


@pytest.mark.parametrize(
    ("where", "head", "added"),
    [
        (OLD, {"indexes": [["stage", "last_order_on", "name"]]}, []),
        (OLD, {"indexes": [["stage"]]}, [["stage"], ["stage", "last_order_on"]]),
        ({"has_any": [{"var": "labels"}, ["vip"]]}, {}, []),
        ({">": [{"days_since": [EITHER]}, 180]}, {}, [["last_order_on"]]),
        (
            {"or": [OLD, {"is_empty": [{"var": "joined_on"}]}]},
            {},
            [["stage", "last_order_on"], ["joined_on"]],
        ),
        ({"or": [OLD, {"contains": [{"var": "name"}, "x"]}]}, {}, []),
        ({"<": [{"var": "created_at"}, "2026-01-01T00:00:00Z"]}, {}, [["created_at"]]),
    ],
    ids=["a longer one", "a shorter one", "no column", "stand-in", "or", "or that reads all", "system field"],
)
def test_index_is_added_where_none_serves(bare: House, where: Any, head: Any, added: list[list[str]]) -> None:
    publish(bare, members(**head) | workflow(where), cause=CAUSE)
    assert indexes(bare) == (added or head.get("indexes", []))


@pytest.mark.parametrize(
    "more",
    [{"enabled": False}, {"trigger": {"type": "record", "on": ["changed"]}}],
    ids=["off", "on a change"],
)
def test_rule_that_is_not_timed_adds_none(bare: House, more: Any) -> None:
    publish(bare, members() | workflow(OLD, **more), cause=CAUSE)
    assert indexes(bare) == []


def test_seventh_index_is_not_added_but_said(bare: House) -> None:
    many = [
        ["name"],
        ["joined_on"],
        ["name", "stage"],
        ["joined_on", "stage"],
        ["last_order_on"],
        ["created_at"],
    ]
    plan = planned(bare, members(indexes=many) | workflow(OLD))
    assert offered(plan) == []
    (warning,) = [one for one in plan.warnings if one.code == "index.full"]
    assert (warning.pointer, warning.params["limit"]) == ("/workflow/go_dormant/where", 6)
    publish(bare, members(indexes=many) | workflow(OLD), cause=CAUSE)
    assert indexes(bare) == many


# --- 20,000 records ---


@pytest.fixture
def large(bare: House) -> House:
    """20,000 members, of whom one in a thousand is due, and the statistics of the table."""
    publish(bare, members(), cause=CAUSE)
    publish(bare, workflow(OLD), cause=CAUSE)
    _fill(bare, 20_000)
    return bare


def _fill(house: House, count: int) -> None:
    now = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
    rows = [
        {
            "version": 1,
            "created_at": now,
            "updated_at": now,
            "name": f"Member {at}",
            "stage": ("new", "active", "dormant")[at % 3],
            "last_order_on": date(2025, 1, 1) if at % 1000 == 1 else date(2026, 2, 1 + at % 28),
        }
        for at in range(count)
    ]
    with house.database.writing() as connection, house.reading() as work:
        connection.execute(insert(tables.of(work.catalog).table("member")), rows)
        connection.execute(text("ANALYZE"))


def _asked(work: Work) -> Any:
    found = definition.of(work, "go_dormant")
    run = Run(1, "workflow", work.now, work.now, "running", "system", "schedule", "go_dormant", 1)
    return match.of_run(work, found, run).ids()


def test_run_goes_by_the_index_that_was_added(large: House) -> None:
    with large.reading() as work:
        lines = plans.plan(work, _asked(work))
        (index,) = [one for one in tables.of(work.catalog).table("member").indexes if len(one.columns) == 2]
        assert any(str(index.name) in line for line in lines), lines
        assert not plans.reads_all(lines, "rec_member")


def test_rule_sql_names_the_index_until_it_is_there(large: House) -> None:
    with large.reading() as work:
        served = definition.of(work, "go_dormant").where
        assert served is not None
        assert plans.missing_indexes(work, served, plans.plan(work, plans.statement(work, served))) == ()
    body = deepcopy(members()["entity", "member"])
    publish(large, {("workflow", "go_dormant"): None, ("entity", "member"): body}, cause=CAUSE)
    assert indexes(large) == []
    with large.reading() as work:
        lines = plans.plan(work, plans.statement(work, served))
        (lacking,) = plans.missing_indexes(work, served, lines)
        assert (lacking.entity, lacking.fields) == ("member", ("stage", "last_order_on"))


def board(**more: Any) -> dict[tuple[str, str], Any]:
    body = {"key": "board", "label": "Board", "entity": "member", "type": "kanban", "by": "stage"}
    return {("view", "board"): {**body, "columns": ["name"], **more}}


@pytest.mark.parametrize(
    ("how", "head", "added"),
    [
        ({}, {}, [["stage"]]),
        ({"sort": ["-joined_on"]}, {}, [["stage", "joined_on"]]),
        ({"sort": ["joined_on"]}, {"indexes": [["stage", "joined_on", "name"]]}, []),
        (
            {"type": "calendar", "by": None, "date": "joined_on", "until": "last_order_on"},
            {},
            [["joined_on"], ["last_order_on"]],
        ),
        ({"type": "timeline", "by": None, "date": "created_at"}, {}, [["created_at"]]),
        ({"type": "table", "by": None, "group": "stage", "sort": ["name"]}, {}, [["stage", "name"]]),
        ({"type": "gallery", "by": None, "sort": ["name"]}, {}, []),
    ],
    ids=["board", "sorted board", "served board", "calendar", "timeline", "headings", "gallery"],
)
def test_a_view_brings_the_index_it_reads_by(bare: House, how: Any, head: Any, added: Any) -> None:
    more = {key: value for key, value in how.items() if value is not None}
    bodies = board(**more)
    if how.get("by", "stage") is None:
        del bodies["view", "board"]["by"]
    publish(bare, members(**head), cause=CAUSE)
    publish(bare, bodies, cause=CAUSE)
    assert indexes(bare) == (added or head.get("indexes", []))
    assert publish(bare, bodies, cause=CAUSE) is None


def test_the_plan_says_that_a_board_brings_an_index_and_a_full_table_is_told(bare: House) -> None:
    publish(bare, members(), cause=CAUSE)
    assert offered(planned(bare, board())) == [
        "Adds an index on Stage of “Members”, so that “Board” need not read all of them."
    ]
    full = [
        ["name"],
        ["joined_on"],
        ["last_order_on"],
        ["name", "stage"],
        ["joined_on", "stage"],
        ["name", "joined_on"],
    ]
    publish(bare, members(indexes=full), cause=CAUSE)
    told = [problem.code for problem in planned(bare, board()).problems]
    assert told == ["index.full"]
