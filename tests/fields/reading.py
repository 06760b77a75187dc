"""Short ways to ask a type."""

from __future__ import annotations

from typing import Any

from builder.fields.contract import PLAIN, BadValue, Reading
from tests.fields.examples import TYPE


def read(key: str, text: str, reading: Reading = PLAIN, **settings: Any) -> Any:
    """The stored value of `text`."""
    return TYPE[key].from_text(text, settings, reading)


def refusal(key: str, value: Any, *, door: str = "text", **settings: Any) -> str:
    """The code of the problem with which the type refuses `value`; "" where it takes it."""
    try:
        getattr(TYPE[key], f"from_{door}")(value, settings)
    except BadValue as error:
        return error.problem.code.removeprefix("value.")
    return ""
