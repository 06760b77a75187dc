"""What a write changed: only for rules that a record trigger asks, of the row before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import false, true, type_coerce

from builder.rules.dialects import SQL_TYPES, all_of, any_of
from builder.rules.families import BOOLEAN
from builder.rules.names import Moment, Row, Type
from builder.rules.operators.comparing import factors
from builder.rules.operators.entry import Operator, Slot, Sql, Test, Writer
from builder.rules.operators.spelling import function
from builder.rules.tree import Closure, Node
from schema_store.problems import Problem, Problems, _


def _hook(writer: Writer, name: str, node: Node) -> Any:
    """What the tables offer for triggers. Raises Problems where they offer nothing."""
    found = getattr(writer.tables, name, None)
    if found is None:
        template = _("This rule asks what a change did, so it can only be asked when a record is written.")
        raise Problems(Problem("sql.unsupported", template, {"operator": name}, node.pointer))
    return found


def _key(node: Node) -> str:
    return node.args[0].detail.key


def _was(node: Node, _args: list[Closure]) -> Closure:
    key = _key(node)
    return lambda row, _moment: row.was(key)  # type: ignore[attr-defined]


def _changed(node: Node, _args: list[Closure]) -> Closure:
    key = _key(node)
    return lambda row, _moment: bool(row.changed(key))  # type: ignore[attr-defined]


def _is_new(_node: Node, _args: list[Closure]) -> Closure:
    return lambda row, _moment: bool(row.is_new)  # type: ignore[attr-defined]


def _was_sql(writer: Writer, node: Node) -> Sql:
    return type_coerce(_hook(writer, "was", node)(_key(node)), SQL_TYPES[node.type.name])


def _changed_sql(*, negated: bool) -> Any:
    def write(writer: Writer, node: Node) -> Test:
        return _hook(writer, "changed", node)(_key(node)) == (false() if negated else true())

    return write


def _is_new_sql(*, negated: bool) -> Any:
    def write(writer: Writer, node: Node) -> Test:
        return _hook(writer, "is_new", node)() == (false() if negated else true())

    return write


# --- changed_to, crossed: made of the others ---


def _changed_to_parts(node: Node) -> tuple[Node, ...]:
    field, value = node.args
    return (
        Node("changed", BOOLEAN, False, (field,), node.pointer),
        Node("==", BOOLEAN, False, (field, value), node.pointer),
    )


def _crossed_parts(node: Node) -> tuple[Node, ...]:
    """At least so much now, and not so before: an empty value before counts as below."""
    field, limit = node.args
    before = Node("was", field.type, True, (field,), node.pointer)
    return (
        Node(">=", BOOLEAN, False, (field, limit), node.pointer),
        Node("!", BOOLEAN, False, (Node(">=", BOOLEAN, False, (before, limit), node.pointer),), node.pointer),
    )


def _made_of(parts: Callable[[Node], tuple[Node, ...]]) -> dict[str, Any]:
    return {
        "true": lambda writer, node: all_of(*[writer.true(part) for part in parts(node)]),
        "false": lambda writer, node: any_of(*[writer.false(part) for part in parts(node)]),
    }


def _changed_to(node: Node, args: list[Closure]) -> Closure:
    key, (field, value) = _key(node), args
    left, right = factors(*node.args)

    def run(row: Row, moment: Moment) -> bool:
        now, wanted = field(row, moment), value(row, moment)
        same = (
            now is wanted
            if now is None or wanted is None
            else now * left == wanted * right
            if left != right
            else now == wanted
        )
        return bool(row.changed(key)) and same  # type: ignore[attr-defined]

    return run


def _crossed(node: Node, args: list[Closure]) -> Closure:
    key, (field, limit) = _key(node), args
    left, right = factors(*node.args)

    def run(row: Row, moment: Moment) -> bool:
        now, bar, before = field(row, moment), limit(row, moment), row.was(key)  # type: ignore[attr-defined]
        if now is None or bar is None or now * left < bar * right:
            return False
        return before is None or before * left < bar * right

    return run


def _needs_number(args: list[Node]) -> tuple[str, str] | None:
    return (
        None
        if args[0].type.name in {"integer", "decimal"}
        else ("type.mismatch", _("Only a number can reach a limit."))
    )


def _like_field(args: Sequence[Node]) -> Type:
    return args[0].type


FIELD = (Slot("name"),)

ENTRIES = (
    Operator(
        key="was",
        name="was",
        group="triggers",
        slots=FIELD,
        gives=_like_field,
        yields=(),
        empty="own",
        rule_of_empty=_("Empty when it was empty before, or the record is new."),
        python=_was,
        sentence={"en": "{0} before the change", "zh": "变更前的{0}"},
        weight=1,
        value=_was_sql,
        is_trigger=True,
        spelling=function("WAS", "变更前", en="field", zh="字段"),
        example={"==": [{"was": ["stage"]}, "active"]},
    ),
    Operator(
        key="changed",
        name="changed",
        group="triggers",
        slots=FIELD,
        gives=BOOLEAN,
        yields=(),
        empty="never",
        rule_of_empty=_("True also when it became empty."),
        python=_changed,
        sentence={
            "en": "{0} changed",
            "zh": "{0}有变更",
            "not en": "{0} did not change",
            "not zh": "{0}没有变更",
        },
        weight=1,
        true=_changed_sql(negated=False),
        false=_changed_sql(negated=True),
        is_trigger=True,
        spelling=function("CHANGED", "有变更", en="field", zh="字段"),
        example={"changed": ["stage"]},
    ),
    Operator(
        key="is_new",
        name="is_new",
        group="triggers",
        slots=(),
        gives=BOOLEAN,
        yields=(),
        empty="never",
        rule_of_empty=_("Never empty."),
        python=_is_new,
        sentence={
            "en": "the record is new",
            "zh": "记录是新建的",
            "not en": "the record is not new",
            "not zh": "记录不是新建的",
        },
        weight=1,
        true=_is_new_sql(negated=False),
        false=_is_new_sql(negated=True),
        is_trigger=True,
        spelling=function("ISNEW", "是新建"),
        example={"is_new": []},
    ),
    Operator(
        key="changed_to",
        name="changed_to",
        group="triggers",
        slots=(Slot("name"), Slot("like", literal=True)),
        gives=BOOLEAN,
        yields=(),
        empty="never",
        rule_of_empty=_("False when it did not change."),
        python=_changed_to,
        sentence={
            "en": "{0} changed to {1}",
            "zh": "{0}变更为{1}",
            "not en": "{0} did not change to {1}",
            "not zh": "{0}没有变更为{1}",
        },
        weight=1,
        is_trigger=True,
        spelling=function("CHANGEDTO", "变更为", en="field, value", zh="字段, 值"),
        example={"changed_to": ["stage", "dormant"]},
        **_made_of(_changed_to_parts),
    ),
    Operator(
        key="crossed",
        name="crossed",
        group="triggers",
        slots=(Slot("name"), Slot("number", literal=True)),
        gives=BOOLEAN,
        yields=(),
        empty="never",
        rule_of_empty=_("An empty value before the change counts as below."),
        python=_crossed,
        sentence={
            "en": "{0} reached {1}",
            "zh": "{0}达到{1}",
            "not en": "{0} did not reach {1}",
            "not zh": "{0}没有达到{1}",
        },
        weight=1,
        is_trigger=True,
        objects=_needs_number,
        spelling=function("REACHED", "达到", en="field, limit", zh="字段, 界限"),
        example={"crossed": ["points", 1000]},
        **_made_of(_crossed_parts),
    ),
)
