"""Standard JSONLogic over free JSON, against the reference tests of json-logic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builder.rules.untyped import answer

SUITES = Path(__file__).parents[3] / "shared" / "data" / "jsonlogic"
EXCEPTIONS = json.loads((Path(__file__).parent / "conformance_exceptions.json").read_text())

needs_suites = pytest.mark.skipif(
    not SUITES.exists(), reason="the reference tests of json-logic are not beside this checkout"
)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 is 1.0 and not true; quotients to nine digits."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-9
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


def meets(case: dict[str, Any]) -> bool:
    found = answer(case["rule"], case.get("data"))
    if "error" in case:
        return found == {"error": {"type": case["error"]["type"]}}
    return "result" in found and same(found["result"], case["result"])


@needs_suites
def test_official_suite_holds_whole() -> None:
    cases = [
        case
        for case in json.loads((SUITES / "official" / "tests.json").read_text())
        if isinstance(case, list)
    ]
    wrong = [case for case in cases if not same(answer(case[0], case[1]).get("result", KeyError), case[2])]
    assert (len(cases), wrong) == (275, [])


@needs_suites
def test_compatibility_tables_hold_but_for_the_listed_exceptions() -> None:
    tables = SUITES / "compat-tables"
    failed, count = set(), 0
    for name in json.loads((tables / "index.json").read_text()):
        cases = [case for case in json.loads((tables / name).read_text()) if isinstance(case, dict)]
        count += len(cases)
        failed |= {(name, at) for at, case in enumerate(cases) if not meets(case)}
    assert failed == {(one["file"], one["case"]) for one in EXCEPTIONS}
    assert all(one["reason"] for one in EXCEPTIONS)
    assert (count, count - len(failed) >= 1_000) == (1_138, True)


def test_text_that_doubles_stops_at_a_million_characters() -> None:
    doubled = {"reduce": [[1] * 30, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "a"]}
    assert answer(doubled, {}) == {"error": {"type": "Too Large"}}


def test_lists_over_lists_stop_at_a_hundred_thousand_steps() -> None:
    squared = {"map": [{"var": ""}, {"map": [{"val": [[2]]}, 1]}]}
    assert answer(squared, list(range(1_000))) == {"error": {"type": "Too Many Steps"}}


def test_deep_rule_is_refused() -> None:
    rule: Any = True
    for _level in range(5_000):
        rule = {"!": [rule]}
    assert answer(rule, {}) == {"error": {"type": "Too Deep"}}


@pytest.mark.parametrize(
    "rule",
    [{"method": ["a", "upper"]}, {"log": 1}, {"throw": "x"}, {"and": [1], "or": [1]}, {"constructor": []}],
)
def test_what_is_no_operator_is_an_error_and_never_data(rule: Any) -> None:
    assert answer(rule, {}) == {"error": {"type": "Unknown Operator"}}


def test_attributes_of_data_cannot_be_reached() -> None:
    assert answer({"var": "__class__.__name__"}, {"a": 1}) == {"result": None}
    assert answer({"var": "a.__class__"}, {"a": "text"}) == {"result": None}
