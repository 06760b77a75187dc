"""The fact that would turn a rule: in words, and truly so – the rule asked again of the changed world says it."""

from __future__ import annotations

import json
import operator
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import pytest

from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.evaluate import lowered
from builder.rules.rule import Rule
from builder.rules.telling.children import children
from builder.rules.telling.ends import Asked
from builder.rules.telling.explain import trace
from builder.rules.telling.flips import _Finder, _leaves, _name
from builder.rules.telling.wishes import wishes
from schema_store.problems import Problems
from tests.rules import world
from tests.rules.contradictions import Contradictions
from tests.rules.generator import Generator
from tests.rules.test_explain import DORMANT, field


def told(rule: Any, language: str = "en", **values: Any) -> list[str]:
    row = world.records(1)["member"][3]
    row.values |= values
    step = trace(check(rule, world.NAMES, "member"), row, world.MOMENT, language)
    return [flip.sentence for flip in step.flips]


MANY = {">=": [{"count": [field("orders"), {">": [field("amount"), 100]}]}, 1]}
LATE = {"stage": "active", "last_order_on": world.DAYS[0]}
"""A member who ordered today."""


@pytest.mark.parametrize(
    ("rule", "values", "en", "zh"),
    [
        (
            DORMANT,
            LATE,
            "would hold if last_order_on were before 2025-09-09",
            "若last_order_on早于2025-09-09，则会满足",
        ),
        (
            DORMANT,
            LATE | {"last_order_on": world.DAYS[5]},
            "would not hold if stage were none of “new”, “active”",
            "若stage不是“new”、“active”中的任何一个，则不会满足",
        ),
        (
            {"==": [field("stage"), "active"]},
            LATE,
            "would not hold if stage were not “active”",
            "若stage不是“active”，则不会满足",
        ),
        (
            {"<=": [field("born_on"), "2026-01-01"]},
            {"born_on": world.DAYS[0]},
            "would hold if born_on were on or before 2026-01-01",
            "若born_on不晚于2026-01-01，则会满足",
        ),
        (
            {"or": [field("vip"), MANY]},
            {"id": 999_999, "vip": False},
            "would hold if vip were yes",
            "若vip为是，则会满足",
        ),
        (
            MANY,
            {"id": 999_999},
            "would hold if there were one more of orders where amount is more than 100.00",
            "若orders再多1条（满足：amount大于100.00），则会满足",
        ),
        (
            {
                "and": [
                    {">": [field("points"), 5]},
                    {"<": [field("points"), 10]},
                    {"!=": [field("points"), 6]},
                ]
            },
            {"points": 3},
            "would hold if points were 7",
            "若points是7，则会满足",
        ),
        (
            {">": [{"+": [field("points"), field("visits")]}, 10]},
            {"points": 1, "visits": 2},
            "would hold if points were more than 8",
            "若points大于8，则会满足",
        ),
        (
            {"has_none": [field("tags"), ["vip"]]},
            {"tags": frozenset({"vip"})},
            "would hold if tags had none of “vip”",
            "若tags不含“vip”中的任何一个，则会满足",
        ),
        (
            {"is_empty": [field("name")]},
            {"name": "a"},
            "would hold if name were empty",
            "若name为空，则会满足",
        ),
    ],
)
def test_fact_that_would_turn_a_rule_is_said(rule: Any, values: dict[str, Any], en: str, zh: str) -> None:
    assert told(rule, **values)[0] == en
    assert told(rule, "zh", **values)[0] == zh


def test_rule_that_no_single_fact_turns_says_nothing() -> None:
    both = {"and": [{">": [field("points"), 5]}, field("vip")]}
    assert told(both, points=1, vip=False) == []
    assert told({"and": [{">": [field("points"), 5]}, {"<": [field("points"), 3]}]}, points=1) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"in": [field("seen_at"), ["2026-03-08T03:00"]]},
        {"<=": [{"cat": ["a"]}, field("stage"), {"cat": ["z"]}]},
        {"is_empty": [{"+": [field("points"), field("visits")]}]},
    ],
    ids=["a time of the zone", "options ordered as texts", "emptiness of a sum"],
)
def test_odd_questions_are_answered_or_left_alone(rule: Any) -> None:
    assert isinstance(told(rule, seen_at=world.NOW, stage="new", points=1), list)


def test_what_changes_elsewhere_too_is_not_promised() -> None:
    """Points of the referrer and of the member are one field: who changes one may change the other."""
    rule = {">": [field("points"), field("referrer.points")]}
    assert told(rule, points=1, referrer=5) == []


def test_flips_stand_in_the_document() -> None:
    row = world.records(1)["member"][3]
    row.values |= LATE
    step = trace(check(DORMANT, world.NAMES, "member"), row, world.MOMENT, "en")
    (flip, *_others) = json.loads(json.dumps(step.document()))["flips"]
    assert flip == {
        "sentence": "would hold if last_order_on were before 2025-09-09",
        "verdict": True,
        "field": "last_order_on",
        "value": "2025-09-08",
    }


# --- every drawn rule and row ---


def drawn(count: int, seed: int) -> Iterator[Rule]:
    collisions, everything, made = Contradictions(Random(seed)), Generator(Random(seed)), 0
    while made < count:
        with suppress(Problems):
            yield check(
                collisions.condition(2) if made % 2 else everything.condition(3), world.NAMES, "member"
            )
            made += 1


@contextmanager
def changed(row: Any, name: str, value: Any) -> Iterator[None]:
    """The world with another value in a field of the record, or of one that it refers to."""
    *refs, key = name.split(".")
    for ref in refs:
        row = row.one(ref)
    before = row.values[key]
    row.values[key] = value
    yield
    row.values[key] = before


def test_change_that_is_named_turns_every_rule() -> None:
    rows, seen = world.records(3)["member"], Counter[str]()
    for at, rule in enumerate(drawn(300, 21)):
        row, asked = rows[1 + at % 80], compiled(rule)
        before = asked(row, world.MOMENT)
        for flip in trace(rule, row, world.MOMENT, "en").flips:
            assert flip.verdict is not before
            assert json.dumps(flip.document())
            if flip.field:
                seen["beyond" if "." in flip.field else "own"] += 1
                with changed(row, flip.field, flip.value):
                    assert asked(row, world.MOMENT) is not before, (rule.document, flip)
            else:
                seen["records"] += 1
        seen["none"] += 1
    assert seen["own"] > 80, seen
    assert min(seen["beyond"], seen["records"]) > 2, seen


MEANS: dict[str, Any] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, listed: value in listed[0],
    "not in": lambda value, listed: value not in listed[0],
    "between": lambda value, low, high: low <= value <= high,
    "not between": lambda value, low, high: not low <= value <= high,
    "strictly between": lambda value, low, high: low < value < high,
    "not strictly between": lambda value, low, high: not low < value < high,
    "known": lambda value: True,
}
"""What the words say of a value that is there."""
POOLS = {
    "text": world.TEXTS,
    "integer": world.INTEGERS,
    "decimal": (0, 1, -1, 100, 1250, -1250, 333),
    "date": world.DAYS,
    "datetime": world.TIMES,
    "boolean": (True, False),
}


def test_every_value_that_the_words_name_turns_the_rule() -> None:
    rows, tried = world.records(4)["member"], Counter[str]()
    for at, rule in enumerate(drawn(300, 22)):
        row, asked = rows[1 + at % 80], compiled(rule)
        before = asked(row, world.MOMENT)
        finder = _Finder(rule, row, world.MOMENT, None)  # type: ignore[arg-type] - nothing is said
        for leaf in _leaves(rule.tree):
            holds = bool(lowered(leaf)(row, world.MOMENT))
            for wish in wishes(leaf, Asked(row, world.MOMENT), holds=not holds):
                means = MEANS.get(wish.words.removesuffix(" day").removesuffix(" yes"))
                alone = finder._readings.is_told_alone(wish.field)
                if means is None or not alone or not finder._turns(wish.field.detail, wish.value):
                    continue
                type_ = wish.field.type
                for value in type_.options or POOLS.get(type_.name, ()):
                    with changed(row, _name(wish.field), value):
                        said = lowered(wish.said)(row, world.MOMENT)
                        if said is not None and means(said, *[shown for shown, _type in wish.shown]):
                            assert asked(row, world.MOMENT) is not before, (rule.document, wish, value)
                            tried[wish.words] += 1
    assert sum(tried.values()) > 60, tried
    assert len(tried) >= 10, tried


def test_records_that_come_or_go_turn_the_rule() -> None:
    """A copy of any record of the wanted sort is added, or as many of the sort are taken away."""
    everyone = world.records(5)
    tried = Counter[bool]()
    for at, rule in enumerate(drawn(600, 23)):
        row = everyone["member"][1 + at % 12]
        finder = _Finder(rule, row, world.MOMENT, None)  # type: ignore[arg-type]
        asked, before = compiled(rule), finder._verdict
        for leaf in _leaves(rule.tree):
            holds = bool(lowered(leaf)(row, world.MOMENT))
            change = children(leaf, Asked(row, world.MOMENT), holds=not holds)
            if change is None or not list(_promised(finder, leaf, change, holds=holds)):
                continue
            with _records(everyone, row, change) as is_done:
                if is_done:
                    assert asked(row, world.MOMENT) is not before, (rule.document, change)
                    tried[change.records > 0] += 1
    assert min(tried[True], tried[False]) > 2, tried


def _promised(finder: Any, leaf: Any, change: Any, *, holds: bool) -> Iterator[Any]:
    from builder.rules.telling.explain import Speaking

    finder._speaker = Speaking("en")
    yield from finder._by_children(leaf, change, holds=holds)


@contextmanager
def _records(everyone: Any, row: Any, change: Any) -> Iterator[bool]:
    """The world with the change made; False where the world has no record of the sort."""
    entity, via = change.relation.type.entity, change.relation.detail.via
    before = dict(everyone[entity])
    test = lowered(change.condition) if change.condition is not None else lambda _row, _moment: change.when

    def fits(one: Any) -> bool:
        return bool(test(one, world.MOMENT)) is change.when

    if change.records < 0:
        for one in [one for one in row.many(change.relation.detail.key) if fits(one)][: -change.records]:
            del everyone[entity][one.values["id"]]
        yield True
    else:
        made = 0
        for one in before.values():
            number = 10_000 + made
            copy = world.Record(entity, one.values | {"id": number, via: row.values["id"]}, everyone)
            if made < change.records and fits(copy):
                everyone[entity][number] = copy
                made += 1
        yield made == change.records
    everyone[entity].clear()
    everyone[entity].update(before)
