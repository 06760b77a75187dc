"""What a write changed: only for rules that a record trigger asks, of the row before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from builder.rules.dialects import SQL_TYPES
from builder.rules.families import BOOLEAN
from builder.rules.names import Moment, Row, Type
from builder.rules.operators.entry import Operator, Slot, Sql, Test, Writer
from builder.rules.tree import Closure, Node
from schema_store.problems import Problem, Problems, _
from sqlalchemy import false, true, type_coerce


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


def _like_field(args: Sequence[Node]) -> Type:
    return args[0].type


FIELD = (Slot("name"),)

ENTRIES = (
    Operator(
        "was", "was", "triggers", FIELD, _like_field, (), "own", _("Empty when it was empty before, or the record is new."), _was,
        {"en": "{0} before the change", "zh": "变更前的{0}"}, 1, value=_was_sql, is_trigger=True, example={"==": [{"was": ["stage"]}, "active"]},
    ),
    Operator(
        "changed", "changed", "triggers", FIELD, BOOLEAN, (), "never", _("True also when it became empty."), _changed,
        {"en": "{0} changed", "zh": "{0}有变更", "not en": "{0} did not change", "not zh": "{0}没有变更"}, 1,
        true=_changed_sql(negated=False), false=_changed_sql(negated=True), is_trigger=True, example={"changed": ["stage"]},
    ),
    Operator(
        "is_new", "is_new", "triggers", (), BOOLEAN, (), "never", _("Never empty."), _is_new,
        {"en": "the record is new", "zh": "记录是新建的", "not en": "the record is not new", "not zh": "记录不是新建的"}, 1,
        true=_is_new_sql(negated=False), false=_is_new_sql(negated=True), is_trigger=True, example={"is_new": []},
    ),
)
