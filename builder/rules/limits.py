"""What is refused before anything recursive sees a rule: size, depth, and values that JSON does not have."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from schema_store.problems import Problem, Problems, _, pointer

MAX_INTEGER = 2**53 - 1
"""The largest integer (also of scaled decimals) that every reader of JSON keeps exactly."""
MAX_BYTES = 64 * 1024
MAX_DEPTH = 10
MAX_NODES = 200
MAX_CHILDREN = 100
MAX_IF_NESTING = 4
MAX_ARITHMETIC_NESTING = 4
MAX_LIST = 1_000
MAX_TEXT = 1_000
MAX_HOPS = 2
MAX_FORMULAS = 2
"""Formula fields that may stand inside each other: a formula, and one that it reads."""
MAX_AGGREGATES = 5
MAX_JSON_DEPTH = 40
MAX_VALUES = 5_000

LEAVES = frozenset({"var", "val"})
"""Operators that do not count as a level of depth."""
BRANCHES = frozenset({"if", "?:"})
ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "min", "max", "round", "date_add", "date_diff", "substr"})


@dataclass(frozen=True)
class _Place:
    """A value in a rule and how deep it stands: in JSON, in operators, in choices, in calculations."""

    value: Any
    pointer: str = ""
    levels: int = 0
    depth: int = 0
    branches: int = 0
    sums: int = 0

    def below(self, name: str, inner: Any) -> _Place:
        return _Place(
            inner,
            self.pointer + pointer(name),
            self.levels + 1,
            self.depth + (name not in LEAVES),
            self.branches + (name in BRANCHES),
            self.sums + (name in ARITHMETIC),
        )

    def item(self, at: int, inner: Any) -> _Place:
        return replace(self, value=inner, pointer=f"{self.pointer}/{at}", levels=self.levels + 1)


def check_limits(document: Any) -> None:
    """Raises Problems when `document` is larger, deeper or stranger than a rule may be. Never recurses."""
    waiting = [_Place(document)]
    nodes = values = size = 0
    while waiting:
        place = waiting.pop()
        _refuse_deep(place)
        values += 1
        if isinstance(place.value, dict):
            nodes += 1
            size += sum(_size_of_key(name, place.pointer) for name in place.value)
            waiting += [place.below(name, inner) for name, inner in place.value.items()]
        elif isinstance(place.value, list):
            _refuse_long(place.value, place.pointer)
            waiting += [place.item(at, inner) for at, inner in enumerate(place.value)]
        else:
            size += _refuse_strange(place.value, place.pointer)
        _refuse_large(nodes, values, size)


def _refuse_deep(place: _Place) -> None:
    if place.levels > MAX_JSON_DEPTH or place.depth > MAX_DEPTH:
        raise over(place.pointer, _("This rule is nested deeper than {limit} operators."), MAX_DEPTH)
    if place.branches > MAX_IF_NESTING:
        raise over(place.pointer, _("More than {limit} “if” stand inside each other."), MAX_IF_NESTING)
    if place.sums > MAX_ARITHMETIC_NESTING:
        limit = MAX_ARITHMETIC_NESTING
        raise over(place.pointer, _("More than {limit} calculations stand inside each other."), limit)


def _refuse_large(nodes: int, values: int, size: int) -> None:
    if nodes > MAX_NODES:
        raise over("", _("This rule has more than {limit} operators."), MAX_NODES)
    if values > MAX_VALUES:
        raise over("", _("This rule has more than {limit} values."), MAX_VALUES)
    if size > MAX_BYTES:
        raise over("", _("This rule is longer than {limit} bytes."), MAX_BYTES)


def over(place: str, template: str, limit: int) -> Problems:
    """The refusal of something over a limit."""
    return Problems(Problem("syntax.limit", template, {"limit": limit}, place))


def _size_of_key(name: Any, place: str) -> int:
    if not isinstance(name, str):
        raise _strange(place, _("An operator's name must be a text."))
    if len(name) > 60:
        raise over(place, _("An operator's name is longer than {limit} characters."), 60)
    return len(name)


def _refuse_long(items: list[Any], place: str) -> None:
    if len(items) > MAX_LIST:
        raise over(place, _("A list here has more than {limit} values."), MAX_LIST)


def _refuse_strange(value: Any, place: str) -> int:
    """The size of a scalar in bytes, about. Raises Problems for what is no JSON scalar or cannot be stored."""
    if value is None or isinstance(value, bool):
        return 4
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise over(place, _("A number here lies beyond ±{limit}."), MAX_INTEGER)
        return 8
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _strange(place, _("Only finite numbers can stand in a rule."))
        return 8
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise over(place, _("A text here is longer than {limit} characters."), MAX_TEXT)
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise _strange(place, _("A text here has a character that cannot be stored."))
        return len(value.encode())
    raise _strange(place, _("A rule is made of JSON values only."))


def _strange(place: str, template: str) -> Problems:
    return Problems(Problem("syntax.shape", template, {}, place))
