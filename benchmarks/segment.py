"""Two-leaf segments of a million members: the SQL of a rule against SQL written by hand, how many and which ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks import filling, measuring, places
from benchmarks.filling import AS_OF
from benchmarks.measuring import Cost, Line, compared, measured
from builder.access.policy import Policy
from builder.records import find
from builder.records.find import Query
from builder.work import House
from tests import databases

ROUNDS = max(9, measuring.ROUNDS)
AT_ONCE = 3
BAR = 1.1
ALONE = {"max_parallel_workers_per_gather": "0"}
"""A worker that is gone by the end of a query cannot be asked what it cost."""


@dataclass(frozen=True)
class Segment:
    """A rule of two leaves, and the same as a WHERE that somebody would write."""

    what: str
    rule: Any
    where: str


SEGMENTS = (
    Segment(
        "read through",
        {"and": [{"==": [{"var": "level"}, "gold"]}, {">": [{"var": "points"}, 4000]}]},
        "level = 'gold' AND points > 4000",
    ),
    Segment(
        "by index",
        {
            "and": [
                {"==": [{"var": "stage"}, "active"]},
                {">": [{"days_since": [{"var": "last_order_on"}]}, 180]},
            ]
        },
        f"stage = 'active' AND last_order_on < '{AS_OF - timedelta(days=180)}'",
    ),
)


def run() -> list[Line]:
    """The lines of the results, for each database that can be had."""
    lines: list[Line] = []
    with _alone(), places.opened() as found:
        for kind, place in found.items():
            print(f"Filling {filling.MEMBERS:,} members on {kind} …", file=sys.stderr, flush=True)
            url = place.copy("segment", lambda url: filling.fill(url, filling.MEMBERS, orders_each=0))
            house = filling.house_on(url)
            lines += [line for segment in SEGMENTS for line in _on(kind, house, segment)]
            house.database.close()
            place.drop(url)
    return lines


@contextmanager
def _alone() -> Iterator[None]:
    before = dict(databases.SERVER_SETTINGS)
    databases.SERVER_SETTINGS.update(ALONE)
    try:
        yield
    finally:
        databases.SERVER_SETTINGS.clear()
        databases.SERVER_SETTINGS.update(before)


def _on(kind: str, house: House, segment: Segment) -> Iterator[Line]:
    query, everybody = Query("member", where=(segment.rule,)), Policy.operator()

    def counted() -> int:
        with house.reading() as work:
            return find.count(work, query, everybody, cap=None)

    def listed() -> list[int]:
        with house.reading() as work:
            return list(work.connection.execute(find.matching(work, query, everybody)).scalars())

    def by_hand(columns: str) -> list[int]:
        with house.database.reading() as connection:
            asked = f"SELECT {columns} FROM rec_member WHERE {segment.where}"
            return list(connection.exec_driver_sql(asked).scalars())

    pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "count": (counted, lambda: by_hand("count(*)")[0]),
        "ids": (listed, lambda: by_hand("id")),
    }
    for form, (ours, hand) in pairs.items():
        if sorted_if_many(ours()) != sorted_if_many(hand()):
            raise SystemExit(f"{kind}, {segment.what}: not the same {form}")
        costs = measuring.alternating(
            {"ours": _variant(house, ours), "hand": _variant(house, hand)}, rounds=ROUNDS
        )
        note = f"{counted():,} of {filling.MEMBERS:,}"
        yield compared(
            f"{kind}: {segment.what}, {form}, by hand", costs["ours"], costs["hand"], bar=BAR, note=note
        )


def sorted_if_many(found: Any) -> Any:
    return sorted(found) if isinstance(found, list) else found


def _variant(house: House, ask: Callable[[], Any]) -> Callable[[], Cost]:
    def once() -> Cost:
        with measured(house.database.engine) as cost:
            for _time in range(AT_ONCE):
                ask()
        return Cost(cost.cpu_s / AT_ONCE, cost.wall_s / AT_ONCE)

    return once
