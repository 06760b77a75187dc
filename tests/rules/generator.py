"""Rules drawn from the operator table, type by type: start from the wanted type, choose an operator that gives it.

Every (operator, position, operator below) that the types allow can be asked for by name, so coverage is not luck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from random import Random
from typing import Any

from builder.rules.operators import TABLE
from builder.rules.operators.calendar import COUNTED
from builder.rules.operators.entry import Operator, Slot
from builder.rules.tree import Node
from tests.rules import world

VALUES = ("boolean", "number", "text", "enum", "date", "datetime", "ref")
CHOICES: dict[str, tuple[str, ...]] = {
    "condition": ("boolean",),
    "boolean": ("boolean",),
    "integer": ("integer",),
    "exact": ("exact", "integer"),
    "number": ("number", "integer"),
    "text": ("text", "enum"),
    "plain": ("plain",),
    "label": ("text", "integer"),
    "date": ("date",),
    "datetime": ("datetime",),
    "moment": ("date", "datetime"),
    "ordered": ("number", "text", "date", "datetime"),
    "measure": ("number", "date", "datetime"),
    "any": VALUES,
    "known": (*VALUES, "tags", "relation"),
    "tags": ("tags",),
    "relation": ("relation",),
    "list": ("list",),
    "unit": ("unit",),
}
"""Families that a slot may be filled with."""

WIDER = {"exact": ("integer",), "number": ("integer",)}
LEAVES = ("var", "literal")
FIELD_TYPES = {
    "boolean": {"boolean"},
    "integer": {"integer"},
    "exact": {"integer", "decimal"},
    "number": {"integer", "decimal"},
    "text": {"text", "enum"},
    "plain": {"text"},
    "enum": {"enum"},
    "date": {"date"},
    "datetime": {"datetime"},
    "ref": {"ref"},
    "tags": {"tags"},
}


@dataclass(frozen=True)
class Triple:
    """One operator below another, at a place."""

    parent: str
    position: int
    child: str


class NotPossible(Exception):
    """This entity has no leaf of the wanted family."""


def drawn() -> list[Operator]:
    """The entries that the generator draws from."""
    return [
        entry for entry in TABLE.values() if entry.weight and not entry.is_trigger and entry.key != "date"
    ]


def yields(entry: Operator, family: str) -> bool:
    wanted = {family, *WIDER.get(family, ())}
    if family == "exact" and entry.key in {"+", "-", "-.one", "round", "sum"}:
        return True
    if "like" in entry.yields:
        return family not in {"tags", "relation", "list", "unit", "enum", "ref", "plain"}
    return bool(wanted & set(entry.yields))


def expected() -> Iterator[Triple]:
    """Every triple that the types allow, leaves included."""
    for entry in drawn():
        for position, slot in enumerate(entry.slots):
            children: set[str] = set()
            for family in _families(entry, slot):
                children |= _children(slot, family)
            flat = {entry.key} if entry.key in {"and", "or"} else set()
            yield from (Triple(entry.key, position, child) for child in sorted(children - flat))


def _families(entry: Operator, slot: Slot) -> tuple[str, ...]:
    if slot.wants != "like":
        return CHOICES[slot.wants]
    base = next(one for one in entry.slots if one.wants in {"any", "ordered", "measure"})
    return CHOICES[base.wants]


def _children(slot: Slot, family: str) -> set[str]:
    if family in {"list", "unit"} or (slot.literal and family != "tags"):
        return {"literal"}
    if family == "tags":
        return {"literal"} if slot.literal else {"var"}
    if family in {"relation", "plain"}:
        return {"var"}
    found = {
        entry.key for entry in drawn() if yields(entry, family) and not (slot.inner and entry.key == "latest")
    }
    return found | ({"var"} if slot.wants == "condition" else {"var", "literal"})


def seen(node: Node) -> Iterator[Triple]:
    """The triples of a checked rule; what the checker put in between is looked through."""
    entry = TABLE[node.op]
    for at, arg in enumerate(node.args if node.op != "var" else ()):
        position = _position(entry, at, len(node.args))
        if entry.name:
            yield from (Triple(node.op, position, child) for child in _below(arg))
        yield from seen(arg)


def _below(node: Node) -> list[str]:
    """The operator below; the checker's own `date_of` counts as itself and as what is in it."""
    child = _through(node)
    return [child.op, *([_through(child.args[0]).op] if child.op == "date_of" else [])]


def _through(node: Node) -> Node:
    return _through(node.args[0]) if node.op in {"as_number", "as_decimal", "!!.number", "!!.known"} else node


def _position(entry: Operator, at: int, count: int) -> int:
    return entry.slots.index(entry.slot_of(at, count)) if entry.key == "if" else min(at, len(entry.slots) - 1)


GIVEN = {
    "integer": ("$user.id", "$record.points", "$record.absent"),
    "exact": ("$record.amount", "$record.points"),
    "text": ("$user.city", "$record.city", "$record.points"),
    "boolean": ("$record.vip",),
    "date": ("$record.day", "$record.at"),
    "datetime": ("$record.at", "$now"),
    "ref": ("$user.store",),
}
"""What the moment gives, of the right sort, of a wrong one and not at all."""


class Generator:
    """Draws documents. `random` decides everything; `entries` are the operators to draw, if not all."""

    def __init__(self, random: Random, entries: Sequence[Operator] | None = None):
        self._random = random
        self._entries = drawn() if entries is None else entries
        self._relations = 0

    def condition(self, depth: int) -> Any:
        return self._whole(lambda: self.expression("boolean", "member", depth))

    def value(self, depth: int) -> Any:
        family = self._random.choice(("integer", "number", "exact", "text", "date", "datetime", "boolean"))
        return self._whole(lambda: self.expression(family, "member", depth))

    def containing(self, triple: Triple, depth: int) -> Any:
        """A document in which `triple` occurs; its other places are drawn."""
        return self._whole(lambda: self._made(TABLE[triple.parent], "", "member", depth, triple))

    def _whole(self, make: Callable[[], Any]) -> Any:
        for _attempt in range(20):
            self._relations = 0
            with suppress(NotPossible):
                return make()
        return True

    # --- by family ---

    def expression(self, family: str, entity: str, depth: int) -> Any:
        if (
            family in {"tags", "relation", "enum", "ref", "plain"}
            or depth <= 0
            or self._random.random() < 0.15
        ):
            return self.leaf(family, entity)
        entries = [entry for entry in self._entries if yields(entry, family) and self._affords(entry)]
        return (
            self._made(self._random.choice(entries), family, entity, depth)
            if entries
            else self.leaf(family, entity)
        )

    def _affords(self, entry: Operator) -> bool:
        return not entry.is_aggregate or self._relations < 2

    def leaf(self, family: str, entity: str) -> Any:
        if family in {"tags", "relation", "plain"} or self._random.random() < 0.75:
            try:
                return self.field(family, entity)
            except NotPossible:
                if family in {"tags", "relation", "plain"}:
                    raise
        return self.literal(family)

    def field(self, family: str, entity: str) -> Any:
        if family == "relation":
            return {"var": self._relation(entity)}
        facts = world.FACTS[entity]
        own = [key for key, fact in facts.items() if fact.type.name in FIELD_TYPES[family]]
        refs = [(key, fact.type.entity) for key, fact in facts.items() if fact.type.name == "ref"]
        beyond = [
            f"{ref}.{key}"
            for ref, at in refs
            for key, fact in world.FACTS[at].items()
            if fact.type.name in FIELD_TYPES[family] and key != "id"
        ]
        pool = beyond if beyond and (not own or self._random.random() < 0.2) else own
        if not pool:
            raise NotPossible(family)
        name = self._random.choice(pool)
        if family not in {"tags", "plain", "enum"} and self._random.random() < 0.02:
            return {"var": [name, self.literal(family)]}
        return {"var": name}

    def _relation(self, entity: str) -> str:
        own = [*world.RELATIONS[entity]]
        beyond = [
            f"{key}.{name}"
            for key, fact in world.FACTS[entity].items()
            if fact.type.name == "ref"
            for name in world.RELATIONS[fact.type.entity]
        ]
        pool = beyond if beyond and (not own or self._random.random() < 0.15) else own
        if not pool:
            raise NotPossible("relation")
        return self._random.choice(pool)

    def literal(self, family: str) -> Any:
        random = self._random
        if family == "number":
            family = random.choice(("integer", "exact"))
        if family in GIVEN and random.random() < 0.05:
            return {"var": random.choice(GIVEN[family])}
        made = {
            "boolean": lambda: random.random() < 0.5,
            "integer": lambda: random.choice(world.INTEGERS),
            "exact": lambda: random.choice((0.5, 12.5, 0.01, -3.33, 1.005, 12, 0, 99.999, -0.125)),
            "text": lambda: random.choice((*world.TEXTS, "", "b", "a%")),
            "enum": lambda: random.choice((*world.STAGES, *world.LEVELS, *world.STATUSES)),
            "date": self._date,
            "datetime": self._datetime,
            "ref": lambda: random.choice((1, 2, 3, 999)),
            "tags": lambda: random.sample(world.TAGS, random.randint(0, 3)),
        }
        return made[family]()

    def _date(self) -> Any:
        roll = self._random.random()
        if roll < 0.3:
            return {"today": []}
        written = self._random.choice(world.DAYS).isoformat()
        return {"date": [written]} if roll < 0.5 else written

    def _datetime(self) -> Any:
        time = self._random.choice(world.TIMES)
        roll = self._random.random()
        if roll < 0.2:
            return {"var": "$now"}
        if roll < 0.5:
            return time.astimezone(world.ZONE).replace(tzinfo=None).isoformat()
        return time.astimezone(UTC).isoformat()

    # --- by operator ---

    def _made(
        self, entry: Operator, family: str, entity: str, depth: int, forced: Triple | None = None
    ) -> Any:
        self._relations += entry.is_aggregate
        count = self._count(entry, forced)
        base, enum = self._base(entry, family, forced), self._random.random() < 0.3
        args: list[Any] = []
        inner = entity
        for at in range(count):
            slot = entry.slot_of(at, count)
            child = forced.child if forced and self._is_forced(entry, forced, at, count) else ""
            scope = inner if slot.inner else entity
            args.append(self._argument(entry, slot, scope, depth - 1, base, family, child, enum))
            if slot.wants == "relation":
                inner = self._entity_of(args[-1]["var"], entity)
        args = self._mended(entry, args)
        return {entry.name: args}

    def _is_forced(self, entry: Operator, forced: Triple, at: int, count: int) -> bool:
        return _position(entry, at, count) == forced.position

    def _count(self, entry: Operator, forced: Triple | None) -> int:
        if entry.key == "if":
            return self._random.choice((2, 3, 3, 4, 5))
        most = min(entry.most, max(entry.least, 3) if entry.slots and entry.slots[-1].many else entry.most)
        count = self._random.randint(max(entry.least, 1 if entry.slots else 0), most)
        if entry.key in {"and", "or"}:
            count = max(count, 2)
        return max(count, forced.position + 1) if forced else count

    def _base(self, entry: Operator, family: str, forced: Triple | None) -> str:
        """The family of the values that must be alike."""
        slot = next((one for one in entry.slots if one.wants in {"any", "ordered", "measure"}), None)
        if slot is None:
            return ""
        options = CHOICES[slot.wants]
        if (family and "boolean" not in entry.yields) or (family and "like" in entry.yields):
            return family
        if (
            forced
            and entry.slots[forced.position].wants in {"any", "ordered", "measure", "like"}
            and forced.child in TABLE
        ):
            child = TABLE[forced.child]
            fitting = [one for one in options if forced.child in _children(entry.slots[forced.position], one)]
            options = tuple(fitting) or options
            if child.key not in LEAVES:
                options = tuple(one for one in options if yields(child, one)) or options
        return self._random.choice(options)

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
        if slot.wants == "unit":
            return self._random.choice(slot.draw)
        if slot.wants == "list":
            return self._list(base)
        wanted = self._family(entry, slot, base, family, child)
        if slot.literal:
            return self._literal_for(entry, slot, wanted)
        if wanted == "enum":
            return self._enum(entity, child)
        if child == "var":
            return self.field(wanted, entity)
        if child == "literal" and wanted == "relation":
            raise NotPossible(wanted)
        if child == "literal":
            return self.literal(wanted)
        if child:
            return self._made(TABLE[child], wanted, entity, depth)
        return self.expression(wanted, entity, depth)

    def _family(self, entry: Operator, slot: Slot, base: str, family: str, child: str) -> str:
        if slot.wants in {"any", "like", "ordered", "measure"} and base:
            return base
        options = CHOICES[slot.wants]
        if slot.wants == "number" and "integer" in entry.yields:
            if family == "integer":
                return "integer"
            if family == "exact":
                options = ("exact", "integer")
        if child and child not in LEAVES:
            options = tuple(one for one in options if yields(TABLE[child], one)) or options
        elif child == "var" and slot.wants == "known":
            options = tuple(one for one in options if one not in {"list"})
        return self._random.choice(options)

    def _enum(self, entity: str, child: str) -> Any:
        """An enum beside another must share options with what is written; so one field, and its own options."""
        facts = [(key, fact) for key, fact in world.FACTS[entity].items() if fact.type.name == "enum"]
        if not facts:
            raise NotPossible("enum")
        key, fact = facts[0]
        if child == "literal" or (not child and self._random.random() < 0.4):
            return self._random.choice(fact.type.options)
        return {"var": key}

    def _literal_for(self, entry: Operator, slot: Slot, wanted: str) -> Any:
        if wanted == "integer":
            return self._random.choice((0, 1, 2, 3, -1, -2) if entry.key == "substr" else (0, 1, 2))
        return self.literal(wanted)

    def _list(self, base: str) -> list[Any]:
        if base == "enum":
            pool: list[Any] = list(world.STAGES)
            return self._random.sample(pool, self._random.randint(0, 3)) + (
                [None] if self._random.random() < 0.3 else []
            )
        made = [self._plain(base) for _ in range(self._random.randint(0, 3))]
        return made + ([None] if self._random.random() < 0.3 else [])

    def _plain(self, base: str) -> Any:
        while isinstance(made := self.literal(base), dict):
            continue
        return made

    def _entity_of(self, name: str, entity: str) -> str:
        *refs, key = name.split(".")
        for ref in refs:
            entity = world.FACTS[entity][ref].type.entity
        return world.RELATIONS[entity][key].entity

    def _mended(self, entry: Operator, args: list[Any]) -> list[Any]:
        """What a signature cannot say of the arguments."""
        if entry.key == "in_period":
            return [args[0], args[1], self._random.choice((1, 7, 30))] if args[1] in COUNTED else args[:2]
        return args
