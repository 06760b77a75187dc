"""Comparisons and membership of a list. An empty value is equal to an empty value only, and has no order."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, or_, true

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import all_of, any_of, bound, otherwise, shaped
from builder.rules.families import BOOLEAN
from builder.rules.names import Moment, Row, Type
from builder.rules.operators import quick, spelling
from builder.rules.operators.entry import Operator, Pieces, Slot, Sql, Test, Writer
from builder.rules.operators.leaves import as_number, in_zone
from builder.rules.operators.spelling import COMPARED, function
from builder.rules.tree import Closure, Node
from schema_store.problems import _

SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, options: value in options,
}
INVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
FLIPPED = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
MAX_LISTED_OPTIONS = 50
"""An enum of more options is compared with <>; listing the others would serve no index."""


def tested(value: Any, sign: str, constant: Any) -> bool:
    """Python's verdict on one value: nothing is true of an empty one."""
    return value is not None and bool(SIGNS[sign](value, constant))


# --- SQL: one side is constant ---


def against(writer: Writer, node: Node, sign: str, constant: Node, *, negated: bool) -> Pieces:
    """`node sign constant`, the constant brought to the node's own scale."""
    value = writer.constant(constant)
    if value is None:
        return [writer.emptied(node, negated=negated) if sign == "==" else _verdict(negated)]
    known = aligned(sign, value, constant.type.scale, node.type)
    if known is None:
        return [_verdict(negated)]
    return writer.compared(node, *known, negated=negated)


def _verdict(holds: bool) -> Test:
    return true() if holds else false()


def aligned(sign: str, value: Any, scale: int, type_: Type) -> tuple[str, Any] | None:
    """The same test against a constant of the node's own scale; None when it never holds.

    A column of cents is never equal to 12.345, and is above it exactly when it is above 12.34.
    """
    if type_.name not in {"integer", "decimal"} or scale == type_.scale:
        return sign, value
    if scale < type_.scale:
        return sign, value * 10 ** (type_.scale - scale)
    whole, rest = divmod(value, 10 ** (scale - type_.scale))
    if not rest:
        return sign, whole
    return {"==": None, "<": ("<=", whole), "<=": ("<=", whole), ">": (">", whole), ">=": (">", whole)}[sign]


def leaf(node: Node, expression: Sql, sign: str, constant: Any, *, negated: bool) -> Pieces:
    """The plain test of an expression: an inverse sign or IS NULL for what is not so, never NOT."""
    test = _plain(expression, node.type, sign, constant)
    if not negated:
        return [test]
    if not is_column(node):
        return [otherwise(test)] if node.is_nullable else [_inverse(expression, node.type, sign, constant)]
    tests = [_inverse(expression, node.type, sign, constant)]
    return [*tests, expression.is_(None)] if node.is_nullable else tests


def is_column(node: Node) -> bool:
    """Whether the node is a column of its own table, of which two copies cost nothing and an index may serve."""
    return node.op == "var" and not node.detail.hops and node.detail.source is None


def _plain(expression: Sql, type_: Type, sign: str, constant: Any) -> Test:
    if sign == "in":
        return expression.in_([bound(value, type_) for value in sorted(constant)]) if constant else false()
    return SIGNS[sign](expression, bound(constant, type_))


def _inverse(expression: Sql, type_: Type, sign: str, constant: Any) -> Test:
    chosen = {"==": [constant], "in": constant}.get(sign)
    if chosen is None:
        return SIGNS[INVERSE[sign]](expression, bound(constant, type_))
    if type_.name == "enum" and len(type_.options) <= MAX_LISTED_OPTIONS:
        return _plain(expression, type_, "in", {one for one in type_.options if one not in chosen})
    if sign == "==":
        return expression != bound(constant, type_)
    return (
        expression.not_in([bound(value, type_) for value in sorted(constant)])
        if constant
        else expression.is_not(None)
    )


# --- SQL: both sides are read ---


def compare(writer: Writer, sign: str, left: Node, right: Node, *, negated: bool) -> Pieces:
    """`left sign right` as disjoint conditions; exactly the complement with `negated`."""
    if right.is_constant:
        return against(writer, left, sign, right, negated=negated)
    if left.is_constant:
        return against(writer, right, FLIPPED[sign], left, negated=negated)
    return _both_read(writer, sign, left, right, negated=negated)


def _both_read(writer: Writer, sign: str, left: Node, right: Node, *, negated: bool) -> Pieces:
    first, second = (
        _scaled(writer, one, factor) for one, factor in zip((left, right), factors(left, right), strict=True)
    )
    plain = SIGNS[sign](first, second)
    both_empty = and_(first.is_(None), second.is_(None))
    may_be_equal_empty = sign == "==" and left.is_nullable and right.is_nullable
    if not negated:
        return [plain, both_empty] if may_be_equal_empty else [plain]
    if not (is_column(left) and is_column(right)):
        if not left.is_nullable and not right.is_nullable:
            return [_opposite(first, sign, second)]
        return [otherwise(or_(plain, both_empty) if may_be_equal_empty else plain)]
    return [_opposite(first, sign, second), *_one_empty(first, left, second, right, equal=may_be_equal_empty)]


def _opposite(first: Sql, sign: str, second: Sql) -> Test:
    return first != second if sign == "==" else SIGNS[INVERSE[sign]](first, second)


def _one_empty(first: Sql, left: Node, second: Sql, right: Node, *, equal: bool) -> Pieces:
    """The rows that a comparison loses because a side is empty; two empty sides are equal to each other."""
    if equal:
        return [and_(first.is_(None), second.is_not(None)), and_(first.is_not(None), second.is_(None))]
    lost: list[Test] = [first.is_(None)] if left.is_nullable else []
    if right.is_nullable:
        lost.append(and_(first.is_not(None), second.is_(None)) if left.is_nullable else second.is_(None))
    return lost


def factors(left: Node, right: Node) -> tuple[int, int]:
    """What each side is multiplied by so that both have one scale."""
    scale = max(left.type.scale, right.type.scale)
    return 10 ** (scale - left.type.scale), 10 ** (scale - right.type.scale)


def _scaled(writer: Writer, node: Node, factor: int) -> Sql:
    """Exact for comparing: PostgreSQL goes to NUMERIC; on SQLite what leaves 64 bits is beyond every other value."""
    value = writer.value(node)
    if factor == 1:
        return value
    return shaped(
        f"({{0}} * {factor})", value, of=INTEGER_SQL, postgresql=f"(CAST({{0}} AS NUMERIC) * {factor})"
    )


# --- Python ---


def _beside_written(node: Node, sign: str) -> tuple[str, str, Any] | None:
    """(key, sign, constant in the field's own form) where a field of the record stands beside a written value."""
    for (one, other), turned in ((node.args, sign), (node.args[::-1], FLIPPED[sign])):
        key = quick.own_field(one)
        if key is not None and quick.is_written(other):
            by_field, by_constant = factors(one, other)
            value = other.detail
            return (key, turned, _times(value, by_constant)) if by_field == 1 else None
    return None


def _times(value: Any, factor: int) -> Any:
    """Days and texts are never scaled."""
    return value if value is None or factor == 1 else value * factor


def _ordered(sign: str) -> Callable[[Node, list[Closure]], Closure]:
    test = SIGNS[sign]

    def lower(node: Node, args: list[Closure]) -> Closure:
        left, right = args
        by_left, by_right = factors(*node.args)
        beside = _beside_written(node, sign)
        if beside is not None:
            key, turned, constant = beside
            return (lambda _row, _moment: False) if constant is None else quick.ORDERED[turned](key, constant)
        if by_left == 1 and quick.is_written(node.args[1]) and node.args[1].detail is not None:
            return _against_constant(test, left, _times(node.args[1].detail, by_right))

        def run(row: Row, moment: Moment) -> bool:
            first, second = left(row, moment), right(row, moment)
            return first is not None and second is not None and test(first, second)

        def scaled(row: Row, moment: Moment) -> bool:
            first, second = left(row, moment), right(row, moment)
            return first is not None and second is not None and test(first * by_left, second * by_right)

        return run if by_left == by_right == 1 else scaled

    return lower


def _against_constant(test: Callable[[Any, Any], Any], read: Closure, constant: Any) -> Closure:
    def run(row: Row, moment: Moment) -> bool:
        value = read(row, moment)
        return value is not None and test(value, constant)

    return run


def _equal(*, negated: bool) -> Callable[[Node, list[Closure]], Closure]:
    def lower(node: Node, args: list[Closure]) -> Closure:
        left, right = args
        by_left, by_right = factors(*node.args)
        beside = _beside_written(node, "==")
        if beside is not None:
            key, _sign, constant = beside
            return quick.equal(key, constant, negated=negated)

        def run(row: Row, moment: Moment) -> bool:
            return (left(row, moment) == right(row, moment)) is not negated

        def scaled(row: Row, moment: Moment) -> bool:
            first, second = left(row, moment), right(row, moment)
            if first is None or second is None:
                return (first is second) is not negated
            return (first * by_left == second * by_right) is not negated

        return run if by_left == by_right == 1 else scaled

    return lower


def together(args: list[Node]) -> list[Node]:
    """Numbers of which one is a double are all compared as doubles."""
    return [as_number(arg) for arg in args] if any(arg.type.name == "number" for arg in args) else args


def _comparison(sign: str, *, negated: bool = False) -> dict[str, Any]:
    """The SQL parts of a two-sided comparison."""
    return {
        "true": lambda writer, node: compare(writer, sign, *node.args, negated=negated),
        "false": lambda writer, node: compare(writer, sign, *node.args, negated=not negated),
        "arrange": together,
    }


# --- between ---


def _pairs(node: Node, sign: str) -> tuple[Node, Node]:
    """`low sign x sign high` as two comparisons."""
    low, middle, high = node.args
    return (
        Node(sign, BOOLEAN, False, (low, middle), node.pointer),
        Node(sign, BOOLEAN, False, (middle, high), node.pointer),
    )


def _between(sign: str) -> dict[str, Any]:
    test = SIGNS[sign]

    def lower(node: Node, args: list[Closure]) -> Closure:
        low, middle, high = args
        scale = max(arg.type.scale for arg in node.args)
        by = [10 ** (scale - arg.type.scale) for arg in node.args]
        key = quick.own_field(node.args[1])
        if key is not None and by[1] == 1 and all(map(quick.is_written, (node.args[0], node.args[2]))):
            least, most = _times(node.args[0].detail, by[0]), _times(node.args[2].detail, by[2])
            if least is not None and most is not None:
                return quick.BETWEEN[sign](least, key, most)

        def run(row: Row, moment: Moment) -> bool:
            first, second, third = low(row, moment), middle(row, moment), high(row, moment)
            if first is None or second is None or third is None:
                return False
            return test(first, second) and test(second, third)

        def scaled(row: Row, moment: Moment) -> bool:
            first, second, third = low(row, moment), middle(row, moment), high(row, moment)
            if first is None or second is None or third is None:
                return False
            return test(first * by[0], second * by[1]) and test(second * by[1], third * by[2])

        return scaled if scale > 0 else run

    return {
        "python": lower,
        "true": lambda writer, node: all_of(*[writer.true(one) for one in _pairs(node, sign)]),
        "false": lambda writer, node: any_of(*[writer.false(one) for one in _pairs(node, sign)]),
        "pieces": lambda writer, node, negated: writer.pieces(
            Node(
                "or" if negated else "and",
                BOOLEAN,
                False,
                _negated(_pairs(node, sign), negated),
                node.pointer,
            ),
            negated=False,
        ),
        "arrange": together,
    }


def _negated(nodes: tuple[Node, ...], negated: bool) -> tuple[Node, ...]:
    return tuple(Node("!", BOOLEAN, False, (node,), node.pointer) for node in nodes) if negated else nodes


# --- in a list ---


def _in_list(node: Node, args: list[Closure]) -> Closure:
    value, (options, has_empty) = args[0], node.args[1].detail
    key = quick.own_field(node.args[0])
    if key is not None and not any(_is_local(one) for one in options):
        return quick.among(key, options, has_empty=has_empty)

    def run(row: Row, moment: Moment) -> bool:
        found = value(row, moment)
        return has_empty if found is None else found in options

    def of_local_times(row: Row, moment: Moment) -> bool:
        found = value(row, moment)
        return has_empty if found is None else found in settled(options, moment)

    return of_local_times if any(_is_local(one) for one in options) else run


def settled(options: frozenset[Any], moment: Moment) -> frozenset[Any]:
    """The list's values, times without an offset read in the workspace's zone."""
    return frozenset(in_zone(one, moment.zone) if _is_local(one) else one for one in options)


def _is_local(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


def _in_list_sql(*, negated: bool) -> Callable[[Writer, Node], Pieces]:
    def write(writer: Writer, node: Node) -> Pieces:
        value, (listed, has_empty) = node.args[0], node.args[1].detail
        options = settled(listed, writer.moment)
        if not options:
            return [writer.emptied(value, negated=negated) if has_empty else _verdict(negated)]
        tests = writer.compared(value, "in", options, negated=negated)
        if not has_empty:
            return tests
        if negated:
            return [all_of(any_of(*tests), writer.emptied(value, negated=True))]
        return [*tests, writer.emptied(value, negated=False)]

    return write


EMPTY_ORDER = _("False when a side is empty.")
EMPTY_EQUAL = _("An empty value is equal only to an empty value.")
PAIR = (Slot("any"), Slot("like"))
ORDERED = (Slot("ordered"), Slot("like"))
RANGE = (Slot("ordered"), Slot("like"), Slot("like"))
SIGNED = {
    "==": spelling.sign("=", "==", binds=COMPARED),
    "!=": spelling.sign("<>", "!=", "≠", binds=COMPARED),
    "<": spelling.sign("<", binds=COMPARED),
    "<=": spelling.sign("<=", "≤", binds=COMPARED),
    ">": spelling.sign(">", binds=COMPARED),
    ">=": spelling.sign(">=", "≥", binds=COMPARED),
}


def _order_entry(sign: str, en: str, zh: str, not_en: str, not_zh: str) -> Operator:
    words = {
        "en": f"{{0}} {en} {{1}}",
        "zh": f"{{0}}{zh}{{1}}",
        "not en": f"{{0}} {not_en} {{1}}",
        "not zh": f"{{0}}{not_zh}{{1}}",
    }
    return Operator(
        key=sign,
        name=sign,
        group="comparison",
        slots=ORDERED,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=EMPTY_ORDER,
        python=_ordered(sign),
        sentence=words,
        weight=3,
        counts_empty="not",
        spelling=SIGNED[sign],
        example={sign: [{"var": "points"}, 100]},
        **_comparison(sign),
    )


def _range_entry(sign: str, en: str, zh: str) -> Operator:
    words = {
        "en": f"{{1}} is {en} {{0}} and {{2}}",
        "zh": f"{{1}}{zh}{{0}}与{{2}}之间",
        "not en": f"{{1}} is not {en} {{0}} and {{2}}",
        "not zh": f"{{1}}不{zh}{{0}}与{{2}}之间",
    }
    return Operator(
        key=f"{sign}.between",
        name=sign,
        group="comparison",
        slots=RANGE,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=EMPTY_ORDER,
        sentence=words,
        weight=1,
        counts_empty="not",
        spelling=SIGNED[sign],
        example={sign: [1, {"var": "points"}, 100]},
        **_between(sign),
    )


ENTRIES = (
    Operator(
        key="==",
        name="==",
        group="comparison",
        slots=PAIR,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=EMPTY_EQUAL,
        python=_equal(negated=False),
        sentence={"en": "{0} is {1}", "zh": "{0}是{1}", "not en": "{0} is not {1}", "not zh": "{0}不是{1}"},
        weight=4,
        aliases=("===",),
        counts_empty="not",
        spelling=SIGNED["=="],
        example={"==": [{"var": "stage"}, "active"]},
        **_comparison("=="),
    ),
    Operator(
        key="!=",
        name="!=",
        group="comparison",
        slots=PAIR,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=EMPTY_EQUAL,
        python=_equal(negated=True),
        sentence={"en": "{0} is not {1}", "zh": "{0}不是{1}", "not en": "{0} is {1}", "not zh": "{0}是{1}"},
        weight=4,
        aliases=("!==",),
        counts_empty="plain",
        spelling=SIGNED["!="],
        example={"!=": [{"var": "stage"}, "churned"]},
        **_comparison("==", negated=True),
    ),
    _order_entry("<", "is less than", "小于", "is not less than", "不小于"),
    _order_entry("<=", "is at most", "不超过", "is not at most", "不是至多"),
    _order_entry(">", "is more than", "大于", "is not more than", "不大于"),
    _order_entry(">=", "is at least", "至少为", "is not at least", "不到"),
    _range_entry("<", "strictly between", "严格介于"),
    _range_entry("<=", "between", "介于"),
    Operator(
        key="in.list",
        name="in",
        group="comparison",
        slots=(Slot("any"), Slot("list", literal=True)),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("False for an empty value, unless null stands in the list."),
        python=_in_list,
        sentence={
            "en": "{0} is one of {1}",
            "zh": "{0}是{1}之一",
            "not en": "{0} is none of {1}",
            "not zh": "{0}不是{1}中的任何一个",
        },
        weight=3,
        true=_in_list_sql(negated=False),
        false=_in_list_sql(negated=True),
        counts_empty="not",
        spelling=function(
            "ONEOF",
            "属于",
            en="value, value …",
            zh="值, 值 …",
            spread=True,
            does={"en": "the first value is one of those behind it", "zh": "第一个值是后面各值之一"},
        ),
        example={"in": [{"var": "level"}, ["gold", "black"]]},
    ),
)
