"""Rules in words: sentences in both languages, and why a rule holds for one record."""

from __future__ import annotations

import json
import string
from random import Random
from typing import Any

import pytest

from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.operators import TABLE
from builder.rules.telling.explain import sentence, trace
from schema_store.problems import Problems
from tests.rules import world
from tests.rules.generator import Generator


def field(name: str) -> dict[str, str]:
    return {"var": name}


DORMANT = {
    "and": [
        {"in": [field("stage"), ["active", "new"]]},
        {">": [{"days_since": [{"??": [field("last_order_on"), field("joined_on")]}]}, 180]},
    ]
}


@pytest.mark.parametrize(
    ("rule", "en", "zh"),
    [
        (True, "every record", "所有记录"),
        (
            DORMANT,
            (
                "stage is one of “new”, “active” and last_order_on"
                " (or joined_on if that is empty) is more than 180 days ago"
            ),
            "stage是“new”、“active”之一，且last_order_on（为空则取joined_on）距今超过180天",
        ),
        (
            {"!": [{"<=": [{"days_until": [field("joined_on")]}, 7]}]},
            "joined_on is more than 7 days from now (or empty)",
            "joined_on在7天之后（或为空）",
        ),
        ({"!=": [field("name"), "a"]}, "name is not “a” (or empty)", "name不是“a”（或为空）"),
        (
            {"!": [{"or": [field("vip"), {"<": [field("balance"), 12.5]}]}]},
            "vip is not yes and balance is not less than 12.50 (or empty)",
            "vip不为是，且balance不小于12.50（或为空）",
        ),
        (
            {"and": [field("vip"), {"or": [field("blocked"), {"is_empty": [field("tags")]}]}]},
            "vip is yes and (blocked is yes or tags is empty)",
            "vip为是，且(blocked为是，或tags为空)",
        ),
        ({"==": [field("store.region"), "a"]}, "store’s region is “a”", "store的region是“a”"),
        (
            {">=": [{"count": [field("orders"), {"==": [field("status"), "paid"]}]}, 2]},
            "the number of orders (only those where status is “paid”) is at least 2",
            "orders的数量（仅限status是“paid”）至少为2",
        ),
        (
            {"in_period": [field("joined_on"), "last_n_days", 30]},
            "joined_on is in the last 30 days",
            "joined_on在最近30天",
        ),
        (
            {"<": [field("joined_on"), {"date_add": [{"today": []}, -1, "month"]}]},
            "joined_on is less than today plus -1 months",
            "joined_on小于今天加-1个月",
        ),
    ],
)
def test_sentence(rule: Any, en: str, zh: str) -> None:
    made = check(rule, world.NAMES, "member")
    assert (sentence(made, "en"), sentence(made, "zh")) == (en, zh)


def test_every_drawn_rule_has_a_sentence_and_a_trace_with_the_same_verdict() -> None:
    rows, generator, asked = world.records(3)["member"], Generator(Random(11)), 0
    while asked < 150:
        try:
            rule = check(generator.condition(3), world.NAMES, "member")
        except Problems:
            continue
        asked += 1
        row = rows[1 + asked % 80]
        assert trace(rule, row, world.MOMENT, "zh").verdict is compiled(rule)(row, world.MOMENT), (
            rule.document
        )
        assert sentence(rule, "en")
        assert sentence(rule, "zh")


def test_trace_shows_the_verdict_and_the_record_s_values_of_every_step() -> None:
    row = world.records(1)["member"][3]
    row.values |= {"stage": None, "last_order_on": None, "joined_on": world.DAYS[5]}
    step = trace(check(DORMANT, world.NAMES, "member"), row, world.MOMENT, "en")
    assert (step["sentence"], step["verdict"]) == ("all of these", False)
    assert [(child.verdict, child.values) for child in step.children] == [
        (False, {"stage": "empty"}),
        (True, {"last_order_on": "empty", "joined_on": "2024-02-29"}),
    ]
    assert json.loads(json.dumps(step.document()))["children"][1]["verdict"] is True


def test_templates_ask_for_no_more_arguments_than_the_operator_takes() -> None:
    for entry in TABLE.values():
        for words in entry.sentence.values():
            places = [
                int(name) for _text, name, _spec, _conversion in string.Formatter().parse(words) if name
            ]
            assert max(places, default=0) < max(entry.most, 2), entry.key
