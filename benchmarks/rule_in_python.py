"""Rules over 100,000 dict records: the compiled Python back end against two JSONLogic engines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import datalogic_py
from json_logic import jsonLogic

from benchmarks import measuring
from benchmarks.measuring import Cost, Line, compared, measured
from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.names import Fact, Moment, Relation, Type

RECORDS = int(os.environ.get("BENCH_RECORDS", "100000"))
ROUNDS = max(5, measuring.ROUNDS)
BAR = 10
WRAPPED, COMPILED = "for information: a row made for each plain dict", "for information: it is compiled Rust"
MOMENT = Moment(datetime(2026, 6, 30, tzinfo=UTC), ZoneInfo("UTC"))
STAGES, LEVELS = ("new", "active", "dormant", "churned"), ("base", "silver", "gold", "black")

RULES: dict[str, Any] = {
    "two leaves": {"and": [{">": [{"var": "points"}, 180]}, {"==": [{"var": "level"}, "gold"]}]},
    "in, range, not": {
        "and": [
            {"in": [{"var": "level"}, ["gold", "black"]]},
            {"<=": [100, {"var": "points"}, 400]},
            {"!": [{"==": [{"var": "stage"}, "churned"]}]},
        ]
    },
    "calculated": {
        "or": [
            {">": [{"+": [{"*": [{"var": "points"}, 3]}, {"var": "visits"}]}, 1200]},
            {"in": ["99", {"cat": [{"var": "name"}, "-", {"var": "visits"}]}]},
        ]
    },
    "child records": {"some": [{"var": "orders"}, {">": [{"var": "amount"}, 95]}]},
}


@dataclass(frozen=True)
class Names:
    """Two entities, as the checker asks for them."""

    known: Mapping[str, Mapping[str, Type]]

    def facts(self, entity: str) -> dict[str, Fact]:
        return {key: Fact(key, type_) for key, type_ in self.known[entity].items()}

    def relations(self, entity: str) -> dict[str, Relation]:
        return {"orders": Relation("orders", "order", "member")} if entity == "member" else {}

    def label(self, entity: str) -> str:
        return entity


NAMES = Names(
    {
        "member": {
            "name": Type("text"),
            "points": Type("integer"),
            "visits": Type("integer"),
            "stage": Type("enum", options=STAGES),
            "level": Type("enum", options=LEVELS),
        },
        "order": {"amount": Type("integer"), "member": Type("ref", entity="member")},
    }
)


class Record(dict[str, Any]):
    """A dict that is a row of the rule language: to read a value is the dict's own."""

    __slots__ = ()
    value = dict.__getitem__
    one = dict.__getitem__
    many = dict.__getitem__


class Wrapped:
    """Any dict as a row, made anew for each record."""

    __slots__ = ("record",)

    def __init__(self, record: Mapping[str, Any]):
        self.record = record

    def value(self, key: str) -> Any:
        return self.record[key]

    def many(self, relation: str) -> list[Wrapped]:
        return [Wrapped(child) for child in self.record[relation]]


def run() -> list[Line]:
    """The lines of the results: how many times ours is quicker."""
    records = _records(RECORDS)
    return [line for name, rule in RULES.items() for line in _on(name, rule, records)]


def _records(count: int) -> list[Record]:
    random = Random(1)
    return [
        Record(
            name=f"Member {number % 997}",
            points=random.randrange(500),
            visits=random.randrange(100),
            stage=random.choice(STAGES),
            level=random.choice(LEVELS),
            orders=[Record(amount=random.randrange(100)) for _order in range(number % 4)],
        )
        for number in range(count)
    ]


def _on(name: str, rule: Any, records: Sequence[Record]) -> list[Line]:
    met: set[int] = set()

    def variant(count: Callable[[], int]) -> Callable[[], Cost]:
        def once() -> Cost:
            with measured() as cost:
                met.add(count())
            return cost

        return once

    plain = [json.loads(json.dumps(record)) for record in records]
    call = compiled(check(rule, NAMES, "member"))
    handle = datalogic_py.Engine().compile(json.dumps(rule))
    costs = measuring.alternating(
        {
            "ours": variant(lambda: sum(call(record, MOMENT) for record in records)),
            "wrapped": variant(lambda: sum(call(Wrapped(record), MOMENT) for record in plain)),
            "panzi": variant(lambda: sum(jsonLogic(rule, record) for record in plain)),
            "datalogic": variant(lambda: sum(handle.evaluate(record) for record in plain)),
        },
        rounds=ROUNDS,
    )
    if len(met) != 1:
        raise SystemExit(f"not the same records met: {met}")
    note = f"{met.pop():,} of {len(records):,} records; the ratio is how many times ours is quicker"
    return [
        _times_quicker(f"{name}: panzi-json-logic", costs["ours"], costs["panzi"], note, BAR),
        _times_quicker(f"{name}: panzi, ours wrapped", costs["wrapped"], costs["panzi"], WRAPPED, None),
        _times_quicker(f"{name}: datalogic-py", costs["ours"], costs["datalogic"], COMPILED, None),
    ]


def _times_quicker(what: str, ours: list[Cost], theirs: list[Cost], note: str, bar: float | None) -> Line:
    line = compared(what, ours, theirs)
    return Line(what, line.ours, line.theirs, 1 / line.ratio, bar, more=True, note=note)
