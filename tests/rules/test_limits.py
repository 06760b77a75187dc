"""Hostile rules are refused at once, with problems and nothing else."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.rules import load
from builder.rules.check import check
from builder.rules.parse import parse, parse_text
from schema_store.problems import Problems
from tests.rules import world
from tests.rules.generator import Generator


def nested(name: str, levels: int, innermost: Any = True) -> Any:
    for _level in range(levels):
        innermost = {name: [innermost]}
    return innermost


def cycle() -> Any:
    rule: dict[str, Any] = {"!": []}
    rule["!"].append(rule)
    return rule


def bomb() -> Any:
    """A document that is small in memory and 2**60 nodes when walked."""
    rule: Any = True
    for _level in range(60):
        rule = {"and": [rule, rule]}
    return rule


OVERFLOWING = {
    "sum": [
        {"var": "referred"},
        {
            "latest": [
                {"var": "orders"},
                {
                    "date_add": [
                        "1970-01-01",
                        {"+": [{"var": "id"}, {"year": [{"var": "placed_at"}]}]},
                        "year",
                    ]
                },
                {"month": [{"today": []}]},
            ]
        },
    ]
}
"""Few levels for us, more brackets than SQLite's parser holds; found by the long proof."""

HOSTILE: dict[str, Any] = {
    "more brackets than SQLite reads": {">": [OVERFLOWING, 0]},
    "deep": nested("!", 100_000),
    "eleven levels": nested("!", 11),
    "cycle": cycle(),
    "bomb": bomb(),
    "wide": {"and": [{"var": "vip"}] * 101},
    "many nodes": {"and": [{"or": [{"var": "vip"}] * 50}] * 50},
    "huge list": {"in": [{"var": "points"}, list(range(1_001))]},
    "long text": {"==": [{"var": "name"}, "a" * 1_001]},
    "large integer": {"==": [{"var": "points"}, 2**53]},
    "infinite": {"==": [{"var": "points"}, float("inf")]},
    "no number": {"==": [{"var": "points"}, float("nan")]},
    "nested ifs": nested("if", 5),
    "unknown operator": {"frobnicate": [1]},
    "method": {"method": [{"var": "name"}, "upper"]},
    "log": {"log": ["x"]},
    "class": {"var": "__class__"},
    "class beyond": {"==": [{"var": "store.__class__"}, 1]},
    "globals": {"var": "id.__globals__"},
    "two operators": {"and": [True], "or": [True]},
    "no operator": {},
    "empty and": {"and": []},
    "operator in a list": {"in": [1, [{"var": "points"}]]},
    "key that is no text": {1: [2]},
    "object": {"==": [object(), 1]},
    "set": {"in": [1, {1}]},
    "bytes": {"==": [{"var": "name"}, b"a"]},
    "null byte": {"==": [{"var": "name"}, "a\x00"]},
    "surrogate": {"==": [{"var": "name"}, "\ud800"]},
    "var of nothing": {"var": []},
    "var of a rule": {"var": {"var": "name"}},
    "var of a number": {"var": 1},
    "too many hops": {"==": [{"var": "store.manager.store.region"}, "a"]},
    "format": {"==": [{"var": "{name}"}, "{0.__class__}"]},
    "tiny decimal": {"<": [{"var": "balance"}, 1e-300]},
    "no date": {"<": [{"var": "joined_on"}, "2026-02-30"]},
    "date of a number": {"<": [{"var": "joined_on"}, 20260230]},
    "six aggregates": {"and": [{"some": [{"var": "orders"}, True]}] * 6},
    "nothing": None,
    "text": "name",
    "list": [1],
}


@pytest.mark.parametrize("rule", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_rule_is_refused_at_once(rule: Any) -> None:
    started = time.perf_counter()
    with pytest.raises(Problems) as refusal:
        check(rule, world.NAMES, "member")
    assert time.perf_counter() - started < 0.5
    assert all(
        problem.said() and problem.severity in {"error", "warning"} for problem in refusal.value.problems
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"==":[1,NaN]}',
        '{"==":[1,1e999]}',
        '{"and":[true],"and":[false]}',
        "[" * 100_000,
        '{"a":' * 50 + "1" + "}" * 50,
        "",
        "{",
        '{"==":["' + "a" * 70_000 + '",1]}',
    ],
    ids=["nan", "infinity", "duplicate keys", "brackets", "deep", "nothing", "half", "long"],
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(Problems):
        parse_text(text)


def test_what_the_weights_call_light_is_light_in_sql() -> None:
    """Else a rule would be saved that SQLite cannot read."""
    random = Random(20_260_308)
    generator, sketch, asked = Generator(random), load._Sketch(world.NAMES), 0
    while asked < 60:
        try:
            rule = check(generator.value(random.choice((3, 4, 5))), world.NAMES, "member", wanted="value")
        except Problems:
            continue
        if 40 < load.expected(rule.tree) <= load.MAX_LOAD:
            asked += 1
            for moment in (world.MOMENT, world.PAST):
                written = load._written(rule, sketch, moment)
                assert max(map(load.load, written)) <= load.MAX_LOAD, rule.document


WORDS = st.sampled_from(
    [
        "var",
        "and",
        "or",
        "!",
        "==",
        "in",
        "+",
        "if",
        "some",
        "count",
        "date_add",
        "is_empty",
        "points",
        "orders",
        "stage",
        "x",
        "",
        "day",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=25,
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(JSON)
def test_any_json_is_a_rule_or_refused_with_problems(rule: Any) -> None:
    try:
        checked = check(rule, world.NAMES, "member", wanted=None)
    except Problems:
        return
    assert parse(checked.document) is not None


@settings(max_examples=200, derandomize=True, deadline=None)
@given(JSON)
def test_what_was_read_reads_the_same_again(rule: Any) -> None:
    from builder.rules.tree import document

    try:
        once = document(parse(rule))
    except Problems:
        return
    assert document(parse(once)) == once
