"""The Python back end: a checked rule as one callable over a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from builder.rules.names import Moment, Row
from builder.rules.operators import TABLE
from builder.rules.rule import Rule
from builder.rules.tree import Closure, Node


def compile(rule: Rule) -> Callable[[Row, Moment], Any]:  # noqa: A001 - the rule language's own word
    """A callable that gives the stored value (None is empty), or True or False for a condition.

    It never raises for data: what cannot be worked out is empty.
    """
    closure = lowered(rule.tree)
    if rule.is_condition and TABLE[rule.tree.op].empty != "never":
        return lambda row, moment: bool(closure(row, moment))
    return closure  # a condition that is never empty is True or False of itself


def lowered(node: Node) -> Closure:
    """The closure of a node and all below it."""
    return TABLE[node.op].python(node, [lowered(arg) for arg in node.args])
