"""One rule asked three times: of Python, of SQLite and of PostgreSQL. They must agree on every row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, case, select

from builder.database import Database
from builder.rules import to_sql
from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.names import Moment
from builder.rules.rule import Rule
from schema_store.problems import Problems
from tests.rules import world
from tests.rules.generator import Generator, Triple, expected, seen

CORPUS = Path(__file__).parent / "corpus"
TABLE = world.TABLES["member"]
TABLES = world.WorldTables()


@dataclass(frozen=True)
class Difference:
    """Where a database and Python disagree about a rule."""

    document: Any
    database: str
    form: str
    rows: tuple[Any, ...]
    is_past: bool = False

    def __str__(self) -> str:
        written = json.dumps(self.document, ensure_ascii=False)
        return f"{self.database}, {self.form}, past {self.is_past}: {written} on {self.rows[:5]}"


@dataclass
class Report:
    """What a run of the proof found."""

    rules: int = 0
    conditions: int = 0
    values: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[Any, str]] = field(default_factory=list)
    triples: set[Triple] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)

    @property
    def missing(self) -> list[Triple]:
        return sorted(set(expected()) - self.triples, key=str)


class Bench:
    """Rows in Python and in databases, ready to be asked."""

    def __init__(self, urls: Iterable[str], seed: int = 1):
        self.rows = world.records(seed)
        self.databases = [Database(url) for url in urls]
        for database in self.databases:
            with database.writing() as connection:
                world.fill(connection, self.rows)
        self._open = [database.engine.connect() for database in self.databases]

    def close(self) -> None:
        for connection, database in zip(self._open, self.databases, strict=True):
            connection.close()
            database.close()

    def differences(self, rule: Rule, moment: Moment, *, thorough: bool = False) -> list[Difference]:
        """Where the databases disagree with Python; `thorough` also asks the disjoint parts, as filters."""
        found: list[Difference] = []
        try:
            call = compiled(rule)
            answers = {number: call(row, moment) for number, row in self.rows[rule.entity].items()}
        except Exception as error:  # noqa: BLE001 - the evaluator never raises for data
            return [
                Difference(
                    rule.document, "python", "error", (f"{type(error).__name__}: {error}",), moment.is_past
                )
            ]
        asked = _questions(rule, moment, answers, thorough=thorough)
        for connection in self._open:
            try:
                rows = [(form, where) for question in asked for form, where in question(connection)]
            except Exception as error:  # noqa: BLE001 - whatever a database says to our SQL is a difference
                connection.rollback()
                rows = [("error", (f"{type(error).__name__}: {str(error)[:300]}",))]
            name = connection.engine.dialect.name
            found += [
                Difference(rule.document, name, form, where, moment.is_past) for form, where in rows if where
            ]
        return found


Question = Callable[[Connection], list[tuple[str, tuple[Any, ...]]]]
"""Asks one database; gives (form, rows that differ) for each form asked."""


def _questions(rule: Rule, moment: Moment, answers: dict[int, Any], *, thorough: bool) -> list[Question]:
    """The SQL is written once for all databases."""
    if not rule.is_condition:
        return [_values(rule, moment, answers)]
    both = _both_forms(rule, moment, answers)
    return [both, _as_filters(rule, moment, answers)] if thorough else [both]


def _both_forms(rule: Rule, moment: Moment, answers: dict[int, Any]) -> Question:
    """One query for both forms: a row's pair is (1, 0) where the rule holds and (0, 1) where it does not."""
    forms = [to_sql.condition(rule, TABLE, TABLES, moment, negated=negated) for negated in (False, True)]
    query = select(TABLE.c.id, *[case((form, 1), else_=0) for form in forms])

    def ask(connection: Connection) -> list[tuple[str, tuple[Any, ...]]]:
        rows = connection.execute(query).all()
        true = tuple(number for number, holds, _not in rows if bool(holds) is not bool(answers[number]))
        false = tuple(number for number, _holds, fails in rows if bool(fails) is bool(answers[number]))
        return [("true", true), ("false", false)]

    return ask


def _as_filters(rule: Rule, moment: Moment, answers: dict[int, Any]) -> Question:
    """The forms as WHERE, and the disjoint parts of the condition."""
    true = {number for number, answer in answers.items() if answer}
    parts = [select(TABLE.c.id).where(part) for part in to_sql.disjuncts(rule, TABLE, TABLES, moment)]
    false = select(TABLE.c.id).where(to_sql.condition(rule, TABLE, TABLES, moment, negated=True))

    def ask(connection: Connection) -> list[tuple[str, tuple[Any, ...]]]:
        met = Counter(number for part in parts for number in connection.scalars(part))
        twice = tuple(number for number, count in met.items() if count > 1)
        others = {*connection.scalars(false)}
        return [
            ("parts", tuple(true ^ met.keys())),
            ("overlap", twice),
            ("filter", tuple((answers.keys() - true) ^ others)),
        ]

    return ask


def _values(rule: Rule, moment: Moment, answers: dict[int, Any]) -> Question:
    """The values, in their own order."""
    written = to_sql.value(rule, TABLE, TABLES, moment)
    query = select(TABLE.c.id, written).order_by(written.nulls_first(), TABLE.c.id)
    by_python = sorted(
        answers,
        key=lambda number: (answers[number] is not None, answers[number] or _zero(answers[number]), number),
    )

    def ask(connection: Connection) -> list[tuple[str, tuple[Any, ...]]]:
        rows = connection.execute(query).all()
        wrong = tuple(
            (number, value, answers[number]) for number, value in rows if not _same(value, answers[number])
        )
        order = [number for number, _value in rows]
        return [("value", wrong), ("order", () if wrong or order == by_python else tuple(order[:3]))]

    return ask


def _zero(value: Any) -> Any:
    return 0 if value is None else value


def _same(one: Any, other: Any) -> bool:
    return one == other and (one is None) == (other is None)


# --- drawing rules ---


def run(bench: Bench, seed: int, rules: int, *, triples: Iterable[Triple] | None = None) -> Report:
    """Draw `rules` rules (first, one for every triple: all there are, if not told which) and ask them all."""
    random, report = Random(seed), Report()
    generator = Generator(random)
    wanted = [*(expected() if triples is None else triples)]
    random.shuffle(wanted)
    for triple in wanted:
        for _attempt in range(20):
            if triple in report.triples:
                break
            ask(
                bench, generator.containing(triple, 2), report, "condition" if random.random() < 0.2 else None
            )
    while report.rules < rules:
        depth = random.choice((2, 3, 3, 4, 5))
        if random.random() < 0.6:
            ask(bench, generator.condition(depth), report, "condition")
        else:
            ask(bench, generator.value(depth), report, "value")
    return report


def ask(bench: Bench, document: Any, report: Report, wanted: str | None) -> None:
    """Check a drawn rule and ask it; note what was seen, refused or different."""
    try:
        rule = check(document, world.NAMES, "member", wanted=_wanted(document, wanted))
    except Problems as refusal:
        report.refused.update(problem.code for problem in refusal.problems)
        report.samples.append((document, str(refusal)))
        return
    report.rules += 1
    report.conditions += rule.is_condition
    report.values += not rule.is_condition
    report.triples.update(seen(rule.tree))
    moment = world.PAST if report.rules % 5 == 0 else world.MOMENT
    report.differences += bench.differences(rule, moment, thorough=report.rules % 4 == 0)


def _wanted(document: Any, wanted: str | None) -> str | None:
    """Rules that give a condition are asked as conditions, the others as values."""
    if wanted is not None:
        return wanted
    try:
        rule = check(document, world.NAMES, "member", wanted=None)
    except Problems:
        return "value"
    return "condition" if rule.type.name == "boolean" else "value"


# --- failures ---


def shrunk(document: Any, fails: Callable[[Any], bool]) -> Any:
    """The smallest document found that still fails: parts are put in the place of wholes."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(document):
            if len(json.dumps(candidate)) < len(json.dumps(document)) and fails(candidate):
                document, smaller = candidate, True
                break
    return document


def _smaller(document: Any) -> Iterable[Any]:
    """The document with one part replaced by something inside that part, or left out."""
    if isinstance(document, dict):
        ((name, inner),) = document.items()
        args = inner if isinstance(inner, list) else [inner]
        yield from args
        if isinstance(inner, list):
            for at, arg in enumerate(args):
                yield {name: args[:at] + args[at + 1 :]}
                yield from ({name: [*args[:at], one, *args[at + 1 :]]} for one in _smaller(arg))
    elif isinstance(document, list):
        yield from (document[:at] + document[at + 1 :] for at in range(len(document)))


def fails_on(bench: Bench, moment: Moment) -> Callable[[Any], bool]:
    """Whether a document is accepted and some database disagrees about it."""

    def fails(document: Any) -> bool:
        for wanted in ("condition", "value"):
            try:
                rule = check(document, world.NAMES, "member", wanted=wanted)
                if bench.differences(rule, moment, thorough=True):
                    return True
            except Problems:
                continue
        return False

    return fails
