"""And, or, not, and the choice between values. A condition is true or false, never empty; `!` is its exact negation."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, type_coerce

from builder.rules.dialects import SQL_TYPES, all_of, any_of
from builder.rules.families import BOOLEAN
from builder.rules.names import Moment, Row
from builder.rules.operators.arithmetic import common, type_of_common
from builder.rules.operators.entry import Operator, Pieces, Slot, Speaker, Sql, Test, Writer
from builder.rules.operators.spelling import AND, NOT, OR, Spelling, function, sign
from builder.rules.tree import Closure, Node
from schema_store.problems import _

MAX_PIECES = 8

# --- and, or ---


def _all(node: Node, args: list[Closure]) -> Closure:
    is_certain = not any(arg.is_nullable for arg in node.args)  # each gives True or False itself
    if len(args) == 2 and is_certain:
        first, second = args
        return lambda row, moment: first(row, moment) and second(row, moment)
    if len(args) == 3 and is_certain:
        first, second, third = args
        return lambda row, moment: first(row, moment) and second(row, moment) and third(row, moment)

    def run(row: Row, moment: Moment) -> bool:
        for arg in args:  # noqa: SIM110 - a generator costs more than the rule
            if not arg(row, moment):
                return False
        return True

    return run


def _any(node: Node, args: list[Closure]) -> Closure:
    if len(args) == 2 and not any(arg.is_nullable for arg in node.args):
        first, second = args
        return lambda row, moment: first(row, moment) or second(row, moment)

    def run(row: Row, moment: Moment) -> bool:
        for arg in args:  # noqa: SIM110
            if arg(row, moment):
                return True
        return False

    return run


def every_true(writer: Writer, node: Node) -> Test:
    return all_of(*[writer.true(arg) for arg in node.args])


def every_false(writer: Writer, node: Node) -> Test:
    return all_of(*[writer.false(arg) for arg in node.args])


def some_true(writer: Writer, node: Node) -> Test:
    return any_of(*[writer.true(arg) for arg in node.args])


def some_false(writer: Writer, node: Node) -> Test:
    return any_of(*[writer.false(arg) for arg in node.args])


def _crossed(writer: Writer, node: Node, *, negated: bool) -> Pieces:
    """The conjunctions of one piece of each argument; one condition where they would be too many."""
    rows: list[Test] = [all_of()]
    for arg in node.args:
        pieces = writer.pieces(arg, negated=negated)
        if len(rows) * len(pieces) > MAX_PIECES:
            pieces = [any_of(*pieces)]
        rows = [and_(row, piece) for row in rows for piece in pieces]
    return rows


def _stepped(writer: Writer, node: Node, *, negated: bool) -> Pieces:
    """The first argument; else the second and not the first; and so on: what holds, holds in one piece."""
    rows: list[Test] = []
    before: list[Test] = []
    for arg in node.args:
        rows += [and_(piece, *before) for piece in writer.pieces(arg, negated=negated)]
        before.append(writer.true(arg) if negated else writer.false(arg))
    if len(rows) > MAX_PIECES:
        return [any_of(*[writer.false(arg) if negated else writer.true(arg) for arg in node.args])]
    return rows


def _and_pieces(writer: Writer, node: Node, negated: bool) -> Pieces:
    return _stepped(writer, node, negated=True) if negated else _crossed(writer, node, negated=False)


def _or_pieces(writer: Writer, node: Node, negated: bool) -> Pieces:
    return _crossed(writer, node, negated=True) if negated else _stepped(writer, node, negated=False)


# --- not, truth ---


def _not(_node: Node, args: list[Closure]) -> Closure:
    (inner,) = args
    return lambda row, moment: not inner(row, moment)


def _truth(_node: Node, args: list[Closure]) -> Closure:
    (inner,) = args
    return lambda row, moment: bool(inner(row, moment))


def _number_true(writer: Writer, node: Node) -> Test:
    (number,) = node.args
    return all_of(
        any_of(*writer.compared(number, "==", 0, negated=True)), writer.emptied(number, negated=True)
    )


def _number_false(writer: Writer, node: Node) -> Test:
    (number,) = node.args
    return any_of(*writer.compared(number, "==", 0, negated=False), writer.emptied(number, negated=False))


def truth(node: Node) -> Node:
    """A value where a condition belongs: is it there, and not zero?"""
    if node.type.name == "boolean":
        return node
    number = node.type.name in {"integer", "decimal", "number"}
    return Node(
        "!!.number" if number else "!!.known", BOOLEAN, False, (node,), node.pointer, None, node.is_constant
    )


def _known(_node: Node, args: list[Closure]) -> Closure:
    (inner,) = args

    def run(row: Row, moment: Moment) -> bool:
        found = inner(row, moment)
        return found is not None and (not hasattr(found, "__len__") or len(found) > 0)

    return run


# --- if ---


def _branches(node: Node) -> tuple[list[tuple[int, int]], int | None]:
    """Places of (condition, value) pairs, and of the value that is left."""
    count = len(node.args)
    return [(at, at + 1) for at in range(0, count - 1, 2)], count - 1 if count % 2 else None


def _if(node: Node, args: list[Closure]) -> Closure:
    pairs, rest = _branches(node)
    steps = [(args[test], args[value]) for test, value in pairs]
    last = args[rest] if rest is not None else None

    def run(row: Row, moment: Moment) -> Any:
        for test, value in steps:
            if test(row, moment):
                return value(row, moment)
        return last(row, moment) if last else None

    return run


def _if_sql(writer: Writer, node: Node) -> Sql:
    pairs, rest = _branches(node)
    whens = [(writer.true(node.args[test]), writer.value(node.args[value])) for test, value in pairs]
    chosen = case(*whens, else_=writer.value(node.args[rest]) if rest is not None else None)
    return type_coerce(chosen, SQL_TYPES[node.type.name])


def _values(args: list[Node]) -> list[int]:
    return [at for at in range(len(args)) if at % 2 == 1 or (at == len(args) - 1)]


def _if_arranged(args: list[Node]) -> list[Node]:
    places = _values(args)
    brought = dict(zip(places, common([args[at] for at in places]), strict=True))
    return [brought.get(at, arg) for at, arg in enumerate(args)]


def _if_type(args: Any) -> Any:
    return type_of_common([args[at] for at in _values(list(args))])


# --- sentences ---


def _joined(speaker: Speaker, node: Node, negated: bool) -> str:
    """The parts, joined; what is not all is one that is not. A group inside a group stands in brackets."""
    other = "or" if node.op == "and" else "and"
    joiner = speaker.template(Node(other if negated else node.op, BOOLEAN, False))
    parts = [speaker.claimed(arg, negated=negated) for arg in node.args]
    nested = [arg.op in {"and", "or", "!"} and _groups(arg) for arg in node.args]
    return joiner.join(f"({part})" if inner else part for part, inner in zip(parts, nested, strict=True))


def _groups(node: Node) -> bool:
    return _groups(node.args[0]) if node.op == "!" else node.op in {"and", "or"}


def _turned(speaker: Speaker, node: Node, negated: bool) -> str:
    return speaker.claimed(node.args[0], negated=not negated)


def _as_it_is(speaker: Speaker, node: Node, negated: bool) -> str:
    return speaker.claimed(node.args[0], negated=negated)


def _said_choice(speaker: Speaker, node: Node, _negated: bool) -> str:
    pairs, rest = _branches(node)
    values = [node.args[at] for at in _values(list(node.args))]
    beside = next((one for one in values if one.op == "var"), None)
    steps = [
        speaker.template(node).format(
            speaker.claimed(node.args[test]), speaker.said(node.args[value], beside=beside)
        )
        for test, value in pairs
    ]
    last = (
        [speaker.template(node, "else ").format(speaker.said(node.args[rest], beside=beside))]
        if rest is not None
        else []
    )
    return speaker.template(node, "between ").join([*steps, *last])


class Alternating(Operator):
    """`if`: condition, value, condition, value …, value."""

    def slot_of(self, at: int, count: int) -> Slot:
        return self.slots[0] if at % 2 == 0 and at != count - 1 else self.slots[1]


CONDITIONS = (Slot("condition", many=True),)
NEVER = _("Never empty: an empty value counts as false.")

ENTRIES = (
    Operator(
        key="and",
        name="and",
        group="logic",
        slots=CONDITIONS,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=NEVER,
        python=_all,
        sentence={"en": " and ", "zh": "，且", "not en": " and ", "not zh": "，且"},
        weight=4,
        say=_joined,
        true=every_true,
        false=some_false,
        pieces=_and_pieces,
        spelling=sign(
            "AND",
            "且",
            "并且",
            "&&",
            binds=AND,
            is_chain=True,
            names=("AND",),
            takes={"en": "condition, condition …", "zh": "条件, 条件 …"},
            does={"en": "all of these hold", "zh": "全部条件都满足"},
        ),
        example={"and": [{"var": "vip"}, {">": [{"var": "points"}, 0]}]},
    ),
    Operator(
        key="or",
        name="or",
        group="logic",
        slots=CONDITIONS,
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=NEVER,
        python=_any,
        sentence={"en": " or ", "zh": "，或", "not en": " or ", "not zh": "，或"},
        weight=4,
        say=_joined,
        true=some_true,
        false=every_false,
        pieces=_or_pieces,
        spelling=sign(
            "OR",
            "或",
            "或者",
            "||",
            binds=OR,
            is_chain=True,
            names=("OR",),
            takes={"en": "condition, condition …", "zh": "条件, 条件 …"},
            does={"en": "at least one of these holds", "zh": "至少一个条件满足"},
        ),
        example={"or": [{"var": "vip"}, {">": [{"var": "points"}, 0]}]},
    ),
    Operator(
        key="!",
        name="!",
        group="logic",
        slots=(Slot("condition"),),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=NEVER,
        python=_not,
        sentence={"en": "{0}", "zh": "{0}", "not en": "{0}", "not zh": "{0}"},
        weight=3,
        aliases=("not",),
        say=_turned,
        true=lambda writer, node: writer.false(node.args[0]),
        false=lambda writer, node: writer.true(node.args[0]),
        pieces=lambda writer, node, negated: writer.pieces(node.args[0], negated=not negated),
        spelling=Spelling(
            names=("NOT", "非", "不"),
            takes={"en": "condition", "zh": "条件"},
            does={"en": "this does not hold", "zh": "该条件不满足"},
            binds=NOT,
        ),
        example={"!": [{"var": "vip"}]},
    ),
    Operator(
        key="!!",
        name="!!",
        group="logic",
        slots=(Slot("condition"),),
        gives=BOOLEAN,
        yields=("boolean",),
        empty="never",
        rule_of_empty=NEVER,
        python=_truth,
        sentence={"en": "{0}", "zh": "{0}", "not en": "{0}", "not zh": "{0}"},
        weight=1,
        say=_as_it_is,
        true=lambda writer, node: writer.true(node.args[0]),
        false=lambda writer, node: writer.false(node.args[0]),
        pieces=lambda writer, node, negated: writer.pieces(node.args[0], negated=negated),
        spelling=function(
            "ISTRUE",
            "为真",
            en="value",
            zh="值",
            does={"en": "yes, or there and not zero", "zh": "为是，或有值且不为零"},
        ),
        example={"!!": [{"var": "vip"}]},
    ),
    Operator(
        key="!!.number",
        name="",
        group="logic",
        slots=(Slot("number"),),
        gives=BOOLEAN,
        yields=(),
        empty="never",
        rule_of_empty=_("False when empty or zero."),
        python=_truth,
        sentence={
            "en": "{0} is there and not zero",
            "zh": "{0}有值且不为零",
            "not en": "{0} is empty or zero",
            "not zh": "{0}为空或为零",
        },
        weight=0,
        true=_number_true,
        false=_number_false,
        example=1,
    ),
    Operator(
        key="!!.known",
        name="",
        group="logic",
        slots=(Slot("known"),),
        gives=BOOLEAN,
        yields=(),
        empty="never",
        rule_of_empty=_("False when empty."),
        python=_known,
        sentence={"en": "{0} has a value", "zh": "{0}有值", "not en": "{0} is empty", "not zh": "{0}为空"},
        weight=0,
        true=lambda writer, node: writer.emptied(node.args[0], negated=True),
        false=lambda writer, node: writer.emptied(node.args[0], negated=False),
        example=1,
    ),
    Alternating(
        key="if",
        name="if",
        group="logic",
        slots=(Slot("condition"), Slot("any", many=True)),
        gives=_if_type,
        yields=("boolean", "like"),
        empty="own",
        rule_of_empty=_("Empty when the chosen value is, or when nothing is chosen."),
        python=_if,
        sentence={
            "en": "{1} if {0}",
            "zh": "若{0}则为{1}",
            "else en": "else {0}",
            "else zh": "否则为{0}",
            "between en": ", ",
            "between zh": "，",
        },
        weight=2,
        say=_said_choice,
        aliases=("?:",),
        value=_if_sql,
        arrange=_if_arranged,
        spelling=function(
            "IF",
            "IFS",
            "如果",
            en="condition, value, value otherwise",
            zh="条件, 值, 否则的值",
            does={
                "en": "one value if the condition holds, else the other",
                "zh": "条件满足时取一个值，否则取另一个",
            },
        ),
        example={"if": [{"var": "vip"}, 10, 5]},
    ),
)
