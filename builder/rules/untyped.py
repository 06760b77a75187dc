"""Standard JSONLogic over free JSON (webhook payloads, JSON fields): Python only, metered, no names and no types.

Follows the reference tests of json-logic. An operator that is not known is an error where it is reached, never data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from builder.rules.untyped_operators import EAGER, LAZY, Scope
from builder.rules.untyped_values import RuleError

__all__ = ["RuleError", "answer", "evaluate"]

MAX_STEPS = 100_000
MAX_BUILT = 1_000_000
MAX_DEPTH = 60


def answer(rule: Any, data: Any) -> dict[str, Any]:
    """`{"result": …}` of a rule over data, or `{"error": {"type": …}}`."""
    try:
        return {"result": evaluate(rule, data)}
    except RuleError as error:
        return {"error": {"type": error.type}}


def evaluate(rule: Any, data: Any = None) -> Any:
    """The value of a rule over JSON data. Raises RuleError; never more than 100,000 steps or 1 MB of built text."""
    _refuse_depth(rule)
    try:
        return _Run().value(rule, Scope(data))
    except RecursionError:
        raise RuleError("Too Deep") from None


def _refuse_depth(rule: Any) -> None:
    waiting, seen = [(rule, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_STEPS:
            raise RuleError("Too Deep" if depth > MAX_DEPTH else "Too Large")
        if isinstance(value, dict):
            waiting += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]


@dataclass
class _Run:
    steps: int = 0
    built: int = 0

    def value(self, rule: Any, scope: Scope) -> Any:
        self.spend(1)
        if isinstance(rule, list):
            return [self.value(one, scope) for one in rule]
        if not isinstance(rule, dict) or not rule:
            return rule
        if len(rule) != 1:
            raise RuleError("Unknown Operator")
        ((name, inner),) = rule.items()
        if name in LAZY:
            return LAZY[name](self, inner, scope)
        if name not in EAGER:
            raise RuleError("Unknown Operator")
        return EAGER[name](self, self.args(inner, scope))

    def args(self, inner: Any, scope: Scope) -> list[Any]:
        """The arguments; a single operator that gives a list gives all of them."""
        if isinstance(inner, list):
            return [self.value(one, scope) for one in inner]
        found = self.value(inner, scope)
        return found if isinstance(found, list) and isinstance(inner, dict) else [found]

    def spend(self, steps: int) -> None:
        """Count work. Raises RuleError when it is too much."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise RuleError("Too Many Steps")

    def build(self, size: int) -> None:
        """Count text that is made. Raises RuleError when it is too much."""
        self.built += size
        if self.built > MAX_BUILT:
            raise RuleError("Too Large")
