"""A small world for rules: four entities, rows full of traps, the same on both databases and in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    FromClause,
    Integer,
    MetaData,
    Table,
    insert,
)

from builder.database import Moment as MomentType
from builder.database import PlainText
from builder.rules.names import Fact, Moment, Relation, Rollup, Type
from builder.rules.operators.texts import fold

MAX = 2**53 - 1
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 8, 17, 30, 15, 250_000, UTC)
"""The day a clock jumps in New York."""
MOMENT = Moment(
    NOW,
    ZONE,
    user={"id": 3, "roles": ["vip", "É"], "city": "a", "store": 2},
    record={
        "amount": Decimal("12.50"),
        "points": 7,
        "day": date(2026, 2, 28),
        "at": NOW,
        "city": "É",
        "vip": True,
    },
)
PAST = Moment(datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), ZONE, is_past=True, user={})

TEXTS = (
    "a",
    "A",
    "aa",
    "Aa",
    "É",
    "é",
    "e\u0301",
    "%",
    "_",
    "a%b",
    " a",
    "a ",
    "10",
    "9",
    "ß",
    "\U0001f600",
    "中文",
    "\uffff",
    "O'x",
    "\\",
)
INTEGERS = (0, 1, -1, 2, 3, 7, -7, 10, 180, 100, MAX, -MAX)
DAYS = (
    date(2026, 3, 8),
    date(2026, 3, 7),
    date(2026, 3, 9),
    date(2025, 9, 9),
    date(2025, 9, 8),
    date(2024, 2, 29),
    date(2026, 1, 31),
    date(2025, 12, 31),
    date(2026, 2, 28),
    date(2000, 2, 29),
    date(1970, 1, 1),
    date(1, 1, 1),
    date(9999, 12, 31),
    date(2026, 3, 2),
)
TIMES = (
    NOW,
    NOW - timedelta(microseconds=1),
    datetime(2026, 3, 8, 6, 59, 59, 999_999, UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 3, 8, 5, tzinfo=UTC),
    datetime(2026, 3, 9, 4, tzinfo=UTC),
    datetime(2025, 11, 2, 5, 30, tzinfo=UTC),
    datetime(2025, 11, 2, 6, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
)
TAGS = ("vip", "VIP", "É", "new", "a%b", "中文")
STAGES, LEVELS, STATUSES = (
    ("new", "active", "dormant", "churned"),
    ("base", "silver", "gold"),
    ("paid", "refunded"),
)

TEXT, INTEGER, MONEY, BOOLEAN = Type("text"), Type("integer"), Type("decimal", scale=2), Type("boolean")
DAY, TIME, SET = Type("date"), Type("datetime"), Type("tags")


def facts(**types: tuple[Type, bool]) -> dict[str, Fact]:
    """Facts by key, each (type, nullable)."""
    own = {"id": (INTEGER, False)} | types
    return {key: Fact(key, type_, {"en": key, "zh": key}, nullable) for key, (type_, nullable) in own.items()}


def _rolled(fact: Fact, aggregate: str, of: str | None, where: Any) -> Fact:
    return Fact(
        fact.key,
        fact.type,
        fact.label,
        fact.is_nullable,
        rollup=Rollup("orders", aggregate, of, where, "ordered_on"),
    )


FACTS: dict[str, dict[str, Fact]] = {
    "member": facts(
        name=(TEXT, True),
        city=(TEXT, True),
        code=(TEXT, False),
        stage=(Type("enum", options=STAGES), True),
        level=(Type("enum", options=LEVELS), False),
        vip=(BOOLEAN, True),
        blocked=(BOOLEAN, False),
        points=(INTEGER, True),
        visits=(INTEGER, False),
        balance=(MONEY, True),
        rate=(Type("decimal", scale=3), False),
        joined_on=(DAY, True),
        last_order_on=(DAY, True),
        born_on=(DAY, False),
        seen_at=(TIME, True),
        created_at=(TIME, False),
        tags=(SET, True),
        store=(Type("ref", entity="store"), True),
        referrer=(Type("ref", entity="member"), True),
        spent=(MONEY, True),
        order_count=(INTEGER, False),
    ),
    "order": facts(
        member=(Type("ref", entity="member"), True),
        amount=(MONEY, True),
        quantity=(INTEGER, False),
        status=(Type("enum", options=STATUSES), True),
        ordered_on=(DAY, True),
        note=(TEXT, True),
        paid=(BOOLEAN, True),
        store=(Type("ref", entity="store"), True),
        labels=(SET, True),
        placed_at=(TIME, True),
    ),
    "store": facts(
        region=(TEXT, True),
        rating=(INTEGER, True),
        opened_on=(DAY, True),
        manager=(Type("ref", entity="member"), True),
        marks=(SET, True),
        fee=(Type("decimal", scale=1), True),
    ),
    "line": facts(order=(Type("ref", entity="order"), True), price=(MONEY, True), pieces=(INTEGER, True)),
}
FACTS["member"]["spent"] = _rolled(
    FACTS["member"]["spent"], "sum", "amount", {"==": [{"var": "status"}, "paid"]}
)
FACTS["member"]["order_count"] = _rolled(FACTS["member"]["order_count"], "count", None, True)


def _var(name: str) -> dict[str, str]:
    return {"var": name}


FORMULAS: dict[str, dict[str, tuple[Type, Any]]] = {
    "member": {
        "margin": (INTEGER, {"-": [_var("points"), _var("visits")]}),
        "worth": (MONEY, {"??": [_var("spent"), {"+": [_var("balance"), 1]}]}),
        "is_good": (BOOLEAN, {"or": [_var("vip"), {">": [_var("margin"), 0]}]}),
        "is_flagged": (BOOLEAN, {"if": [{"is_empty": [_var("city")]}, _var("blocked"), _var("vip")]}),
        "tag_line": (TEXT, {"cat": [_var("name"), "-", _var("code")]}),
        "due_on": (DAY, {"date_add": [_var("last_order_on"), 1, "month"]}),
        "region": (TEXT, _var("store.region")),
        "big_orders": (INTEGER, {"count": [_var("orders"), {">": [_var("amount"), 1]}]}),
    },
    "order": {
        "is_big": (BOOLEAN, {">": [_var("amount"), _var("member.balance")]}),
        "fee": (MONEY, {"+": [_var("amount"), _var("store.fee")]}),
    },
    "store": {"score": (INTEGER, {"%": [_var("rating"), 7]})},
    "line": {},
}
"""Fields that are worked out whenever they are read."""
for _entity, _formulas in FORMULAS.items():
    for _key, (_type, _document) in _formulas.items():
        FACTS[_entity][_key] = Fact(_key, _type, {"en": _key, "zh": _key}, formula=_document)


def stored_facts(entity: str) -> dict[str, Fact]:
    """The facts that have a value of their own."""
    return {key: fact for key, fact in FACTS[entity].items() if fact.formula is None}


RELATIONS: dict[str, dict[str, Relation]] = {
    "member": {
        "orders": Relation("orders", "order", "member", dated_by="ordered_on"),
        "referred": Relation("referred", "member", "referrer"),
    },
    "order": {"lines": Relation("lines", "line", "order")},
    "store": {
        "orders": Relation("orders", "order", "store", dated_by="placed_at"),
        "members": Relation("members", "member", "store"),
    },
    "line": {},
}


class World:
    """The names of this world (the protocol `Names`)."""

    def facts(self, entity: str) -> Mapping[str, Fact]:
        return FACTS[entity]

    def relations(self, entity: str) -> Mapping[str, Relation]:
        return RELATIONS[entity]

    def label(self, entity: str) -> str:
        return entity


NAMES = World()

# --- rows ---


@dataclass(eq=False)
class Record:
    """One record in Python (the protocol `Row`), with its world around it."""

    entity: str
    values: dict[str, Any]
    world: dict[str, dict[int, Record]] = field(repr=False)

    def value(self, key: str) -> Any:
        return self.values[key]

    def one(self, key: str) -> Record | None:
        return self.world[FACTS[self.entity][key].type.entity].get(self.values[key])

    def many(self, relation: str) -> Sequence[Record]:
        found = RELATIONS[self.entity][relation]
        return [
            child
            for child in self.world[found.entity].values()
            if child.values[found.via] == self.values["id"]
        ]


COUNTS = {"store": 5, "member": 80, "order": 120, "line": 90}


def records(seed: int) -> dict[str, dict[int, Record]]:
    """{entity: {id: record}}: values from the shared pools, a quarter of them empty, references that lead nowhere."""
    random = Random(seed)
    world: dict[str, dict[int, Record]] = {entity: {} for entity in COUNTS}
    for entity, count in COUNTS.items():
        for number in range(1, count + 1):
            values = {key: _value(random, fact) for key, fact in stored_facts(entity).items()} | {
                "id": number
            }
            world[entity][number] = Record(entity, values, world)
    return world


def _value(random: Random, fact: Fact) -> Any:
    if fact.is_nullable and random.random() < 0.25:
        return frozenset() if fact.type.name == "tags" else None
    return SAMPLES[fact.type.name](random, fact.type)


def _ref(random: Random, type_: Type) -> int:
    """Often one of the first, so that some have many children; now and then a record that is not there."""
    count = COUNTS[type_.entity]
    return 999 if random.random() < 0.08 else random.randint(1, max(3, count * 2 // 3))


SAMPLES: dict[str, Any] = {
    "text": lambda random, _type: random.choice(TEXTS),
    "enum": lambda random, type_: random.choice(type_.options),
    "boolean": lambda random, _type: random.random() < 0.5,
    "integer": lambda random, _type: random.choice(INTEGERS),
    "decimal": lambda random, _type: random.choice((0, 1, -1, 100, 1250, -1250, 333, 10**12 + 1, 9_999_999)),
    "date": lambda random, _type: random.choice(DAYS),
    "datetime": lambda random, _type: random.choice(TIMES),
    "tags": lambda random, _type: frozenset(random.sample(TAGS, random.randint(0, 4))),
    "ref": _ref,
}

# --- tables ---

COLUMNS = {
    "text": PlainText,
    "enum": PlainText,
    "boolean": Boolean(),
    "integer": BigInteger(),
    "decimal": BigInteger(),
    "ref": BigInteger(),
    "date": Date(),
    "datetime": MomentType(),
}

METADATA = MetaData()
TABLES = {
    entity: Table(
        f"rec_{entity}",
        METADATA,
        *[
            Column(
                key,
                BigInteger().with_variant(Integer, "sqlite") if key == "id" else COLUMNS[fact.type.name],
                primary_key=key == "id",
                index=fact.type.name == "ref",
            )
            for key, fact in own.items()
            if fact.type.name != "tags"
        ],
        *[Column(f"{key}__folded", PlainText) for key, fact in own.items() if fact.type.name == "text"],
    )
    for entity, own in ((entity, stored_facts(entity)) for entity in FACTS)
}
LINKS = {
    (entity, key): Table(
        f"tag_{entity}_{key}",
        METADATA,
        Column("record_id", BigInteger, primary_key=True),
        Column("tag", PlainText, primary_key=True),
    )
    for entity, own in FACTS.items()
    for key, fact in own.items()
    if fact.type.name == "tags"
}


class WorldTables:
    """The tables of this world (the protocol `Tables`)."""

    def table(self, entity: str, *, alias: bool = False) -> FromClause:
        return TABLES[entity].alias() if alias else TABLES[entity]

    def column(self, table: FromClause, entity: str, key: str) -> Any:
        return table.c[key]

    def folded(self, table: FromClause, entity: str, key: str) -> Any:
        return table.c[f"{key}__folded"]

    def tags(self, entity: str, key: str) -> FromClause:
        return LINKS[entity, key]


def fill(connection: Connection, world: dict[str, dict[int, Record]]) -> None:
    """Create the tables and write the rows."""
    METADATA.drop_all(connection)
    METADATA.create_all(connection)
    for entity, rows in world.items():
        tags = {key for key, fact in FACTS[entity].items() if fact.type.name == "tags"}
        connection.execute(insert(TABLES[entity]), [_columns(row, tags) for row in rows.values()])
        for key in tags:
            links = [
                {"record_id": number, "tag": tag}
                for number, row in rows.items()
                for tag in sorted(row.values[key])
            ]
            connection.execute(insert(LINKS[entity, key]), links)


def _columns(row: Record, tags: set[str]) -> dict[str, Any]:
    """The row as its table holds it, with the folded shadow of each text."""
    own = {key: one for key, one in row.values.items() if key not in tags}
    texts = [key for key, fact in stored_facts(row.entity).items() if fact.type.name == "text"]
    return own | {f"{key}__folded": None if own[key] is None else fold(own[key]) for key in texts}
