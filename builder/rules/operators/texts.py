"""Texts, compared by code point. An empty text does not exist: it is an empty value."""

from __future__ import annotations

from typing import Any

from builder.rules.dialects import holds, otherwise
from builder.rules.families import BOOLEAN
from builder.rules.names import Moment, Row
from builder.rules.operators.comparing import is_column
from builder.rules.operators.entry import Operator, Pieces, Slot, Writer
from builder.rules.tree import Closure, Node
from schema_store.problems import _



def _within(_node: Node, args: list[Closure]) -> Closure:
    needle, text = args

    def run(row: Row, moment: Moment) -> bool:
        part, whole = needle(row, moment), text(row, moment)
        return part is not None and whole is not None and part in whole

    return run


def _within_sql(writer: Writer, needle: Node, text: Node, *, negated: bool) -> Pieces:
    found = holds(
        "(instr({1}, {0}) > 0)", writer.value(needle), writer.value(text), postgresql="(strpos({1}, {0}) > 0)"
    )
    if not negated:
        return [found]
    if not is_column(text) or not needle.is_constant or writer.constant(needle) is None:
        return [otherwise(found)]
    opposite = holds(
        "(instr({1}, {0}) = 0)", writer.value(needle), writer.value(text), postgresql="(strpos({1}, {0}) = 0)"
    )
    return [opposite, writer.value(text).is_(None)] if text.is_nullable else [opposite]


def _in_text(*, negated: bool) -> Any:
    return lambda writer, node: _within_sql(writer, node.args[0], node.args[1], negated=negated)


EMPTY = _("False when a side is empty.")

ENTRIES = (
    Operator(
        "in.text", "in", "text", (Slot("text"), Slot("text")), BOOLEAN, ("boolean",), "never", EMPTY, _within,
        {"en": "{1} contains {0}", "zh": "{1}包含{0}", "not en": "{1} does not contain {0}", "not zh": "{1}不包含{0}"}, 3,
        true=_in_text(negated=False), false=_in_text(negated=True), counts_empty="not", example={"in": ["Road", {"var": "address"}]},
    ),
)

