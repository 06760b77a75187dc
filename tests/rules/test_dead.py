"""Parts of a rule that decide nothing are said: and what is said of them is true of every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.evaluate import lowered
from builder.rules.operators import TABLE
from builder.rules.rule import Rule
from builder.rules.tree import Node
from schema_store.problems import Problems
from tests.rules import world
from tests.rules.contradictions import Contradictions
from tests.rules.generator import Generator

CONSTANT = {"const.always_true": True, "const.always_false": False}


def field(name: str) -> dict[str, str]:
    return {"var": name}


def found(rule: Any, wanted: Any = "condition") -> dict[str, str]:
    return {
        one.pointer: one.code
        for one in check(rule, world.NAMES, "member", wanted=wanted).warnings
        if one.code.startswith(("const.", "dead."))
    }


BIG, SMALL = {">": [field("points"), 5]}, {"<": [field("points"), 3]}


@pytest.mark.parametrize(
    ("rule", "warnings"),
    [
        ({"and": [BIG, SMALL]}, {"": "const.always_false"}),
        ({"and": [BIG, {"<": [field("points"), 6]}]}, {"": "const.always_false"}),
        (
            {"and": [{"==": [field("stage"), "new"]}, {"==": [field("stage"), "active"]}]},
            {"": "const.always_false"},
        ),
        ({"and": [{"is_empty": [field("points")]}, BIG]}, {"": "const.always_false"}),
        (
            {"and": [{"is_empty": [field("name")]}, {"starts_with": [field("name"), "a"]}]},
            {"": "const.always_false"},
        ),
        (
            {"or": [{"in": [field("stage"), [*world.STAGES]]}, {"is_empty": [field("stage")]}]},
            {"": "const.always_true"},
        ),
        ({"in": [field("level"), [*world.LEVELS]]}, {"": "const.always_true"}),
        ({"or": [BIG, {"!": [BIG]}]}, {"": "const.always_true"}),
        (
            {"and": [{"has_any": [field("tags"), ["vip"]]}, {"!": [{"has_any": [field("tags"), ["vip"]]}]}]},
            {"": "const.always_false"},
        ),
        ({">": [field("points"), world.MAX]}, {"": "const.always_false"}),
        ({"<": [{"count": [field("orders")]}, 0]}, {"": "const.always_false"}),
        ({"==": [{"month": [field("born_on")]}, 13]}, {"": "const.always_false"}),
        ({"==": [field("balance"), 12.345]}, {"": "const.always_false"}),
        ({"is_empty": [field("code")]}, {"": "const.always_false"}),
        ({"and": [BIG, {">": [field("points"), 3]}]}, {"/and/1": "dead.branch"}),
        ({"and": [{">": [field("points"), 3]}, BIG]}, {"/and/0": "dead.branch"}),
        ({"or": [BIG, field("vip"), deepcopy(BIG)]}, {"/or/2": "dead.duplicate"}),
        ({"and": [BIG, {"or": [SMALL, field("vip")]}]}, {"/and/1/or/0": "dead.branch"}),
        (
            {
                "some": [
                    field("orders"),
                    {"and": [{"==": [field("status"), "paid"]}, {"is_empty": [field("status")]}]},
                ]
            },
            {"/some/1": "const.always_false"},
        ),
        # of two parts that each make the other needless one is said
        (
            {"and": [{"is_empty": [field("points")]}, {"!": [{"or": [BIG, {"<=": [field("points"), 9]}]}]}]},
            {"/and/1": "dead.branch"},
        ),
        # an empty value is neither above nor below, and its stage is none of them
        ({"or": [{"<=": [field("points"), 5]}, BIG]}, {}),
        ({"in": [field("stage"), [*world.STAGES]]}, {}),
        ({"or": [{"<=": [field("visits"), 5]}, {">": [field("visits"), 5]}]}, {"": "const.always_true"}),
        ({"and": [{"!=": [field("stage"), "new"]}, {"!=": [field("stage"), "active"]}]}, {}),
        ({"in_period": ["2025-12-31", "last_year"]}, {}),
        ({"<": [{"days_since": ["2025-12-31"]}, 5]}, {}),
        # a written time without an offset depends on the zone, `today` on the day
        (
            {"and": [{"<": [field("joined_on"), {"today": []}]}, {">": [field("joined_on"), "2020-01-01"]}]},
            {},
        ),
    ],
)
def test_part_that_decides_nothing_is_a_warning(rule: Any, warnings: dict[str, str]) -> None:
    assert found(rule) == warnings


@pytest.mark.parametrize(
    ("rule", "warnings"),
    [
        ({"if": [BIG, 1, BIG, 2, 3]}, {"/if/3": "dead.branch"}),
        ({"if": [BIG, 1, {"!": [BIG]}, 2, 3]}, {"/if/4": "dead.branch"}),
        ({"if": [BIG, {"if": [SMALL, 1, 2]}, 3]}, {"/if/1/if/1": "dead.branch"}),
        ({"if": [{"and": [BIG, SMALL]}, 1, 2]}, {"/if/0": "const.always_false", "/if/1": "dead.branch"}),
        ({"if": [BIG, 1, SMALL, 2]}, {}),
    ],
)
def test_branch_that_is_never_chosen_is_a_warning(rule: Any, warnings: dict[str, str]) -> None:
    assert found(rule, "value") == warnings


def nodes(node: Node, entity: str = "member") -> Iterator[tuple[Node, str]]:
    """Every node with the entity it is asked of; formulas of fields are not looked into."""
    yield node, entity
    if node.op == "var":
        return
    entry, inner = TABLE[node.op], entity
    for at, arg in enumerate(node.args):
        if arg.type.name == "relation":
            inner = arg.type.entity
        yield from nodes(arg, inner if entry.slot_of(at, len(node.args)).inner else entity)


def drawn(count: int) -> Iterator[tuple[Any, Rule]]:
    """(document as drawn, rule): of which many collide, and rules of every sort."""
    collisions, everything, made = Contradictions(Random(5)), Generator(Random(6)), 0
    while made < count:
        document = collisions.condition() if made % 4 else everything.condition(4)
        try:
            rule = check(document, world.NAMES, "member")
        except Problems:
            continue
        yield document, rule
        made += 1


def without(document: Any, pointer: str) -> Any:
    """The document without the part at `pointer`; None where a group would be left with nothing."""
    changed = deepcopy(document)
    *way, at = pointer.split("/")[1:]
    inside = changed
    for step in way:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    op = way[-1]
    if op == "if":  # what is never chosen may be anything
        inside[int(at)] = None
        return changed
    del inside[int(at)]
    if len(inside) == 1:  # a group of one would be read as what is in it, which may be empty
        inside.append(op == "and")
    return changed if inside else None


def test_what_is_said_of_a_part_is_so_on_every_row() -> None:
    rows, seen = world.records(7), Counter[str]()
    members = list(rows["member"].values())
    for document, rule in drawn(900):
        warnings = [one for one in rule.warnings if one.code.startswith(("const.", "dead."))]
        for warning in warnings:
            seen[warning.code] += 1
            if warning.code in CONSTANT:
                for node, entity in nodes(rule.tree):
                    if node.pointer == warning.pointer and TABLE[node.op].true is not None:
                        asked = lowered(node)
                        verdicts = {bool(asked(row, world.MOMENT)) for row in rows[entity].values()}
                        assert verdicts == {CONSTANT[warning.code]}, (rule.document, warning.pointer)
        spared = document
        for warning in sorted(warnings, key=lambda one: one.pointer, reverse=True):
            if warning.code.startswith("dead.") and spared is not None:
                spared = _spared(spared, warning.pointer)
        if spared not in (None, document):
            _same_everywhere(rule, spared, members)
    assert min(seen[code] for code in (*CONSTANT, "dead.branch", "dead.duplicate")) > 10, seen


def _spared(document: Any, pointer: str) -> Any:
    try:
        left = without(document, pointer)
        check(left, world.NAMES, "member")
    except (Problems, KeyError, TypeError, IndexError):
        return document
    return left


def _same_everywhere(rule: Rule, document: Any, members: list[Any]) -> None:
    before, after = compiled(rule), compiled(check(document, world.NAMES, "member"))
    for row in members:
        assert before(row, world.MOMENT) is after(row, world.MOMENT), (rule.document, document)


def test_what_is_constant_on_every_row_of_a_colliding_rule_is_mostly_found() -> None:
    """Not all of it: 80 rows do not hold every value. But what is missed must be rare."""
    members = list(world.records(8)["member"].values())
    missed = caught = 0
    collisions = Contradictions(Random(9))
    for _at in range(400):
        try:
            rule = check(collisions.condition(2), world.NAMES, "member")
        except Problems:  # too many questions about child records
            continue
        asked = compiled(rule)
        if len({asked(row, world.MOMENT) for row in members}) == 1:
            is_said = any(one.pointer == "" and one.code in CONSTANT for one in rule.warnings)
            caught, missed = caught + is_said, missed + (not is_said)
    assert caught > missed, (caught, missed)
