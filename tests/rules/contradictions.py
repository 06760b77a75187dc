"""Conditions that collide: several questions about few fields, drawn from the values that stand in the world's rows."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.rules import world

FIELDS: dict[str, tuple[Any, ...]] = {
    "points": (0, 1, 2, 3, 7, -7, 10, 100),
    "visits": (0, 1, 2, 3, 7, -7, 10, 100),
    "balance": (0, 0.01, 1, 12.5, 3.33, 1.005),
    "rate": (0, 0.1, 1.25, 0.333),
    "joined_on": tuple(day.isoformat() for day in world.DAYS),
    "born_on": tuple(day.isoformat() for day in world.DAYS),
    "seen_at": tuple(time.isoformat() for time in world.TIMES),
    "name": ("a", "A", "aa", "10", "9", "%"),
    "code": ("a", "A", "aa", "10", "9", "%"),
    "stage": world.STAGES,
    "level": world.LEVELS,
    "vip": (True, False),
    "blocked": (True, False),
}
UNORDERED = frozenset({"stage", "level", "vip", "blocked"})
LISTED = frozenset({"stage", "level", "points", "name", "code", "visits"})


class Contradictions:
    """Draws documents over members. `random` decides everything."""

    def __init__(self, random: Random):
        self._random = random

    def condition(self, depth: int = 3) -> Any:
        """A group over one to three fields, now and then with a choice or child records in it."""
        keys = self._random.sample(sorted(FIELDS), self._random.randint(1, 3))
        return self._group(keys, depth)

    def _group(self, keys: list[str], depth: int) -> Any:
        op = self._random.choice(("and", "and", "or", "or", "!", "if"))
        if op == "!":
            return {"!": [self._part(keys, depth - 1)]}
        if op == "if":
            count = self._random.choice((3, 5))
            return {"if": [self._part(keys, depth - 1) for _at in range(count)]}
        return {op: [self._part(keys, depth - 1) for _at in range(self._random.randint(2, 4))]}

    def _part(self, keys: list[str], depth: int) -> Any:
        roll = self._random.random()
        if depth > 0 and roll < 0.35:
            return self._group(keys, depth)
        if roll < 0.4:
            return {"some": [{"var": "orders"}, self._orders()]}
        return self._leaf(self._random.choice(keys))

    def _orders(self) -> Any:
        one, other = self._random.sample((0, 1, 2, 3, 7), 2)
        return {
            "and": [
                {">": [{"var": "quantity"}, one]},
                {self._random.choice(("<", "<=", "==")): [{"var": "quantity"}, other]},
            ]
        }

    def _leaf(self, key: str) -> Any:
        forms: list[Callable[[str], Any]] = [self._equal, self._equal, self._emptiness]
        if key not in UNORDERED:
            forms += [self._ordered, self._ordered, self._between]
        if key in LISTED:
            forms += [self._listed, self._listed]
        if key in {"vip", "blocked"}:
            forms.append(lambda name: {"var": name})
        return self._random.choice(forms)(key)

    def _one(self, key: str) -> Any:
        return self._random.choice(FIELDS[key])

    def _equal(self, key: str) -> Any:
        sign, value = self._random.choice(("==", "!=")), self._one(key)
        return {sign: [{"var": key}, None if self._random.random() < 0.1 else value]}

    def _ordered(self, key: str) -> Any:
        args = [{"var": key}, self._one(key)]
        return {self._random.choice(("<", "<=", ">", ">=")): args[:: self._random.choice((1, -1))]}

    def _between(self, key: str) -> Any:
        return {self._random.choice(("<", "<=")): [self._one(key), {"var": key}, self._one(key)]}

    def _listed(self, key: str) -> Any:
        values: list[Any] = self._random.sample(
            FIELDS[key], self._random.randint(1, min(4, len(FIELDS[key])))
        )
        return {"in": [{"var": key}, values + ([None] if self._random.random() < 0.2 else [])]}

    def _emptiness(self, key: str) -> Any:
        return {self._random.choice(("is_empty", "is_empty", "!!")): [{"var": key}]}
