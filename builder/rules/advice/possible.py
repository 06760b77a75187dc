"""What is known of a record once a condition is known to hold, or not to: the values that its fields may have.

Never too little: a value left out is impossible, a value let in need not be possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from builder.rules.evaluate import lowered
from builder.rules.families import BOOLEAN
from builder.rules.limits import MAX_INTEGER
from builder.rules.names import Moment
from builder.rules.operators import TABLE
from builder.rules.operators.comparing import FLIPPED
from builder.rules.spans import LINES, Span, Values, line, tested
from builder.rules.tree import Node, Way

Key = tuple[Any, ...]
Known = dict[Key, Values]
"""{what is read: the values it may have}. Where this would hold no value at all, None stands: it never is so."""

MOMENTARY = frozenset({"today", "now", "context", "in_period", "days_since", "days_until"})
"""What another moment changes, whatever it is asked of."""
ANY_MOMENT = Moment(datetime(2000, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
YES_OR_NO = LINES["boolean"](BOOLEAN)
OF_EMPTY = frozenset({"==", "in.list"})
"""What may hold of an empty value, though its opposite may too."""


def is_fixed(node: Node) -> bool:
    """Whether a node has one value, whatever the record, the moment and the zone."""
    return node.is_constant and not any(
        one.op in MOMENTARY or (one.type.name == "datetime" and not _is_absolute(one, node))
        for one in node.walk()
    )


def _is_absolute(time: Node, root: Node) -> bool:
    """A written time is one moment when it says its offset; what is made of it depends on the zone."""
    return time is root and (not isinstance(time.detail, datetime) or time.detail.tzinfo is not None)


def key_of(node: Node) -> Key:
    """Equal for nodes that have the same value on every record at every moment."""
    detail = node.detail
    if isinstance(detail, Way):
        detail = (detail.entity, detail.hops, detail.key)
    args = () if node.op == "var" else tuple(key_of(arg) for arg in node.args)
    return (node.op, node.type.name, node.type.scale, detail, args)


def meet(*all_known: Known | None) -> Known | None:
    """All of this is so."""
    met: Known = {}
    for known in all_known:
        if known is None:
            return None
        for key, values in known.items():
            both = met[key] & values if key in met else values
            if not both:
                return None
            met[key] = both
    return met


def join(all_known: Iterable[Known | None]) -> Known | None:
    """At least one of these is so."""
    some = [known for known in all_known if known is not None]
    if not some:
        return None
    first, *rest = some
    joined = {}
    for key, values in first.items():
        for known in rest:
            if key not in known:
                break
            values |= known[key]  # noqa: PLW2901 - the union grows
        else:
            joined[key] = values
    return joined


class Possible:
    """Asked node by node of one tree; remembers what it found."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, bool], Known | None] = {}

    def when(self, node: Node, *, holds: bool) -> Known | None:
        """What is known once the condition holds (or does not); None where that never is so."""
        name = (id(node), holds)
        if name not in self._found:
            self._found[name] = self._read(node, holds)
        return self._found[name]

    def _read(self, node: Node, holds: bool) -> Known | None:
        if is_fixed(node):
            verdict = bool(lowered(node)(None, ANY_MOMENT))  # type: ignore[arg-type] - it reads no row
            return {} if verdict is holds else None
        if node.op in {"!", "!!"}:
            return self.when(node.args[0], holds=holds is (node.op == "!!"))
        if node.op in {"and", "or"}:
            parts = [self.when(arg, holds=holds) for arg in node.args]
            return meet(*parts) if holds is (node.op == "and") else join(parts)
        read = READERS.get(node.op)
        known = read(node, holds) if read else None
        return _nothing_never(_as_it_is(node, holds) if known is None else known)


def _nothing_never(known: Known) -> Known | None:
    return known if all(known.values()) else None


def _all_values(node: Node) -> Values | None:
    """Every value that a node may have; None for sets and lists."""
    own = line(node.type)
    if own is None:
        return None
    return Values((RANGES.get(node.op, own.all),), node.is_nullable)


def _read_so(node: Node, values: Values, holds: bool) -> Known | None:
    """Known of `node`: it has one of `values`, or none of them."""
    every = _all_values(node)
    if every is None:
        return None
    return {key_of(node): every & values if holds else every.without(values)}


def _as_it_is(node: Node, holds: bool) -> Known:
    """A condition that is not looked into: it holds or not. What holds of no empty value says that there is one."""
    verdict = YES_OR_NO.only([holds])
    if TABLE[node.op].true is None:  # a yes-or-no value: empty is not yes
        return {key_of(node): verdict if holds else Values(verdict.spans, node.is_nullable)}
    return {("holds", *key_of(node)): verdict} | (_not_empty(node) if holds else {})


def _not_empty(node: Node) -> Known:
    entry = TABLE[node.op]
    if entry.counts_empty != "not" or node.op in OF_EMPTY:
        return {}
    found = {}
    for arg in node.args:
        every = _all_values(arg)
        if every is not None and not arg.is_constant:
            found[key_of(arg)] = Values(every.spans)
    return found


# --- by operator ---


def _compared(node: Node, holds: bool) -> Known | None:
    sign, (left, right) = node.op, node.args
    if is_fixed(left):
        left, right, sign = right, left, FLIPPED.get(sign, sign)
    if not is_fixed(right):
        return None
    return _against(left, sign, right, holds)


def _against(read: Node, sign: str, constant: Node, holds: bool) -> Known | None:
    value = lowered(constant)(None, ANY_MOMENT)  # type: ignore[arg-type] - it reads no row
    values = tested(read.type, sign, value, constant.type.scale)
    return None if values is None else _read_so(read, values, holds)


def _differs(node: Node, holds: bool) -> Known | None:
    same = Node("==", node.type, False, node.args, node.pointer)
    return _compared(same, not holds)


def _between(node: Node, holds: bool) -> Known | None:
    low, middle, high = node.args
    sign = node.op.removesuffix(".between")
    if not (is_fixed(low) and is_fixed(high)):
        return None
    least, most = (
        _against(middle, FLIPPED[sign], low, True),
        _against(middle, sign, high, True),
    )
    if least is None or most is None:
        return None
    return _read_so(middle, next(iter(least.values())) & next(iter(most.values())), holds)


def _listed(node: Node, holds: bool) -> Known | None:
    read, (options, has_empty) = node.args[0], node.args[1].detail
    own = line(read.type)
    if own is None or any(isinstance(one, datetime) and one.tzinfo is None for one in options):
        return None
    return _read_so(read, Values(own.only(options).spans, has_empty), holds)


def _is_empty(node: Node, holds: bool) -> Known | None:
    """Of fields only: a text that is worked out may be "" and count as empty too."""
    return _read_so(node.args[0], Values(empty=True), holds) if node.args[0].op == "var" else None


def _has_value(node: Node, holds: bool) -> Known | None:
    return _is_empty(node, not holds)


def _is_not_zero(node: Node, holds: bool) -> Known | None:
    own = line(node.args[0].type)
    return None if own is None else _read_so(node.args[0], Values(own.only([0]).spans, empty=True), not holds)


READERS: dict[str, Callable[[Node, bool], Known | None]] = {
    **dict.fromkeys(("==", "<", "<=", ">", ">="), _compared),
    "!=": _differs,
    "<.between": _between,
    "<=.between": _between,
    "in.list": _listed,
    "is_empty": _is_empty,
    "!!.known": _has_value,
    "!!.number": _is_not_zero,
}
"""Conditions that say which values a field may have; None where one says it of no single field."""


def _range(least: int, most: int) -> Span:
    return (0, least, 0), (0, most + 1, 0)


RANGES = {
    **dict.fromkeys(("count", "tag_count", "length"), _range(0, MAX_INTEGER)),
    "year": _range(1, 9999),
    "month": _range(1, 12),
    "day": _range(1, 31),
    "weekday": _range(1, 7),
}
"""What the values of an operator lie between, where that is less than its type allows."""
