"""Empty values: asking for them, and what to take instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, type_coerce

from builder.rules.dialects import SQL_TYPES, all_of, any_of
from builder.rules.families import BOOLEAN
from builder.rules.names import Moment, Row
from builder.rules.operators.arithmetic import common, type_of_common
from builder.rules.operators.comparing import is_column
from builder.rules.operators.entry import Operator, Pieces, Slot, Speaker, Sql, Test, Writer
from builder.rules.operators.spelling import FIRST_KNOWN, function
from builder.rules.tree import Closure, Node
from schema_store.problems import _


def _is_empty(_node: Node, args: list[Closure]) -> Closure:
    (inner,) = args

    def run(row: Row, moment: Moment) -> bool:
        found = inner(row, moment)
        return found is None or (hasattr(found, "__len__") and len(found) == 0)

    return run


def _first_known(_node: Node, args: list[Closure]) -> Closure:
    if len(args) == 2:
        first, second = args

        def either(row: Row, moment: Moment) -> Any:
            found = first(row, moment)
            return second(row, moment) if found is None else found

        return either

    def run(row: Row, moment: Moment) -> Any:
        for arg in args:
            found = arg(row, moment)
            if found is not None:
                return found
        return None

    return run


def _first_known_sql(writer: Writer, node: Node) -> Sql:
    chosen = func.coalesce(*[writer.value(arg) for arg in node.args])
    return type_coerce(chosen, SQL_TYPES[node.type.name])


def _first_known_compared(writer: Writer, node: Node, sign: str, constant: Any, negated: bool) -> Pieces:
    """`a ?? b < k` is `a < k`, or a is empty and `b < k`: both can go by an index, and no row meets both."""
    first, *rest = node.args
    if not rest:
        return writer.compared(first, sign, constant, negated=negated)
    if not first.is_nullable:
        return writer.compared(first, sign, constant, negated=negated)
    there = _there(writer, first, sign, constant, negated)
    later = Node("??", node.type, all(arg.is_nullable for arg in rest), tuple(rest), node.pointer)
    empty = writer.emptied(first, negated=False)
    return [
        *there,
        *[and_(empty, piece) for piece in writer.compared(later, sign, constant, negated=negated)],
    ]


def _there(writer: Writer, first: Node, sign: str, constant: Any, negated: bool) -> Pieces:
    """The test where `first` is not empty: what is not so because it is empty is for the others to say."""
    if is_column(first):
        return writer.compared(replace(first, is_nullable=False), sign, constant, negated=negated)
    tests = writer.compared(first, sign, constant, negated=negated)
    return [and_(test, writer.emptied(first, negated=True)) for test in tests] if negated else tests


def _first_known_emptied(writer: Writer, node: Node, negated: bool) -> Test:
    tests = [writer.emptied(arg, negated=negated) for arg in node.args]
    if not negated:
        return all_of(*tests)
    return any_of(*tests)


def _said(speaker: Speaker, node: Node, _negated: bool) -> str:
    *before, words = [speaker.said(arg, beside=node.args[0]) for arg in node.args]
    for word in reversed(before):
        words = speaker.template(node).format(word, words)
    return words


class FirstKnown(Operator):
    """`??`: empty only when every argument is."""

    def is_nullable(self, args: Any) -> bool:
        return all(arg.is_nullable for arg in args)


ENTRIES = (
    Operator(
        key="is_empty",
        name="is_empty",
        group="emptiness",
        slots=(Slot("known"),),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("True when the value is empty, or when there are no tags or records."),
        python=_is_empty,
        sentence={"en": "{0} is empty", "zh": "{0}为空", "not en": "{0} is not empty", "not zh": "{0}不为空"},
        weight=4,
        true=lambda writer, node: writer.emptied(node.args[0], negated=False),
        false=lambda writer, node: writer.emptied(node.args[0], negated=True),
        spelling=function("ISBLANK", "ISEMPTY", "为空", en="value", zh="值"),
        example={"is_empty": [{"var": "phone"}]},
    ),
    FirstKnown(
        key="??",
        name="??",
        group="emptiness",
        slots=(Slot("any"), Slot("like", many=True)),
        gives=type_of_common,
        yields=("like",),
        empty="own",
        rule_of_empty=_("The first value that is not empty; empty when all are."),
        python=_first_known,
        sentence={"en": "{0} (or {1} if that is empty)", "zh": "{0}（为空则取{1}）"},
        weight=3,
        say=_said,
        value=_first_known_sql,
        compared=_first_known_compared,
        emptied=_first_known_emptied,
        arrange=common,
        spelling=function(
            "IFEMPTY",
            "空则",
            "为空则",
            en="value, value otherwise",
            zh="值, 为空时的值",
            signs=("??",),
            is_called=True,
            binds=FIRST_KNOWN,
            is_chain=True,
            does={"en": "the first of these values that is not empty", "zh": "第一个不为空的值"},
        ),
        example={"??": [{"var": "last_order_on"}, {"var": "joined_on"}]},
    ),
)
