"""The first records of each part of a list, in one statement that goes by an index, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, insert, text

from builder.access.policy import Grants, Policy
from builder.events import Cause
from builder.records import find, firsts, plans, tables
from builder.records.firsts import Compared
from schema_store.problems import Problems
from tests import make
from tests.make import OPERATOR

DAY = date(2026, 3, 1)
ROWS = 20_000


def fill(url):
    """20,000 tasks of 200 days, one in fifty still open."""
    make.membership(url)
    made = make.house(url)
    with made.writing(Cause("command")) as work:
        task = tables.of(work.catalog).table("task")
        folded = work.catalog.entity("task").fields["title"].folded
        rows = [
            {
                "version": 1,
                "created_at": work.now,
                "updated_at": work.now,
                "title": f"Task {number:05}",
                str(folded): f"task {number:05}",
                "status": "done" if number % 50 else "open",
                "due_on": DAY + timedelta(days=number % 200) if number % 150 else None,
            }
            for number in range(ROWS)
        ]
        work.connection.execute(insert(task), rows)
        work.connection.execute(text("ANALYZE"))
    made.database.close()


@pytest.fixture(scope="module")
def house(module_database_url):
    fill(module_database_url)
    made = make.house(module_database_url)
    yield made
    made.database.close()


def lane(value):
    return [[Compared("status", "==", value)]]


def day(number):
    of = DAY + timedelta(days=number)
    return [[Compared("due_on", ">=", of), Compared("due_on", "<", of + timedelta(days=1))]]


LANES = find.Query("task", ("title", "status", "due_on"), sort=("due_on",))
MONTH = find.Query("task", ("title", "due_on"), sort=("due_on",))


def test_each_part_has_its_own_first_records_in_the_order_of_the_query(house):
    with house.reading() as work:
        pages = firsts.firsts(work, LANES, OPERATOR, [lane("open"), lane("done"), lane(None)], 10)
        whole = find.page(work, replace(LANES, where=({"==": [{"var": "status"}, "open"]},)), OPERATOR)
    assert [len(page.records) for page in pages] == [10, 10, 0]
    assert [one.id for one in pages[0].records] == [one.id for one in whole.records[:10]]
    assert {one.values["status"] for one in pages[1].records} == {"done"}
    assert pages[2].after is None


def test_the_next_records_of_a_part_follow_its_cursor(house):
    rule = {"==": [{"var": "status"}, "open"]}
    with house.reading() as work:
        (part,) = firsts.firsts(work, LANES, OPERATOR, [lane("open")], 10)
        query = find.Query("task", ("title", "status", "due_on"), (rule,), ("due_on",), 20)
        ids = [one.id for one in find.page(work, query, OPERATOR).records]
        after = find.page(work, replace(query, limit=10, after=part.after), OPERATOR)
    assert [one.id for one in (*part.records, *after.records)] == ids


def test_a_month_is_one_statement(house):
    asked = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    with house.reading() as work:
        event.listen(house.database.engine, "before_cursor_execute", note)
        pages = firsts.firsts(work, MONTH, OPERATOR, [day(number) for number in range(42)], 4)
        event.remove(house.database.engine, "before_cursor_execute", note)
    assert len(asked) == 1
    assert all(len(page.records) == 4 and page.after for page in pages)
    assert [{one.values["due_on"] for one in page.records} for page in pages[:2]] == [
        {DAY},
        {DAY + timedelta(days=1)},
    ]


def test_a_record_that_takes_several_days_stands_on_each(house):
    begins, lasts = (
        [Compared("due_on", "==", DAY)],
        [Compared("due_on", "<", DAY + timedelta(days=1)), Compared("id", ">", 0)],
    )
    with house.reading() as work:
        pages = firsts.firsts(work, MONTH, OPERATOR, [[begins], [lasts]], 3)
    assert [one.id for one in pages[0].records] == [one.id for one in pages[1].records]


@pytest.mark.parametrize(
    ("query", "parts"),
    [(LANES, [lane("open"), lane("done")]), (MONTH, [day(number) for number in range(35)])],
    ids=["lanes", "days"],
)
def test_lanes_and_days_go_by_the_index(house, query, parts):
    with house.reading() as work:
        entity = work.catalog.entity("task")
        order = find.order_of(work, entity, query, OPERATOR)
        lines = plans.plan(work, firsts.places(work, query, OPERATOR, parts, (order, 10)))
    whole = [line for line in lines if "Seq Scan" in line or "SCAN rec_task" in line]
    assert whole == [], "\n".join(lines)


def test_what_may_not_be_read_tells_no_parts_apart(house):
    hidden = {"entities": {"task": {"read": True, "fields": {"status": "hide"}}}}
    with house.reading() as work:
        clerk = Policy(1, ("x",), ("x",), Grants([hidden]))
        query = find.Query("task", ("title",))
        with pytest.raises(Problems):
            firsts.firsts(work, query, clerk, [lane("open")], 5)


def test_marks_say_which_rule_holds_first(house):
    marks = ({"==": [{"var": "status"}, "open"]}, {"!=": [{"var": "due_on"}, None]})
    query = find.Query("task", ("status", "due_on"), sort=("id",), limit=200, marks=marks)
    with house.reading() as work:
        found = find.page(work, query, OPERATOR).records
    expected = [0 if one.values["status"] == "open" else 1 if one.values["due_on"] else None for one in found]
    assert [one.mark for one in found] == expected
    assert {0, 1} <= set(expected)


def test_the_page_before_is_found_by_the_cursor_of_the_first_record(house):
    query = find.Query("task", ("title",), sort=("title",), limit=10)
    with house.reading() as work:
        first = find.page(work, query, OPERATOR)
        second = find.page(work, replace(query, after=first.after), OPERATOR)
        back = find.page(work, replace(query, sort=("-title",), after=second.first), OPERATOR)
    assert [one.id for one in reversed(back.records)] == [one.id for one in first.records]
