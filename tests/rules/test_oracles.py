"""Where nothing is empty the typed language is standard JSONLogic, as two engines of other people evaluate it.

What is meant to differ stands in a table and is shown to differ; a drawn rule that differs is a failure.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import datalogic_py
import pytest
from json_logic import jsonLogic
from json_logic.builtins import BUILTINS

from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.rule import Rule
from schema_store.problems import Problems
from tests.rules import plain, world

RULES = 1_200
RECORDS = plain.records(seed=19_970_101, count=20)
Evaluate = Callable[[Any], Any]
"""The answer for one record; an engine's own failure is `Raised`."""


class Raised(str):
    """The name of what an engine raised."""

    __slots__ = ()


def datalogic(rule: Any) -> Evaluate:
    """A rule as a text alone would be read as JSON, so all are handed over as JSON."""
    handle = _tried(lambda: datalogic_py.Engine().compile(json.dumps(rule)))
    return lambda record: handle if isinstance(handle, Raised) else _tried(lambda: handle.evaluate(record))


def panzi(rule: Any, operations: Any = BUILTINS) -> Evaluate:
    return lambda record: _tried(lambda: jsonLogic(rule, record, operations))


def panzi_as_drawn(rule: Any) -> Evaluate:
    """Its `%` is Python's, which follows the divisor's sign (see DEVIATIONS); JavaScript's stands in for it."""
    return panzi(rule, BUILTINS | {"%": lambda _data, above, below: int(math.fmod(above, below))})


def _tried(work: Callable[[], Any]) -> Any:
    try:
        found = work()
        return Raised("NaN") if isinstance(found, float) and math.isnan(found) else found
    except (ArithmeticError, ReferenceError, TypeError, datalogic_py.DataLogicError) as error:
        return Raised(type(error).__name__)


def ours(rule: Rule) -> Evaluate:
    call = compiled(rule)
    return lambda record: plain.as_json(call(plain.PlainRow("member", record), world.MOMENT), rule)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON, to the last digit: 1 is 1.0 and not true."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)


ENGINES = {"datalogic": datalogic, "panzi": panzi_as_drawn}


@dataclass(frozen=True)
class Drawn:
    """A drawn document and its checked rule."""

    document: Any
    rule: Rule

    @property
    def operators(self) -> set[str]:
        return {node.op for node in self.rule.tree.walk()}


@pytest.fixture(scope="module")
def drawn() -> list[Drawn]:
    """RULES rules, two thirds of them conditions. Only a limit may refuse one: the standard knows none."""
    generator, found = plain.PlainGenerator(Random(19_970_101)), []
    refused: Counter[str] = Counter()
    while len(found) < RULES:
        wanted = "value" if len(found) % 3 == 2 else "condition"
        document = generator.value(4) if wanted == "value" else generator.condition(4)
        try:
            found.append(Drawn(document, check(document, world.NAMES, "member", wanted=wanted)))
        except Problems as problems:
            refused.update(one.code for one in problems.problems if one.severity == "error")
    assert set(refused) <= {"syntax.limit"}
    assert refused.total() < RULES // 20
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_every_drawn_rule_means_what_it_means_elsewhere(drawn: list[Drawn], engine: str) -> None:
    different = [
        (one.document, at, answer, theirs)
        for one in drawn
        for at, answer, theirs in _answers(one, ENGINES[engine])
        if not same(answer, theirs)
    ]
    assert different == []


def _answers(one: Drawn, engine: Callable[[Any], Evaluate]) -> Iterator[tuple[int, Any, Any]]:
    mine, theirs = ours(one.rule), engine(one.document)
    yield from ((at, mine(record), theirs(record)) for at, record in enumerate(RECORDS))


def test_drawn_rules_use_every_operator_of_the_standard_and_tell_records_apart(drawn: list[Drawn]) -> None:
    used = Counter(operator for one in drawn for operator in one.operators)
    assert {key for key in plain.OPERATORS if used[key] < 20} == set()
    assert used["!!.number"] > 20  # truthiness of numbers
    assert used["!!.known"] > 20  # and of texts, dates and lists
    telling = [one for one in drawn if len({ours(one.rule)(record) for record in RECORDS}) > 1]
    assert len(telling) > RULES // 2


# --- what is meant to differ ---


def var(name: str) -> dict[str, str]:
    return {"var": name}


@dataclass(frozen=True)
class Deviation:
    """A rule over RECORD whose answers differ by intention. `ours`: the answer, or the code of the refusal."""

    reason: str
    rule: Any
    ours: Any
    datalogic: Any
    panzi: Any


REFUSED, NOT_KNOWN = "refused: type.mismatch", "refused: op.unknown"
MISSHAPEN, MISCOUNTED = "refused: syntax.shape", "refused: op.arity"
FAILED, BY_ZERO, NOT_A_NUMBER = Raised("EvaluateError"), Raised("ZeroDivisionError"), Raised("NaN")
RECORD = {
    "id": 1, "name": "Ana", "code": "7", "vip": True, "points": 7, "visits": 2**52, "balance": 0.1, "rate": 0.2,
    "tags": ["vip"], "joined_on": "2026-01-31", "born_on": "2000-02-29", "store": {"id": 2, "region": "north"},
    "city": None, "last_order_on": None, "referrer": {"id": 1},
}  # fmt: skip

DEVIATIONS = [
    # An empty value has no order, and equals an empty value only.
    Deviation("null is less than nothing", {"<": [var("referrer.points"), 5]}, False, True, True),
    Deviation("null is at least nothing", {">=": [var("order_count"), 0]}, False, True, True),
    Deviation("null in a calculation is empty", {"<": [{"-": [var("spent"), 1]}, 5]}, False, True, True),
    Deviation("null written in a comparison", {"<": [var("balance"), None]}, "refused: null.always", False, False),
    # An empty text is an empty value: no door stores one.
    Deviation("“” equals null", {"==": [var("city"), ""]}, True, True, False),
    Deviation("a part without characters is empty", {"substr": [var("name"), 5]}, None, "", ""),
    Deviation("empty values add nothing to a text", {"cat": [var("city"), "x"]}, "x", "x", "nullx"),
    # `and` and `or` give true or false; `??` and `if` choose between values.
    Deviation("and gives a condition", {"and": [var("points"), var("name")]}, True, "Ana", "Ana"),
    Deviation("or gives a condition", {"or": [var("points"), var("name")]}, True, 7, 7),
    Deviation("missing asks, it does not list", {"missing": ["city"]}, True, [], ["city"]),
    # Nothing is turned into something else behind one's back; fields have truth, written values have not.
    Deviation("truth of a number written", {"if": [5, "a", "b"]}, REFUSED, "a", "a"),
    Deviation("truth of a text written", {"!": ["0"]}, REFUSED, False, False),
    Deviation("a text is no number", {"==": [var("code"), 7]}, REFUSED, True, True),
    Deviation("a text is not added", {"+": [var("code"), 1]}, REFUSED, 8, 8),
    Deviation("a text has no order with a number", {"<": [var("name"), 5]}, REFUSED, FAILED, False),
    Deviation("yes is not 1", {"==": [var("vip"), 1]}, REFUSED, True, True),
    Deviation("yes is not among numbers", {"in": [var("vip"), [1]]}, REFUSED, False, True),
    Deviation("null is not 0", {"==": [var("city"), 0]}, REFUSED, True, True),
    Deviation("a number is not in a text", {"in": [7, var("code")]}, REFUSED, False, True),
    Deviation("a decimal is no text", {"cat": [var("balance"), "x"]}, REFUSED, "0.1x", "0.1x"),
    # Tags are a set with operators of its own: has_any, has_all, has_none.
    Deviation("tags are not compared", {"==": [var("tags"), ["vip"]]}, REFUSED, True, False),
    Deviation("tags are no text", {"==": [var("tags"), "vip"]}, REFUSED, FAILED, True),
    Deviation("tags are not joined", {"cat": [var("tags"), "x"]}, REFUSED, "vipx", "vipx"),
    Deviation("only records are gone through", {"all": [var("tags"), True]}, REFUSED, True, True),
    # Decimals are exact, integers stay where every reader keeps them, and calculations never fail.
    Deviation("0.1 + 0.2 is 0.3", {"==": [{"+": [var("balance"), var("rate")]}, 0.3]}, True, False, False),
    Deviation("0.3 - 0.1 is 0.2", {"-": [0.3, 0.1]}, 0.2, 0.3 - 0.1, 0.3 - 0.1),
    Deviation("a product beyond 2^53 is empty", {"*": [var("visits"), 4]}, None, 2**54, 2**54),
    Deviation("a sum beyond 2^53 is empty", {"+": [var("visits"), var("visits")]}, None, 2**53, 2**53),
    Deviation("a quotient by zero is empty", {"/": [var("points"), 0]}, None, FAILED, BY_ZERO),
    Deviation("a remainder by zero is empty", {"%": [var("points"), 0]}, None, FAILED, BY_ZERO),
    Deviation("remainders of integers only", {"%": [7.5, 2]}, REFUSED, 1.5, 1.5),
    Deviation("the sign of a remainder (panzi's is Python's)", {"%": [{"-": [var("points")]}, 3]}, -1, -1, 2),
    Deviation("dates have a smallest", {"min": [var("joined_on"), var("born_on")]}, "2000-02-29", FAILED, NOT_A_NUMBER),
    # Names are known, a reference is its record's number, and one object is one operator.
    Deviation("a name that is not there", var("nothing_here"), "refused: field.unknown", None, None),
    Deviation("a reference is a number", {"==": [var("store"), 2]}, True, FAILED, False),
    Deviation("two operators", {"and": [True], "or": [False]}, MISSHAPEN, FAILED, {"and": [True], "or": [False]}),
    Deviation("no condition at all", {"and": []}, MISSHAPEN, None, None),
    Deviation("from large to small", {">": [3, 2, 1]}, MISCOUNTED, True, True),
    Deviation("three in a difference", {"-": [5, 2, 1]}, MISCOUNTED, 2, 3),
    Deviation("one compared with nothing", {"==": [1]}, MISCOUNTED, FAILED, False),
    # What loops over lists or writes is for the untyped language alone.
    Deviation("reduce", {"reduce": [[1, 2], {"+": [var("current"), var("accumulator")]}, 0]}, NOT_KNOWN, 3, 3),
    Deviation("map", {"map": [[1], 1]}, NOT_KNOWN, [1], [1]),
    Deviation("merge", {"merge": [[1], [2]]}, NOT_KNOWN, [1, 2], [1, 2]),
    Deviation("missing_some", {"missing_some": [1, ["city"]]}, NOT_KNOWN, [], ["city"]),
    Deviation("log", {"log": ["x"]}, NOT_KNOWN, FAILED, "x"),
]  # fmt: skip


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda one: one.reason)
def test_intended_deviation_is_one(deviation: Deviation) -> None:
    try:
        answer = ours(check(deviation.rule, world.NAMES, "member", wanted=None))(RECORD)
    except Problems as problems:
        answer = f"refused: {next(one.code for one in problems.problems if one.severity == 'error')}"
    theirs = datalogic(deviation.rule)(RECORD), panzi(deviation.rule)(RECORD)
    assert (answer, *theirs) == (deviation.ours, deviation.datalogic, deviation.panzi)
    assert not all(same(answer, one) for one in theirs)
