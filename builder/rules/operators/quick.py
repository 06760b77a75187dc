"""A field of the record itself beside a written value: what most rules are made of, in one call instead of four."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from builder.rules.names import Moment, Row
from builder.rules.tree import Closure, Node


def own_field(node: Node) -> str | None:
    """The key of a field that is read from the record as it is; None for anything else."""
    if node.op != "var" or node.detail.hops or node.detail.source is not None:
        return None
    return None if node.type.name in {"tags", "relation"} else node.detail.key


def is_written(node: Node) -> bool:
    """Whether the node is a value that no moment changes, as a time without an offset is changed by the zone."""
    value = node.detail
    return node.op == "literal" and not (isinstance(value, datetime) and value.tzinfo is None)


def reading(key: str) -> Closure:
    return lambda row, _moment: row.value(key)


def equal(key: str, constant: Any, *, negated: bool) -> Closure:
    if negated:
        return lambda row, _moment: row.value(key) != constant
    return lambda row, _moment: row.value(key) == constant


def among(key: str, options: frozenset[Any], *, has_empty: bool) -> Closure:
    """`options` has no empty value in it, so that of itself finds none there."""

    def or_empty(row: Row, _moment: Moment) -> bool:
        value = row.value(key)
        return value is None or value in options

    return or_empty if has_empty else lambda row, _moment: row.value(key) in options


def below(key: str, constant: Any) -> Closure:
    def run(row: Row, _moment: Moment) -> bool:
        value = row.value(key)
        return value is not None and value < constant

    return run


def at_most(key: str, constant: Any) -> Closure:
    def run(row: Row, _moment: Moment) -> bool:
        value = row.value(key)
        return value is not None and value <= constant

    return run


def above(key: str, constant: Any) -> Closure:
    def run(row: Row, _moment: Moment) -> bool:
        value = row.value(key)
        return value is not None and value > constant

    return run


def at_least(key: str, constant: Any) -> Closure:
    def run(row: Row, _moment: Moment) -> bool:
        value = row.value(key)
        return value is not None and value >= constant

    return run


def between(low: Any, key: str, high: Any) -> Closure:
    def run(row: Row, _moment: Moment) -> bool:
        value = row.value(key)
        return value is not None and low <= value <= high

    return run


def strictly_between(low: Any, key: str, high: Any) -> Closure:
    def run(row: Row, _moment: Moment) -> bool:
        value = row.value(key)
        return value is not None and low < value < high

    return run


ORDERED = {"<": below, "<=": at_most, ">": above, ">=": at_least}
BETWEEN = {"<": strictly_between, "<=": between}
