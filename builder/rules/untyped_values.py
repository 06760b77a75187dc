"""Values of standard JSONLogic: what is true, what number or text a value stands for, what a path leads to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

INVALID, NAN = "Invalid Arguments", "NaN"


class RuleError(Exception):
    """Why a rule has no answer; `type` is a short stable word, as the reference tests write it."""

    def __init__(self, type_: str):
        super().__init__(type_)
        self.type = type_


def truthy(value: Any) -> bool:
    """Not null, false, 0, NaN, "" or []. An object is true, also an empty one."""
    return isinstance(value, dict) or (bool(value) and not (isinstance(value, float) and math.isnan(value)))


def number(value: Any) -> float | int:
    """The number a value stands for. Raises RuleError("NaN")."""
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        return _number_in(value.strip())
    raise RuleError(NAN)


def _number_in(text: str) -> float | int:
    if not text:
        return 0
    try:
        return int(text) if text.lstrip("+-").isdecimal() and len(text) < 40 else finite(float(text))
    except ValueError:
        raise RuleError(NAN) from None


def finite(value: float | int) -> float | int:
    try:
        if math.isfinite(value):
            return (
                int(value)
                if isinstance(value, float) and value.is_integer() and abs(value) < 2**53
                else value
            )
    except OverflowError:
        pass
    raise RuleError(NAN)


def text(value: Any) -> str:
    """A value as JavaScript writes it into a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if isinstance(value, list):
        return ",".join(text(one) for one in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def reach(data: Any, steps: Sequence[Any]) -> tuple[bool, Any]:
    """(whether it is there, the value) at the end of `steps`."""
    for step in steps:
        if isinstance(data, dict):
            key = step if isinstance(step, str) else text(step)
            if key not in data:
                return False, None
            data = data[key]
        elif isinstance(data, list):
            at = _index(step)
            if at is None or not 0 <= at < len(data):
                return False, None
            data = data[at]
        else:
            return False, None
    return True, data


def _index(step: Any) -> int | None:
    if isinstance(step, str):
        return int(step) if step.isdecimal() and len(step) < 10 else None
    return step if isinstance(step, int) and not isinstance(step, bool) else None
