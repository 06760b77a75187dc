"""Rollups: whose values they have, and exact averages in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, literal, select

from builder.database import Database
from builder.fields.contract import Shown
from tests.fields.examples import TYPE

ROLLUP = TYPE["rollup"]
MONEY = {"type": "money", "label": "Amount", "currency": "USD", "min": "0.00"}


def rollup(aggregate: str, **of_type):
    return {"relation": "orders", "aggregate": aggregate, "of": "x", "of_type": of_type}


def test_a_count_is_a_whole_number():
    assert ROLLUP.fact(rollup("count")) == {"type": "integer"}
    assert ROLLUP.default(rollup("count")) == 0


def test_a_sum_is_what_it_sums():
    total = rollup("sum", **MONEY)
    assert ROLLUP.fact(total) == {"type": "decimal", "scale": 2}
    assert ROLLUP.cell(123450, total, Shown()) == "USD 1,234.50"
    assert ROLLUP.to_json(-5, total) == "-0.05"


def test_an_average_is_kept_to_four_digits_and_shown_to_those_of_its_field():
    mean = rollup("avg", **MONEY)
    assert ROLLUP.fact(mean) == {"type": "decimal", "scale": 4}
    assert ROLLUP.cell(1234567, mean, Shown()) == "USD 123.46"
    assert ROLLUP.to_json(1234567, mean) == "123.4567"
    assert ROLLUP.cell(25000, rollup("avg", type="integer"), Shown()) == "2.50"
    assert ROLLUP.default(mean) is None


def test_the_last_of_dates_is_a_date():
    assert ROLLUP.fact(rollup("max", type="date")) == {"type": "date"}


@pytest.mark.parametrize(
    ("aggregate", "type_"), [("sum", "date"), ("avg", "datetime"), ("max", "text"), ("sum", "tags")]
)
def test_what_cannot_be_gathered_is_a_problem(aggregate, type_):
    assert ROLLUP.check_settings(rollup(aggregate, type=type_))[0].pointer == "/of"


def test_a_sum_of_nothing_named_is_a_problem():
    assert ROLLUP.check_settings({"relation": "orders", "aggregate": "sum"})[0].pointer == "/of"


def exact(total: int, count: int, factor: int) -> int | None:
    """The average by fractions, half away from zero."""
    if not count:
        return None
    twice = Fraction(abs(total) * factor * 2, count)
    whole = int((twice + 1) / 2)
    return -whole if total < 0 else whole


@pytest.fixture(scope="module")
def database(module_database_url) -> Iterator[Database]:
    made = Database(module_database_url)
    yield made
    made.close()


PAIR = st.tuples(st.integers(-(10**13), 10**13), st.integers(0, 10**6))
HALVES = [(1, 8), (-1, 8), (1, 16), (-1, 16), (5, 2), (-5, 2), (0, 3), (0, 0)]


@pytest.mark.parametrize(
    ("of_type", "factor"),
    [({"type": "integer"}, 10**4), ({"type": "money"}, 100), ({"type": "decimal", "scale": 6}, 1)],
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(PAIR, min_size=20, max_size=60))
def test_an_average_is_exact_half_away_from_zero(database, of_type, factor, pairs):
    pairs += HALVES
    means = [
        ROLLUP.average(
            literal(total, BigInteger), literal(count, BigInteger), rollup("avg", **of_type)
        ).label(f"m{at}")
        for at, (total, count) in enumerate(pairs)
    ]
    with database.reading() as connection:
        found = list(connection.execute(select(*means)).one())
    assert found == [exact(total, count, factor) for total, count in pairs]
