"""Child records: is there one, are all so, how many, how much. Tests become `id IN (SELECT fk …)`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, func, literal_column, select, true, type_coerce

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import NUMBER as NUMBER_SQL
from builder.rules.dialects import SQL_TYPES, all_of, any_of, bounded, member, otherwise, shaped
from builder.rules.families import BOOLEAN, INTEGER, NUMBER
from builder.rules.names import Moment, Row, Type
from builder.rules.operators.comparing import leaf, tested
from builder.rules.operators.entry import Operator, Pieces, Slot, Speaker, Sql, Test, Writer
from builder.rules.operators.leaves import within
from builder.rules.operators.spelling import function
from builder.rules.operators.tags import counted, holder, reached
from builder.rules.tree import Closure, Node
from schema_store.problems import _


def _children(writer: Writer, relation: Node) -> tuple[Writer, Sql, Test]:
    """A writer for the child records, the column that points back, and which of them are there at the moment."""
    inner = writer.inside(relation.type.entity)
    there = relation.detail.past if writer.moment.is_past else None
    return inner, inner.column(relation.detail.via), true() if there is None else inner.true(there)


# --- some, all, none ---


def _matching(condition: Node | None, *, when: bool) -> Callable[[Writer, Node, bool], Test]:
    """Records with a child for which the condition is `when` (any child where there is no condition)."""

    def make(writer: Writer, relation: Node, negated: bool) -> Test:
        inner, via, there = _children(writer, relation)
        asked = true() if condition is None else inner.true(condition) if when else inner.false(condition)
        ids = select(via).where(via.is_not(None), there, asked).correlate_except(inner.table)
        return member(writer.column("id"), ids, negated=negated, nullable=False)

    return make


def _some_sql(*, negated: bool) -> Callable[[Writer, Node], Test]:
    def write(writer: Writer, node: Node) -> Test:
        relation, condition = node.args
        return reached(writer, relation, _matching(condition, when=True), negated=negated)

    return write


def _every(condition: Node) -> Callable[[Writer, Node, bool], Test]:
    """All children, of which there is at least one: one is there, and none for which the condition is false."""
    there, wrong = _matching(None, when=True), _matching(condition, when=False)

    def make(writer: Writer, relation: Node, negated: bool) -> Test:
        if negated:
            return any_of(there(writer, relation, True), wrong(writer, relation, False))
        return all_of(there(writer, relation, False), wrong(writer, relation, True))

    return make


def _all_sql(*, negated: bool) -> Callable[[Writer, Node], Test]:
    def write(writer: Writer, node: Node) -> Test:
        relation, condition = node.args
        return reached(writer, relation, _every(condition), negated=negated)

    return write


def relation_emptied(writer: Writer, node: Node, negated: bool) -> Test:
    """No child records at all."""
    return reached(writer, node, _matching(None, when=True), negated=not negated)


def _some(_node: Node, args: list[Closure]) -> Closure:
    children, condition = args

    def run(row: Row, moment: Moment) -> bool:
        for child in children(row, moment):  # noqa: SIM110 - a generator costs more than the condition
            if condition(child, moment):
                return True
        return False

    return run


def _all(_node: Node, args: list[Closure]) -> Closure:
    children, condition = args

    def run(row: Row, moment: Moment) -> bool:
        rows = children(row, moment)
        return bool(rows) and all(condition(child, moment) for child in rows)

    return run


def _none(_node: Node, args: list[Closure]) -> Closure:
    found = _some(_node, args)
    return lambda row, moment: not found(row, moment)


# --- count, sum, min, max, avg ---


def _parts(node: Node) -> tuple[Node, Node | None, Node | None]:
    """Relation, expression and condition of an aggregate; `count` has no expression."""
    relation, *rest = node.args
    expression = None if node.op == "count" else rest.pop(0)
    return relation, expression, rest[0] if rest else None


def _chosen(writer: Writer, node: Node) -> tuple[Writer, Sql, Select[Any], Sql]:
    """(writer of the children, pointing column, select of it where the condition holds, aggregate)."""
    relation, expression, condition = _parts(node)
    inner, via, there = _children(writer, relation)
    asked = true() if condition is None else inner.true(condition)
    rows = select(via).where(via.is_not(None), there, asked).correlate_except(inner.table)
    value = via if expression is None else inner.value(expression)
    scale = 0 if expression is None else expression.type.scale
    return inner, via, rows, AGGREGATES[node.op](value, scale)


def _aggregate_sql(writer: Writer, node: Node) -> Sql:
    _inner, via, rows, aggregate = _chosen(writer, node)
    found = rows.with_only_columns(aggregate).where(via == holder(writer, node.args[0]))
    return type_coerce(found.scalar_subquery(), SQL_TYPES[node.type.name])


def _aggregate_compared(writer: Writer, node: Node, sign: str, constant: Any, negated: bool) -> Pieces:
    """Groups that meet the test; where no rows meet it too, all but the groups that do not."""
    relation = node.args[0]
    holds_at_none = tested(0 if node.op in {"count", "sum"} else None, sign, constant)

    def make(at: Writer, _relation: Node, opposite: bool) -> Test:
        _inner, via, rows, aggregate = _chosen(at, _rebased(node, _relation))
        if node.op == "count":
            test = counted(sign, constant, inverse=holds_at_none)(aggregate)
        else:
            (test,) = leaf(node, aggregate, sign, constant, negated=False)
            test = otherwise(test) if holds_at_none else test
        ids = rows.group_by(via).having(test)
        return member(at.column("id"), ids, negated=opposite is not holds_at_none, nullable=False)

    return [reached(writer, relation, make, negated=negated, absent=holds_at_none)]


def _rebased(node: Node, relation: Node) -> Node:
    """The same aggregate with its relation seen from behind the hops."""
    return Node(node.op, node.type, node.is_nullable, (relation, *node.args[1:]), node.pointer, node.detail)


def _sum_sql(value: Sql, _scale: int) -> Sql:
    return bounded(func.coalesce(func.sum(value), 0))


def _avg_sql(value: Sql, scale: int) -> Sql:
    factor = f" * {10**scale}" if scale else ""
    return shaped(
        f"(CAST(sum({{0}}) AS REAL) / (count({{0}}){factor}))",
        value,
        of=NUMBER_SQL,
        repeats=True,
        postgresql=f"(CAST(sum({{0}}) AS DOUBLE PRECISION) / NULLIF(count({{0}}){factor}, 0))",
    )


AGGREGATES: dict[str, Callable[[Sql, int], Sql]] = {
    "count": lambda _value, _scale: type_coerce(func.count(), INTEGER_SQL),
    "sum": _sum_sql,
    "min.of": lambda value, _scale: type_coerce(func.min(value), value.type),
    "max.of": lambda value, _scale: type_coerce(func.max(value), value.type),
    "avg": _avg_sql,
}


def _values(args: list[Closure]) -> Callable[[Row, Moment], list[Any]]:
    """The expression's values of the child rows that meet the condition, without the empty ones."""
    children, expression, condition = args[0], args[1], args[2] if len(args) > 2 else None

    def read(row: Row, moment: Moment) -> list[Any]:
        found = [
            expression(child, moment)
            for child in children(row, moment)
            if condition is None or condition(child, moment)
        ]
        return [value for value in found if value is not None]

    return read


def _count(_node: Node, args: list[Closure]) -> Closure:
    children, condition = args[0], args[1] if len(args) > 1 else None

    def run(row: Row, moment: Moment) -> int:
        rows = children(row, moment)
        return len(rows) if condition is None else sum(1 for child in rows if condition(child, moment))

    return run


def _folded(fold: Callable[[list[Any], Node], Any]) -> Callable[[Node, list[Closure]], Closure]:
    def lower(node: Node, args: list[Closure]) -> Closure:
        read = _values(args)
        return lambda row, moment: fold(read(row, moment), node)

    return lower


def _average(values: list[int], node: Node) -> float | None:
    return float(sum(values)) / (len(values) * 10 ** node.args[1].type.scale) if values else None


def _said_with_condition(speaker: Speaker, node: Node, _negated: bool) -> str:
    """An aggregate, with its condition where it has one."""
    relation, expression, condition = _parts(node)
    words = [speaker.said(one) for one in (relation, expression) if one is not None]
    return _only_those(speaker, speaker.template(node).format(*words), condition)


def _said_latest(speaker: Speaker, node: Node, _negated: bool) -> str:
    words = speaker.template(node).format(*[speaker.said(arg) for arg in node.args[:3]])
    return _only_those(speaker, words, node.args[3] if len(node.args) > 3 else None)


def _only_those(speaker: Speaker, plain: str, condition: Node | None) -> str:
    if condition is None:
        return plain
    where = {"en": "{0} (only those where {1})", "zh": "{0}（仅限{1}）"}
    return where["zh" if speaker.language.startswith("zh") else "en"].format(
        plain, speaker.claimed(condition)
    )


def _type_of_expression(args: Sequence[Node]) -> Type:
    return args[1].type


# --- latest ---


def _latest(_node: Node, args: list[Closure]) -> Closure:
    children, dated, expression, condition = args[0], args[1], args[2], args[3] if len(args) > 3 else None

    def run(row: Row, moment: Moment) -> Any:
        asked = [
            (when, child.value("id"), child)
            for child in children(row, moment)
            if (when := dated(child, moment)) is not None and (condition is None or condition(child, moment))
        ]
        return expression(max(asked, key=lambda one: one[:2])[2], moment) if asked else None

    return run


def _latest_sql(writer: Writer, node: Node) -> Sql:
    relation, dated, expression = node.args[:3]
    inner, via, there = _children(writer, relation)
    when = inner.value(dated)
    asked = inner.true(node.args[3]) if len(node.args) > 3 else true()
    held = via == holder(writer, relation)
    found = select(inner.value(expression)).where(held, when.is_not(None), there, asked)
    newest = found.order_by(when.desc(), inner.column("id").desc()).limit(literal_column("1"))
    return type_coerce(newest.correlate_except(inner.table).scalar_subquery(), SQL_TYPES[node.type.name])


def _type_of_latest(args: Sequence[Node]) -> Type:
    return args[2].type


RELATION = Slot("relation")
ONLY = Slot("condition", inner=True, optional=True)
ASKED = (RELATION, Slot("condition", inner=True))
SKIPPED = _("Empty values are left out; empty when nothing is left.")

CALLED = {
    "sum": ("SUM", "SUMIF", "求和"),
    "min": ("MIN", "最小值"),
    "max": ("MAX", "最大值"),
    "avg": ("AVERAGE", "AVG", "平均值"),
}


def _aggregate(
    key: str,
    name: str,
    *,
    wants: str,
    gives: Any,
    yields: tuple[str, ...],
    en: str,
    zh: str,
    python: Any,
    **rest: Any,
) -> Operator:
    options = {"empty": "own", "rule_of_empty": SKIPPED} | rest
    return Operator(
        key=key,
        name=name,
        group="relations",
        slots=(RELATION, Slot(wants, inner=True), ONLY),
        gives=gives,
        yields=yields,
        empty=options["empty"],
        rule_of_empty=options["rule_of_empty"],
        python=python,
        sentence={"en": en, "zh": zh},
        weight=2,
        say=_said_with_condition,
        value=_aggregate_sql,
        compared=_aggregate_compared,
        is_aggregate=True,
        spelling=function(*CALLED[name], en="records, value, condition", zh="记录, 值, 条件"),
        example={name: [{"var": "orders"}, {"var": "amount"}, {"==": [{"var": "status"}, "paid"]}]},
    )


ENTRIES = (
    Operator(
        key="some",
        name="some",
        group="relations",
        slots=ASKED,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("False when there are no records."),
        python=_some,
        sentence={
            "en": "at least one of {0} has: {1}",
            "zh": "{0}中至少有一条满足：{1}",
            "not en": "none of {0} has: {1}",
            "not zh": "{0}中没有一条满足：{1}",
        },
        weight=3,
        true=_some_sql(negated=False),
        false=_some_sql(negated=True),
        is_aggregate=True,
        spelling=function("SOME", "存在", en="records, condition", zh="记录, 条件"),
        example={"some": [{"var": "orders"}, {">": [{"var": "amount"}, 100]}]},
    ),
    Operator(
        key="all",
        name="all",
        group="relations",
        slots=ASKED,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("False when there are no records."),
        python=_all,
        sentence={
            "en": "there are {0} and all have: {1}",
            "zh": "有{0}且全部满足：{1}",
            "not en": "there are no {0}, or one lacks: {1}",
            "not zh": "没有{0}，或有一条不满足：{1}",
        },
        weight=3,
        true=_all_sql(negated=False),
        false=_all_sql(negated=True),
        is_aggregate=True,
        spelling=function("ALL", "全部", en="records, condition", zh="记录, 条件"),
        example={"all": [{"var": "orders"}, {"==": [{"var": "status"}, "paid"]}]},
    ),
    Operator(
        key="none",
        name="none",
        group="relations",
        slots=ASKED,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=_("True when there are no records."),
        python=_none,
        sentence={
            "en": "none of {0} has: {1}",
            "zh": "{0}中没有一条满足：{1}",
            "not en": "at least one of {0} has: {1}",
            "not zh": "{0}中至少有一条满足：{1}",
        },
        weight=3,
        true=_some_sql(negated=True),
        false=_some_sql(negated=False),
        is_aggregate=True,
        spelling=function("NONE", "均不", en="records, condition", zh="记录, 条件"),
        example={"none": [{"var": "orders"}, {"==": [{"var": "status"}, "refunded"]}]},
    ),
    Operator(
        key="count",
        name="count",
        group="relations",
        slots=(RELATION, ONLY),
        gives=INTEGER,
        yields=("integer",),
        empty="never",
        rule_of_empty=_("0 when there are none."),
        python=_count,
        sentence={"en": "the number of {0}", "zh": "{0}的数量"},
        weight=3,
        say=_said_with_condition,
        value=_aggregate_sql,
        compared=_aggregate_compared,
        is_aggregate=True,
        spelling=function("COUNT", "COUNTIF", "计数", en="records, condition", zh="记录, 条件"),
        example={">=": [{"count": [{"var": "orders"}]}, 2]},
    ),
    _aggregate(
        "sum",
        "sum",
        wants="exact",
        gives=_type_of_expression,
        yields=("integer", "number"),
        en="the sum of {1} over {0}",
        zh="{0}的{1}合计",
        python=_folded(lambda values, _node: within(sum(values))),
        rule_of_empty=_("Empty values are left out; 0 when nothing is left."),
    ),
    _aggregate(
        "min.of",
        "min",
        wants="ordered",
        gives=_type_of_expression,
        yields=("integer", "number", "date", "datetime", "text"),
        en="the smallest {1} of {0}",
        zh="{0}中最小的{1}",
        python=_folded(lambda values, _node: min(values, default=None)),
    ),
    _aggregate(
        "max.of",
        "max",
        wants="ordered",
        gives=_type_of_expression,
        yields=("integer", "number", "date", "datetime", "text"),
        en="the largest {1} of {0}",
        zh="{0}中最大的{1}",
        python=_folded(lambda values, _node: max(values, default=None)),
    ),
    _aggregate(
        "avg",
        "avg",
        wants="exact",
        gives=NUMBER,
        yields=("number",),
        en="the average {1} of {0}",
        zh="{0}的平均{1}",
        python=_folded(_average),
    ),
    Operator(
        key="latest",
        name="latest",
        group="relations",
        slots=(RELATION, Slot("moment", inner=True), Slot("any", inner=True), ONLY),
        gives=_type_of_latest,
        yields=("like",),
        empty="own",
        rule_of_empty=_("Empty when no record has a date, or when the newest has no such value."),
        python=_latest,
        sentence={"en": "{2} of the newest of {0} by {1}", "zh": "{0}中按{1}最新一条的{2}"},
        weight=2,
        value=_latest_sql,
        is_aggregate=True,
        say=_said_latest,
        spelling=function("LATEST", "最新", en="records, date, value, condition", zh="记录, 日期, 值, 条件"),
        example={"latest": [{"var": "orders"}, {"var": "ordered_on"}, {"var": "status"}]},
    ),
)
