"""From a test of an expression to a test of one field in it, everything else being what it is now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from builder.rules.evaluate import lowered
from builder.rules.names import Moment, Row
from builder.rules.operators.comparing import FLIPPED, aligned
from builder.rules.operators.dates import start_of, today
from builder.rules.spans import line
from builder.rules.tree import Node


@dataclass(frozen=True)
class Asked:
    """The record as it is, at the moment of asking."""

    row: Row
    moment: Moment

    def value(self, node: Node) -> Any:
        return lowered(node)(self.row, self.moment)


@dataclass(frozen=True)
class Test:
    """`sign value` asked of an expression: == < <= > >= and in; `scale` is that of the value."""

    sign: str
    value: Any
    scale: int = 0


@dataclass(frozen=True)
class End:
    """The same test asked of a field. `said`: what the words speak of, whose values `into` makes the field's."""

    field: Node
    said: Node
    test: Test
    into: Callable[[Any], Any] | None = None


def ends(node: Node, test: Test, asked: Asked) -> list[End]:
    way = WAYS.get(node.op)
    return way(node, test, asked) if way else []


def _field(node: Node, test: Test, _asked: Asked) -> list[End]:
    if node.detail.formula is not None or line(node.type) is None:
        return []
    if test.sign == "in" or test.value is None:
        return [End(node, node, test)]
    known = aligned(test.sign, test.value, test.scale, node.type)
    return [] if known is None else [End(node, node, Test(*known, node.type.scale))]


def _inner(node: Node, test: Test, asked: Asked) -> list[End]:
    return [] if test.sign == "in" else ends(node.args[0], test, asked)


def _first_known(node: Node, test: Test, asked: Asked) -> list[End]:
    """The values up to the first that is there: each of them would be taken."""
    found = []
    for arg in node.args:
        found += ends(arg, test, asked)
        if asked.value(arg) is not None:
            break
    return found


def _days(direction: int) -> Callable[[Node, Test, Asked], list[End]]:
    def follow(node: Node, test: Test, asked: Asked) -> list[End]:
        if test.sign == "in" or test.value is None:
            return []
        ordinal = today(asked.moment).toordinal() - direction * test.value
        if not 1 <= ordinal <= date.max.toordinal():
            return []
        sign = FLIPPED[test.sign] if direction == 1 else test.sign
        return ends(node.args[0], Test(sign, date.fromordinal(ordinal)), asked)

    return follow


def _day(node: Node, test: Test, asked: Asked) -> list[End]:
    inner = node.args[0]
    if test.sign == "in" or test.value is None or inner.op != "var" or inner.detail.formula is not None:
        return []
    return [End(inner, node, test, lambda day: start_of(day, asked.moment))]


def _added(node: Node, test: Test, asked: Asked) -> list[End]:
    """`a + b > k` asked of a is `a > k - b`, b being what it is."""
    values = [asked.value(arg) for arg in node.args]
    if not _is_exact(node, test) or any(value is None for value in values):
        return []
    found = []
    for at, arg in enumerate(node.args):
        others = sum(values[:at] + values[at + 1 :])
        found += ends(arg, replace(test, value=test.value - others), asked)
    return found


def _subtracted(node: Node, test: Test, asked: Asked) -> list[End]:
    first, second = (asked.value(arg) for arg in node.args)
    if not _is_exact(node, test) or first is None or second is None:
        return []
    return [
        *ends(node.args[0], replace(test, value=test.value + second), asked),
        *ends(node.args[1], Test(FLIPPED[test.sign], first - test.value, test.scale), asked),
    ]


def _is_exact(node: Node, test: Test) -> bool:
    is_one = test.sign != "in" and test.value is not None
    return is_one and node.type.name in {"integer", "decimal"} and test.scale == node.type.scale


WAYS: dict[str, Callable[[Node, Test, Asked], list[End]]] = {
    "var": _field,
    "as_decimal": _inner,
    "??": _first_known,
    "days_since": _days(1),
    "days_until": _days(-1),
    "date_of": _day,
    "+": _added,
    "-": _subtracted,
}
"""How a test of an expression becomes one of a field; where an operator has no entry, it cannot be told."""
