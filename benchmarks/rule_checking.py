"""What a rule of twenty nodes costs before it is asked (parse, check, compile), against one keyset page of 50 rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import filling, measuring, places
from benchmarks.measuring import Cost, Line, compared, measured
from builder.access.policy import Policy
from builder.records import find, tables
from builder.records.find import Query
from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.parse import parse_text
from builder.rules.rule import Rule
from builder.rules.to_sql import condition
from builder.work import House

ROUNDS = max(9, measuring.ROUNDS)
AT_ONCE = 50
PAGE = 50
MEMBERS = min(filling.MEMBERS, 100_000)
"""A page by the primary key, the cheapest there is, costs the same over any number."""

RULE = {
    "and": [
        {"in": [{"var": "stage"}, ["prospect", "new", "active"]]},
        {">": [{"days_since": [{"??": [{"var": "last_order_on"}, {"var": "joined_on"}]}]}, 180]},
        {
            "or": [
                {">=": [{"var": "total_spent"}, 500]},
                {"some": [{"var": "orders"}, {">": [{"var": "amount"}, 100]}]},
                {"==": [{"var": "level"}, "gold"]},
            ]
        },
        {"!": [{"has_any": [{"var": "tags"}, ["wake-up"]]}]},
    ]
}
"""Twenty operators, fields among them; written anew each time, so that nothing is remembered."""


def run() -> list[Line]:
    """The lines of the results, for each database that can be had."""
    lines: list[Line] = []
    with places.opened() as found:
        for kind, place in found.items():
            print(f"Filling {MEMBERS:,} members on {kind} …", file=sys.stderr, flush=True)
            url = place.copy("checking", lambda url: filling.fill(url, MEMBERS, orders_each=0))
            house = filling.house_on(url)
            lines += _on(kind, house)
            house.database.close()
            place.drop(url)
    return lines


def nodes(rule: Any) -> int:
    """The operators of a document."""
    if isinstance(rule, dict):
        return 1 + sum(nodes(inner) for inner in rule.values())
    return sum(map(nodes, rule)) if isinstance(rule, list) else 0


def _on(kind: str, house: House) -> list[Line]:
    text, everybody = json.dumps(RULE), Policy.operator()
    with house.reading() as work:
        first = find.page(work, Query("member", limit=PAGE), everybody)
    query = Query("member", limit=PAGE, after=first.after)

    with house.reading() as work:
        catalog, moment = work.catalog, work.moment
    known = tables.of(catalog)

    def prepare() -> Rule:
        rule = check(parse_text(text), catalog, "member")
        compiled(rule)
        return rule

    def prepare_both() -> None:
        condition(prepare(), known.table("member"), known, moment)

    def show() -> None:
        with house.reading() as work:
            if len(find.page(work, query, everybody).records) != PAGE:
                raise SystemExit("the page is not full")

    costs = measuring.alternating(
        {
            "ours": _variant(house, prepare),
            "both": _variant(house, prepare_both),
            "page": _variant(house, show),
        },
        rounds=ROUNDS,
    )
    note = f"{nodes(RULE)} nodes: parsed, checked, compiled to Python"
    return [
        compared(f"{kind}: a rule prepared, a page", costs["ours"], costs["page"], bar=1.0, note=note),
        compared(f"{kind}: and its SQL, a page", costs["both"], costs["page"], note="for information"),
    ]


def _variant(house: House, work: Callable[[], Any]) -> Callable[[], Cost]:
    def once() -> Cost:
        with measured(house.database.engine) as cost:
            for _time in range(AT_ONCE):
                work()
        return Cost(cost.cpu_s / AT_ONCE, cost.wall_s / AT_ONCE)

    return once
