"""Rules and records that every JSONLogic engine understands: the standard's operators, plain dicts, nothing empty.

A record is a dict as JSON has it, references and child records inside it; `PlainRow` reads stored values from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from builder.rules.names import Fact, Type
from builder.rules.operators import TABLE
from builder.rules.operators.entry import Operator, Slot
from builder.rules.rule import Rule
from tests.rules import world
from tests.rules.generator import Generator, NotPossible, Triple

OPERATORS = (
    "and", "or", "!", "!!", "if", "==", "!=", "<", "<=", ">", ">=", "<.between", "<=.between", "in.list", "in.text",
    "in.tags", "+", "-", "-.one", "*", "/", "%", "min", "max", "cat", "substr", "some", "all", "none",
)  # fmt: skip
"""Keys of the entries that standard JSONLogic has too."""

FIELDS: dict[str, tuple[str, ...]] = {
    "member": (
        "id", "name", "code", "stage", "level", "vip", "blocked", "points", "visits", "balance", "rate", "joined_on",
        "born_on", "seen_at", "tags", "store",
    ),
    "order": (
        "id", "amount", "quantity", "status", "ordered_on", "note", "paid", "labels", "placed_at", "store",
    ),
    "store": ("id", "region", "rating", "opened_on", "marks", "fee"),
    "line": ("id", "price", "pieces"),
}  # fmt: skip
CHILDREN = {"member": ("orders", "order"), "order": ("lines", "line")}
"""{entity: (relation, entity of the children)}."""

TEXTS = (
    *(text for text in world.TEXTS if len(text) > 2),
    "abc", "Abc", "ABC", "Ébé", "ébé", "%a_", "_a%", " ab", "ab ", "100", "99.", "1e2", "ßabc", "\U0001f600ab",
    "中文字", "\uffffab", "O'x'", "\\ab",
)  # fmt: skip
"""At least three characters, so that a part of one is never empty."""
INTEGERS = (0, 1, -1, 2, 3, 7, -7, 10, 99, 100)
QUARTERS = (0.0, 0.25, -0.25, 1.0, 12.5, -12.5, 3.75, 100.0, 250.5)
"""Decimals that doubles hold exactly: of others the typed language keeps the digits, and doubles do not."""
WHOLE_DIVISORS = (1, 2, -2, 3, 7, -7, 10)
DIVISORS = (*WHOLE_DIVISORS, 0.5, 12.5)
PARTS = ((0,), (1,), (2,), (-1,), (-2,), (0, 1), (1, 2), (-2, 1), (1, -1), (-2, -1))
"""Start and length of `substr`."""


# --- records ---


def records(seed: int, count: int) -> list[dict[str, Any]]:
    random = Random(seed)
    return [_record(random, "member", number) for number in range(1, count + 1)]


def _record(random: Random, entity: str, number: int) -> dict[str, Any]:
    record = {key: _value(random, world.FACTS[entity][key]) for key in FIELDS[entity]} | {"id": number}
    if entity in CHILDREN:
        relation, child = CHILDREN[entity]
        record[relation] = [_record(random, child, at) for at in range(random.choice((0, 1, 2, 3)))]
    return record


def _value(random: Random, fact: Fact) -> Any:
    return SAMPLES[fact.type.name](random, fact.type)


SAMPLES: dict[str, Any] = {
    "text": lambda random, _type: random.choice(TEXTS),
    "enum": lambda random, type_: random.choice(type_.options),
    "boolean": lambda random, _type: random.random() < 0.5,
    "integer": lambda random, _type: random.choice(INTEGERS),
    "decimal": lambda random, type_: random.choice(QUARTERS) * (2 if type_.scale == 1 else 1),
    "date": lambda random, _type: random.choice(world.DAYS).isoformat(),
    "datetime": lambda random, _type: _written(random.choice(world.TIMES)),
    "tags": lambda random, _type: random.sample(world.TAGS, random.randint(0, 4)),
    "ref": lambda random, type_: _record(random, type_.entity, random.randint(1, 3)),
}


def _written(time: datetime) -> str:
    """One width for all, so that the order of the texts is that of the times."""
    return time.isoformat(timespec="microseconds")


@dataclass(frozen=True)
class PlainRow:
    """A dict as the typed language reads it (the protocol `Row`)."""

    entity: str
    record: Mapping[str, Any]

    def value(self, key: str) -> Any:
        return _stored(self.record.get(key), world.FACTS[self.entity][key].type)

    def one(self, key: str) -> PlainRow | None:
        return PlainRow(world.FACTS[self.entity][key].type.entity, self.record[key])

    def many(self, relation: str) -> Sequence[PlainRow]:
        return [PlainRow(CHILDREN[self.entity][1], child) for child in self.record[relation]]


def _stored(value: Any, type_: Type) -> Any:
    return None if value is None else READERS.get(type_.name, lambda same, _type: same)(value, type_)


READERS: dict[str, Any] = {
    "decimal": lambda value, type_: int(Decimal(repr(value)).scaleb(type_.scale)),
    "date": lambda value, _type: date.fromisoformat(value),
    "datetime": lambda value, _type: datetime.fromisoformat(value).astimezone(UTC),
    "tags": lambda value, _type: frozenset(value),
    "ref": lambda value, _type: value["id"],
}


def as_json(value: Any, rule: Rule) -> Any:
    """A stored value as JSON has it."""
    if isinstance(value, datetime):
        return _written(value)
    if isinstance(value, date):
        return value.isoformat()
    return value / 10**rule.type.scale if value is not None and rule.type.scale else value


# --- rules ---


class PlainGenerator(Generator):
    """Draws rules of the standard's operators, where the two languages mean the same."""

    def __init__(self, random: Random):
        super().__init__(random, [TABLE[key] for key in OPERATORS])

    def _count(self, entry: Operator, forced: Triple | None) -> int:
        """Every `if` has an else: what is left out is empty."""
        return self._random.choice((3, 3, 5)) if entry.key == "if" else super()._count(entry, forced)

    def field(self, family: str, entity: str) -> Any:
        if family == "relation":
            return {"var": self._relation(entity)}
        pool = [key for key in FIELDS[entity] if _is_of(entity, key, family)]
        if "store" in FIELDS[entity] and (not pool or self._random.random() < 0.2):
            pool = [f"store.{key}" for key in FIELDS["store"] if _is_of("store", key, family)] or pool
        if not pool:
            raise NotPossible(family)
        name = self._random.choice(pool)
        if family in {"integer", "number", "date"} and self._random.random() < 0.1:
            return {"var": [name, self.literal(family)]}
        return {"var": name}

    def _relation(self, entity: str) -> str:
        if entity not in CHILDREN:
            raise NotPossible("relation")
        return CHILDREN[entity][0]

    def literal(self, family: str) -> Any:
        random = self._random
        if family == "number":
            family = random.choice(("integer", "exact"))
        pool = {
            "boolean": (True, False),
            "integer": INTEGERS,
            "exact": QUARTERS,
            "text": (*TEXTS, "b", "a%"),
            "date": [day.isoformat() for day in world.DAYS],
            "datetime": [_written(time) for time in world.TIMES],
        }
        if family not in pool:
            raise NotPossible(family)
        return random.choice(pool[family])

    def _base(self, entry: Operator, family: str, forced: Triple | None) -> str:
        if entry.key in {"min", "max"} and family not in {"integer", "exact", "number"}:
            raise NotPossible(family)
        while (base := super()._base(entry, family, forced)) in {"ref", "tags"}:
            continue
        return base

    def _argument(
        self,
        entry: Operator,
        slot: Slot,
        entity: str,
        depth: int,
        base: str,
        family: str,
        child: str,
        enum: bool,
    ) -> Any:
        if slot.wants == "list":
            return self._options(entity, base)
        if entry.key == "substr" and slot.wants == "text":
            return self.field("text", entity)
        if slot.wants == "condition" and entry.key not in {"and", "or"} and self._random.random() < 0.3:
            return self.field(self._random.choice(("integer", "number", "text", "tags", "date")), entity)
        made = super()._argument(entry, slot, entity, depth, base, family, child, enum)
        if entry.key == "if" and base in {"date", "datetime"} and isinstance(made, str):
            return self.field(base, entity)  # between written days alone nothing says that they are no texts
        return made

    def _options(self, entity: str, base: str) -> list[Any]:
        if base != "enum":
            return [self.literal(base) for _one in range(self._random.randint(0, 4))]
        options = next(fact for fact in world.FACTS[entity].values() if fact.type.name == "enum").type.options
        return self._random.sample(options, self._random.randint(0, len(options)))

    def _made(
        self, entry: Operator, family: str, entity: str, depth: int, forced: Triple | None = None
    ) -> Any:
        """No product stands in a product, so that none leaves what doubles hold exactly."""
        before = self._entries
        if entry.key == "*":
            self._entries = [one for one in before if one.key != "*"]
        try:
            return super()._made(entry, family, entity, depth, forced)
        finally:
            self._entries = before

    def _mended(self, entry: Operator, args: list[Any]) -> list[Any]:
        random = self._random
        if entry.key in {"/", "%"}:
            return [args[0], random.choice(WHOLE_DIVISORS if entry.key == "%" else DIVISORS)]
        if entry.key == "substr":
            return [args[0], *random.choice(PARTS)]
        return args


def _is_of(entity: str, key: str, family: str) -> bool:
    return world.FACTS[entity][key].type.name in FIELD_TYPES[family]


FIELD_TYPES = {
    "boolean": {"boolean"},
    "integer": {"integer"},
    "exact": {"decimal"},
    "number": {"integer", "decimal"},
    "text": {"text"},
    "plain": {"text"},
    "enum": {"enum"},
    "date": {"date"},
    "datetime": {"datetime"},
    "tags": {"tags"},
}
