"""The smaller, the larger, and rounding."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import SQL_TYPES, bounded, shaped
from builder.rules.families import INTEGER
from builder.rules.names import Moment, Row, Type
from builder.rules.operators.arithmetic import common, type_of_common
from builder.rules.operators.entry import Operator, Slot, Speaker, Sql, Writer
from builder.rules.operators.leaves import as_decimal, within
from builder.rules.operators.spelling import function
from builder.rules.tree import Closure, Node
from schema_store.problems import _

MAX_DIGITS = 6


def _chosen(choose: Callable[[list[Any]], Any]) -> Callable[[Node, list[Closure]], Closure]:
    def lower(_node: Node, args: list[Closure]) -> Closure:
        def run(row: Row, moment: Moment) -> Any:
            values = [arg(row, moment) for arg in args]
            return None if any(value is None for value in values) else choose(values)

        return run

    return lower


def _chosen_sql(name: str) -> Callable[[Writer, Node], Sql]:
    """PostgreSQL's own LEAST and GREATEST skip empty values; a small table of the values does not."""

    def write(writer: Writer, node: Node) -> Sql:
        places = [f"{{{at}}}" for at in range(len(node.args))]
        rows = ", ".join(f"({place})" for place in places)
        return shaped(
            f"{name}({', '.join(places)})",
            *[writer.value(arg) for arg in node.args],
            of=SQL_TYPES[node.type.name],
            postgresql=(
                f"(SELECT CASE WHEN count(v) = {len(places)} THEN {name}(v) END"  # noqa: S608 - places only, values are bound  # noqa: S608 - our own places
                f" FROM (VALUES {rows}) AS given (v))"
            ),
        )

    return write


def _said(speaker: Speaker, node: Node, _negated: bool) -> str:
    words = ("、" if speaker.language == "zh" else ", ").join(speaker.said(arg) for arg in node.args)
    return speaker.template(node).format(words)


# --- rounding, half away from zero ---


def _digits(args: Sequence[Node]) -> int:
    return args[1].detail if len(args) > 1 else 0


def _rounded_type(args: Sequence[Node]) -> Type:
    digits = _digits(args)
    return Type("decimal", scale=digits) if digits else INTEGER


def rounded_decimal(value: int, away: int) -> int:
    """A scaled integer with `away` digits fewer, exactly."""
    unit = 10**away
    whole = (abs(value) + unit // 2) // unit
    return -whole if value < 0 else whole


def rounded_double(value: float, digits: int) -> int | None:
    """A double as an integer scaled by `digits`; the same steps as the SQL takes."""
    grown = abs(value) * 10**digits + 0.5
    if grown >= 2.0**62:
        return None
    whole = math.floor(grown)
    return within(-whole if value < 0 else whole)


def _rounded(node: Node, args: list[Closure]) -> Closure:
    inner, digits, type_ = args[0], _digits(node.args), node.args[0].type
    away = type_.scale - digits

    def of_double(row: Row, moment: Moment) -> int | None:
        value = inner(row, moment)
        return None if value is None else rounded_double(value, digits)

    def of_decimal(row: Row, moment: Moment) -> int | None:
        value = inner(row, moment)
        return value if value is None or away <= 0 else rounded_decimal(value, away)

    return of_double if type_.name == "number" else of_decimal


def _rounded_sql(writer: Writer, node: Node) -> Sql:
    inner, digits = node.args[0], _digits(node.args)
    value = writer.value(inner)
    if inner.type.name == "number":
        grown = f"abs({{0}}) * {10**digits} + 0.5"
        sign = "CASE WHEN {0} < 0 THEN -1 ELSE 1 END"
        return bounded(
            shaped(
                f"({sign} * CAST({grown} AS INTEGER))",
                value,
                of=INTEGER_SQL,
                postgresql=f"({sign} * floor({grown}))",
            )
        )
    away = inner.type.scale - digits
    if away <= 0:
        return value
    unit = 10**away
    sign = "CASE WHEN {0} < 0 THEN -1 ELSE 1 END"
    return shaped(f"({sign} * ((abs({{0}}) + {unit // 2}) / {unit}))", value, of=INTEGER_SQL)


def _arranged(args: list[Node]) -> list[Node]:
    """An exact number of too few digits gets them."""
    value, digits = args[0], _digits(args)
    is_short = value.type.name != "number" and value.type.scale < (digits or 0)
    return [as_decimal(value, digits), *args[1:]] if is_short else args


def _few_digits(args: list[Node]) -> tuple[str, str] | None:
    if len(args) > 1 and (args[1].detail is None or not 0 <= args[1].detail <= MAX_DIGITS):
        return "syntax.limit", _("Round to a number of digits from 0 to 6.")
    return None


MANY = (Slot("measure"), Slot("like"), Slot("like", many=True, optional=True))
ANY = _("Empty when a value is.")
YIELDS = ("integer", "number", "date", "datetime")

ENTRIES = (
    Operator(
        key="min",
        name="min",
        group="arithmetic",
        slots=MANY,
        gives=type_of_common,
        yields=YIELDS,
        empty="any",
        rule_of_empty=ANY,
        python=_chosen(min),
        sentence={"en": "the smallest of {0}", "zh": "{0}中最小的"},
        weight=2,
        say=_said,
        value=_chosen_sql("min"),
        arrange=common,
        spelling=function(
            "MIN",
            "最小值",
            en="value, value …",
            zh="值, 值 …",
            does={"en": "the smallest of these", "zh": "其中最小的"},
        ),
        example={"min": [{"var": "points"}, 100]},
    ),
    Operator(
        key="max",
        name="max",
        group="arithmetic",
        slots=MANY,
        gives=type_of_common,
        yields=YIELDS,
        empty="any",
        rule_of_empty=ANY,
        python=_chosen(max),
        sentence={"en": "the largest of {0}", "zh": "{0}中最大的"},
        weight=2,
        say=_said,
        value=_chosen_sql("max"),
        arrange=common,
        spelling=function(
            "MAX",
            "最大值",
            en="value, value …",
            zh="值, 值 …",
            does={"en": "the largest of these", "zh": "其中最大的"},
        ),
        example={"max": [{"var": "points"}, 100]},
    ),
    Operator(
        key="round",
        name="round",
        group="arithmetic",
        slots=(Slot("number"), Slot("integer", literal=True, optional=True)),
        gives=_rounded_type,
        yields=("integer", "number"),
        empty="own",
        rule_of_empty=_("Empty when the number is, or is too large. Halves go away from zero."),
        python=_rounded,
        sentence={"en": "{0} rounded", "zh": "{0}四舍五入"},
        weight=2,
        value=_rounded_sql,
        arrange=_arranged,
        objects=_few_digits,
        spelling=function(
            "ROUND",
            "四舍五入",
            en="number, digits",
            zh="数值, 位数",
            does={"en": "the number with so many digits behind the point", "zh": "按小数位数四舍五入"},
        ),
        example={"round": [{"/": [{"var": "points"}, 3]}, 2]},
    ),
)
