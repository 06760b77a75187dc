"""Faults put into the operator table on purpose: the proof must find every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sqlalchemy import Integer, cast, func, not_, null

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import NUMBER as NUMBER_SQL
from builder.rules.dialects import all_of, any_of, shaped
from builder.rules.operators import TABLE, comparing, dates, leaves, relations, tags
from builder.rules.operators.entry import Operator
from tests.rules import proof
from tests.rules.generator import Generator, expected


@dataclass(frozen=True)
class Mutant:
    """A fault in the entry `key`: `change` gives the parts that are wrong in it."""

    name: str
    key: str
    change: Callable[[Operator], dict[str, Any]]
    is_quick: bool = False


@contextmanager
def put_in(mutant: Mutant) -> Iterator[None]:
    """The table with the fault in it."""
    sound = TABLE[mutant.key]
    TABLE[mutant.key] = replace(sound, **mutant.change(sound))
    try:
        yield
    finally:
        TABLE[mutant.key] = sound


def rules_until_killed(
    bench: proof.Bench, mutant: Mutant, *, seed: int = 7, rules: int = 2_000
) -> int | None:
    """How many rules it took to see the fault; None when it was never seen."""
    random = Random(seed)
    generator = Generator(random)
    triples = [triple for triple in expected() if mutant.key in {triple.parent, triple.child}]
    with put_in(mutant):
        report = proof.Report()
        for _rule in range(rules):
            proof.ask(bench, generator.containing(random.choice(triples), 2), report, None)
            if report.differences:
                return report.rules
    return None


# --- the faults ---


def _written(entry: Operator, form: str) -> Callable[..., Any]:
    written = getattr(entry, form)

    def one(writer: Any, node: Any) -> Any:
        found = written(writer, node)
        return any_of(*found) if isinstance(found, (list, tuple)) else found

    return one


def _not_true(entry: Operator) -> dict[str, Any]:
    return {"false": lambda writer, node: not_(_written(entry, "true")(writer, node)), "pieces": None}


def _naive_unequal(entry: Operator) -> dict[str, Any]:
    def differs(writer: Any, node: Any) -> Any:
        return writer.value(node.args[0]) != writer.value(node.args[1])

    return {"true": differs}


def _without_empty(entry: Operator) -> dict[str, Any]:
    """The inverse sign alone, without OR IS NULL."""

    def false(writer: Any, node: Any) -> Any:
        return comparing.SIGNS[comparing.INVERSE[entry.key]](*[writer.value(arg) for arg in node.args])

    return {"false": false}


def _like(_entry: Operator) -> dict[str, Any]:
    return {
        "true": lambda writer, node: writer.value(node.args[0]).like("%" + writer.value(node.args[1]) + "%")
    }


def _floor_modulo(_entry: Operator) -> dict[str, Any]:
    def lower(_node: Any, args: Any) -> Any:
        def run(row: Any, moment: Any) -> Any:
            first, second = args[0](row, moment), args[1](row, moment)
            return None if first is None or not second else first % second

        return run

    return {"python": lower}


def _chain(sign: str, *, cast_to: Any = None, brackets: bool = True) -> Callable[[Any, Any], Any]:
    def write(writer: Any, node: Any) -> Any:
        values = [writer.value(arg) for arg in node.args]
        values = [cast(value, cast_to) for value in values] if cast_to else values
        body = f" {sign} ".join(f"{{{at}}}" for at in range(len(values)))
        return shaped(
            f"({body})" if brackets else body,
            *values,
            of=NUMBER_SQL if sign == "/" else INTEGER_SQL,
            repeats=True,
        )

    return write


def _naive_add(_entry: Operator) -> dict[str, Any]:
    def write(writer: Any, node: Any) -> Any:
        day, count = writer.value(node.args[0]), writer.value(node.args[1])
        unit = node.args[2].detail
        text = {"week": "({1} * 7) || ' days'"}.get(unit, f"{{1}} || ' {unit}s'")
        return shaped(f"date({{0}}, {text})", day, count, of=dates.DATE_SQL, repeats=True)

    return {"value": write, "compared": None}


def _either(_entry: Operator) -> dict[str, Any]:
    def compared(writer: Any, node: Any, sign: str, constant: Any, negated: bool) -> Any:
        return [test for arg in node.args for test in writer.compared(arg, sign, constant, negated=negated)]

    return {"compared": compared}


def _one_day_off(_entry: Operator) -> dict[str, Any]:
    sound = _entry.compared

    def compared(writer: Any, node: Any, sign: str, constant: Any, negated: bool) -> Any:
        return sound(writer, node, {">": ">=", "<": "<="}.get(sign, sign), constant, negated)  # type: ignore[misc]

    return {"compared": compared}


def _poisoned(_entry: Operator) -> dict[str, Any]:
    def false(writer: Any, node: Any) -> Any:
        options, has_empty = node.args[1].detail
        values = [comparing.bound(one, node.args[0].type) for one in options] + [null()] * has_empty
        return writer.value(node.args[0]).not_in(values)

    return {"false": false}


def _skips_empty(_entry: Operator) -> dict[str, Any]:
    def lower(_node: Any, args: Any) -> Any:
        def run(row: Any, moment: Any) -> Any:
            values = [value for arg in args if (value := arg(row, moment)) is not None]
            return min(values, default=None)

        return run

    return {"python": lower}


def _true_of_none(entry: Operator) -> dict[str, Any]:
    """All: no child for which it is false; without asking whether there is a child."""
    return {
        "true": lambda writer, node: tags.reached(
            writer, node.args[0], relations._matching(node.args[1], when=False), negated=True
        )
    }


def _all_by_not(_entry: Operator) -> dict[str, Any]:
    """All: no child for which the condition is not true by NOT, which empty values slip through."""

    def true(writer: Any, node: Any) -> Any:
        relation, condition = node.args

        def make(at: Any, way: Any, negated: bool) -> Any:
            inner, via, dated = relations._children(at, way)
            wrong = (
                tags.select(via)
                .where(via.is_not(None), dated, not_(inner.true(condition)))
                .correlate_except(inner.table)
            )
            there = relations._matching(None, when=True)(at, way, False)
            return all_of(there, tags.member(at.column("id"), wrong, negated=True, nullable=False))

        return tags.reached(writer, relation, make, negated=False)

    return {"true": true}


def _sum_of_nothing(_entry: Operator) -> dict[str, Any]:
    def write(writer: Any, node: Any) -> Any:
        _inner, via, rows, _aggregate = relations._chosen(writer, node)
        value = func.sum(_inner.value(node.args[1]))
        found = rows.with_only_columns(value).where(via == tags.holder(writer, node.args[0]))
        return tags.type_coerce(found.scalar_subquery(), INTEGER_SQL)

    return {"value": write, "compared": None}


def _bytes(_entry: Operator) -> dict[str, Any]:
    return {
        "value": lambda writer, node: shaped(
            "length(CAST({0} AS BLOB))",
            writer.value(node.args[0]),
            of=INTEGER_SQL,
            postgresql="octet_length({0})",
        )
    }


def _in_utc(_entry: Operator) -> dict[str, Any]:
    return {
        "value": lambda writer, node: func.date(writer.value(node.args[0]), type_=dates.DATE_SQL),
        "compared": None,
    }


def _any_for_all(_entry: Operator) -> dict[str, Any]:
    return {
        form: tags._has(tags._any_of, none_wanted=True, negated=form == "false") for form in ("true", "false")
    }


def _without_case(_entry: Operator) -> dict[str, Any]:
    def true(writer: Any, node: Any) -> Any:
        values = [
            func.lower(writer.value(arg)) if arg.type.name in {"text", "enum"} else writer.value(arg)
            for arg in node.args
        ]
        return all_of(*[values[0] < values[1]])

    return {"true": true}


def _inner_join(entry: Operator) -> dict[str, Any]:
    """What is not so of an absent record is lost."""

    def compared(writer: Any, node: Any, sign: str, constant: Any, negated: bool) -> Any:
        way = node.detail
        if not way.hops:
            return entry.compared(writer, node, sign, constant, negated)  # type: ignore[misc]
        beyond = writer.inside(way.hops[0][1])
        test = beyond.compared(leaves.onward(node), sign, constant, negated=negated)
        return [leaves.through(writer, beyond, way, test, negated=False)]

    return {"compared": compared}


def _half_even(_entry: Operator) -> dict[str, Any]:
    def lower(node: Any, args: Any) -> Any:
        digits, type_ = (node.args[1].detail if len(node.args) > 1 else 0), node.args[0].type

        def run(row: Any, moment: Any) -> Any:
            value = args[0](row, moment)
            if value is None:
                return None
            return (
                round(value * 10**digits)
                if type_.name == "number"
                else round(value / 10 ** (type_.scale - digits))
            )

        return run

    return {"python": lower}


def _no_dates(_entry: Operator) -> dict[str, Any]:
    return {"python": leaves._field}


MUTANTS = (
    Mutant("NOT (true form) for the false form of ==", "==", _not_true, is_quick=True),
    Mutant("NOT (true form) for the false form of <", "<", _not_true),
    Mutant("OR IS NULL dropped", ">", _without_empty, is_quick=True),
    Mutant("!= of three values", "!=", _naive_unequal, is_quick=True),
    Mutant("LIKE for instr", "contains", _like, is_quick=True),
    Mutant("modulo that floors", "%", _floor_modulo, is_quick=True),
    Mutant("division of integers", "/", lambda _entry: {"value": _chain("/", cast_to=Integer)}),
    Mutant(
        "sums without brackets", "-", lambda _entry: {"value": _chain("-", brackets=False)}, is_quick=True
    ),
    Mutant("sums that overflow", "+", lambda _entry: {"value": _chain("+")}),
    Mutant("products that overflow", "*", lambda _entry: {"value": _chain("*")}),
    Mutant("months that roll over", "date_add", _naive_add, is_quick=True),
    Mutant("either value for the first that is known", "??", _either, is_quick=True),
    Mutant("one day off", "days_since", _one_day_off),
    Mutant("null in NOT IN", "in.list", _poisoned, is_quick=True),
    Mutant("the smallest of what is known", "min", _skips_empty),
    Mutant("all of none", "all", _true_of_none, is_quick=True),
    Mutant("all by NOT", "all", _all_by_not),
    Mutant("sum of nothing is null", "sum", _sum_of_nothing, is_quick=True),
    Mutant("length in bytes", "length", _bytes),
    Mutant("days in UTC", "date_of", _in_utc),
    Mutant("any for all tags", "has_all", _any_for_all),
    Mutant("order without regard to case", "<", _without_case),
    Mutant("absent records lost", "var", _inner_join),
    Mutant("halves to even", "round", _half_even),
    Mutant("past rollups without dates", "var", _no_dates),
)
