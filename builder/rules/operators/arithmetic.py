"""Calculations. Integers and decimals are exact and empty beyond ±(2^53-1); `/`, and `*` of decimals, give doubles."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import NUMBER as NUMBER_SQL
from builder.rules.dialects import SQL_TYPES, bounded, shaped
from builder.rules.families import INTEGER, NUMBER
from builder.rules.limits import MAX_INTEGER
from builder.rules.names import Moment, Row, Type
from builder.rules.operators import quick
from builder.rules.operators.entry import Operator, Slot, Speaker, Sql, Writer
from builder.rules.operators.leaves import as_decimal, as_number, within
from builder.rules.operators.spelling import ADDED, MULTIPLIED, NEGATED, function, sign
from builder.rules.tree import Closure, Node
from schema_store.problems import _

MAX_FACTORS = 12
"""Factors of a double: 12 of at most 2^53 stay far from where doubles overflow, an error on PostgreSQL."""


def common(args: list[Node]) -> list[Node]:
    """The arguments as one type: doubles where one is, else decimals of the largest scale."""
    names = {arg.type.name for arg in args if arg.type.name != "null"}
    if not names <= {"integer", "decimal", "number"}:
        return args
    if "number" in names:
        return [as_number(arg) for arg in args]
    scale = max((arg.type.scale for arg in args), default=0)
    return [as_decimal(arg, scale) for arg in args] if scale else args


def type_of_common(args: Sequence[Node]) -> Type:
    """The type of arguments already brought to common ground; options of enums add up."""
    known = [arg.type for arg in args if arg.type.name != "null"]
    if not known:
        return args[0].type
    if all(one.name == "enum" for one in known):
        return Type("enum", options=tuple(dict.fromkeys(option for one in known for option in one.options)))
    return Type("text") if {one.name for one in known} == {"enum", "text"} else known[0]


def _doubled_unless_integers(args: list[Node]) -> list[Node]:
    return args if all(arg.type.name == "integer" for arg in args) else [as_number(arg) for arg in args]


def _all_doubled(args: list[Node]) -> list[Node]:
    return [as_number(arg) for arg in args]


def factors_in(node: Node) -> int:
    """How many values are multiplied into a double, at most."""
    if node.op in {"*", "/"}:
        return sum(factors_in(arg) for arg in node.args)
    return max((factors_in(arg) for arg in node.args), default=0) + 1


def _too_many_factors(args: list[Node]) -> tuple[str, str] | None:
    is_double = any(arg.type.name == "number" for arg in args)
    if len(args) > MAX_PRODUCT or (is_double and sum(factors_in(arg) for arg in args) > MAX_FACTORS):
        return "syntax.limit", _("Too many factors in one product or quotient.")
    return None


# --- Python ---


def _folded(step: Callable[[Any, Any], Any]) -> Callable[[Node, list[Closure]], Closure]:
    """Left to right; empty when an operand is, or when an exact result leaves the range."""

    def lower(node: Node, args: list[Closure]) -> Closure:
        first, rest = args[0], args[1:]
        is_exact = node.type.name != "number"
        if len(args) == 2:
            last = node.args[1]
            if is_exact and quick.is_written(last) and last.detail is not None:
                return _with_constant(step, first, last.detail)
            return _of_two(step, *args, is_exact=is_exact)

        def run(row: Row, moment: Moment) -> Any:
            total = first(row, moment)
            for arg in rest:
                value = arg(row, moment)
                if total is None or value is None:
                    return None
                total = step(total, value)
            return within(total) if is_exact and total is not None else total

        return run

    return lower


def _with_constant(step: Callable[[Any, Any], Any], read: Closure, constant: int) -> Closure:
    def run(row: Row, moment: Moment) -> int | None:
        value = read(row, moment)
        if value is None:
            return None
        total = step(value, constant)
        return total if -MAX_INTEGER <= total <= MAX_INTEGER else None

    return run


def _of_two(step: Callable[[Any, Any], Any], left: Closure, right: Closure, *, is_exact: bool) -> Closure:
    def exact(row: Row, moment: Moment) -> Any:
        first, second = left(row, moment), right(row, moment)
        if first is None or second is None:
            return None
        total = step(first, second)
        return total if -MAX_INTEGER <= total <= MAX_INTEGER else None

    def double(row: Row, moment: Moment) -> Any:
        first, second = left(row, moment), right(row, moment)
        return None if first is None or second is None else step(first, second)

    return exact if is_exact else double


def _negative(_node: Node, args: list[Closure]) -> Closure:
    (inner,) = args

    def run(row: Row, moment: Moment) -> Any:
        value = inner(row, moment)
        return None if value is None else -value

    return run


def _quotient(_node: Node, args: list[Closure]) -> Closure:
    above, below = args

    def run(row: Row, moment: Moment) -> float | None:
        first, second = above(row, moment), below(row, moment)
        return None if first is None or not second else first / second

    return run


def _remainder(_node: Node, args: list[Closure]) -> Closure:
    above, below = args

    def run(row: Row, moment: Moment) -> int | None:
        first, second = above(row, moment), below(row, moment)
        if first is None or not second:
            return None
        rest = abs(first) % abs(second)
        return -rest if first < 0 else rest

    return run


# --- SQL: brackets around every node, for SQLAlchemy drops those of its own ---


def _folded_sql(sign: str) -> Callable[[Writer, Node], Sql]:
    """One flat chain: a product of integers that leaves 64 bits is a double on SQLite, and empty either way."""

    def write(writer: Writer, node: Node) -> Sql:
        values = [writer.value(arg) for arg in node.args]
        if len(values) == 1:
            return values[0]
        is_exact = node.type.name != "number"
        places = [f"{{{at}}}" for at in range(len(values))]
        wide = [f"CAST({place} AS NUMERIC)" for place in places] if is_exact and sign == "*" else places
        on_sqlite, on_postgresql = (f"({f' {sign} '.join(chain)})" for chain in (places, wide))
        chain = shaped(on_sqlite, *values, of=SQL_TYPES[node.type.name], postgresql=on_postgresql)
        return bounded(chain) if is_exact else chain

    return write


def _negative_sql(writer: Writer, node: Node) -> Sql:
    return shaped("(- {0})", writer.value(node.args[0]), of=SQL_TYPES[node.type.name])


def _quotient_sql(writer: Writer, node: Node) -> Sql:
    return shaped("({0} / NULLIF({1}, 0))", *[writer.value(arg) for arg in node.args], of=NUMBER_SQL)


def _remainder_sql(writer: Writer, node: Node) -> Sql:
    return shaped(
        "({0} % NULLIF({1}, 0))",
        *[writer.value(arg) for arg in node.args],
        of=INTEGER_SQL,
        postgresql="mod({0}, NULLIF({1}, 0))",
    )


def _like_first(args: Sequence[Node]) -> Type:
    return args[0].type


def _sum_type(args: Sequence[Node]) -> Type:
    return args[0].type


def _product_type(args: Sequence[Node]) -> Type:
    return INTEGER if all(arg.type.name == "integer" for arg in args) else NUMBER


def _said_chain(speaker: Speaker, node: Node, _negated: bool) -> str:
    return "(" + speaker.template(node).join(speaker.said(arg) for arg in node.args) + ")"


MANY = (Slot("number"), Slot("number", many=True))
MAX_PRODUCT = 8
"""Factors of one `*`."""
LARGE = _("Empty when a value is, or when an exact result lies beyond ±(2^53-1).")
ZERO = _("Empty when a value is, or when the divisor is zero.")

ENTRIES = (
    Operator(
        key="+",
        name="+",
        group="arithmetic",
        slots=MANY,
        gives=_sum_type,
        yields=("integer", "number"),
        empty="own",
        rule_of_empty=LARGE,
        python=_folded(operator.add),
        sentence={"en": " + ", "zh": " + "},
        weight=4,
        value=_folded_sql("+"),
        say=_said_chain,
        arrange=common,
        spelling=sign("+", binds=ADDED, is_chain=True),
        example={"+": [{"var": "points"}, 10]},
    ),
    Operator(
        key="-",
        name="-",
        group="arithmetic",
        slots=(Slot("number"), Slot("number")),
        gives=_sum_type,
        yields=("integer", "number"),
        empty="own",
        rule_of_empty=LARGE,
        python=_folded(operator.sub),
        sentence={"en": "({0} − {1})", "zh": "({0} − {1})"},
        weight=4,
        value=_folded_sql("-"),
        arrange=common,
        spelling=sign("-", "−", binds=ADDED),
        example={"-": [{"var": "points"}, 10]},
    ),
    Operator(
        key="-.one",
        name="-",
        group="arithmetic",
        slots=(Slot("number"),),
        gives=_like_first,
        yields=("integer", "number"),
        empty="any",
        rule_of_empty=_("Empty when the value is."),
        python=_negative,
        sentence={"en": "−{0}", "zh": "−{0}"},
        weight=2,
        value=_negative_sql,
        spelling=sign("-", "−", binds=NEGATED),
        example={"-": [{"var": "points"}]},
    ),
    Operator(
        key="*",
        name="*",
        group="arithmetic",
        slots=MANY,
        gives=_product_type,
        yields=("integer", "number"),
        empty="own",
        rule_of_empty=LARGE,
        python=_folded(operator.mul),
        sentence={"en": " × ", "zh": " × "},
        weight=4,
        value=_folded_sql("*"),
        say=_said_chain,
        arrange=_doubled_unless_integers,
        objects=_too_many_factors,
        spelling=sign("*", "×", binds=MULTIPLIED, is_chain=True),
        example={"*": [{"var": "points"}, 2]},
    ),
    Operator(
        key="/",
        name="/",
        group="arithmetic",
        slots=(Slot("number"), Slot("number")),
        gives=NUMBER,
        yields=("number",),
        empty="own",
        rule_of_empty=ZERO,
        python=_quotient,
        sentence={"en": "({0} ÷ {1})", "zh": "({0} ÷ {1})"},
        weight=4,
        value=_quotient_sql,
        arrange=_all_doubled,
        objects=_too_many_factors,
        spelling=sign("/", "÷", binds=MULTIPLIED),
        example={"/": [{"var": "points"}, 3]},
    ),
    Operator(
        key="%",
        name="%",
        group="arithmetic",
        slots=(Slot("integer"), Slot("integer")),
        gives=INTEGER,
        yields=("integer",),
        empty="own",
        rule_of_empty=ZERO,
        python=_remainder,
        sentence={"en": "the remainder of {0} ÷ {1}", "zh": "{0} ÷ {1} 的余数"},
        weight=3,
        value=_remainder_sql,
        spelling=function(
            "MOD",
            "余数",
            en="number, divisor",
            zh="数值, 除数",
            signs=("%",),
            is_called=True,
            binds=MULTIPLIED,
        ),
        example={"%": [{"var": "points"}, 100]},
    ),
)
