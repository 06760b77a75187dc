"""Exact numbers: read from what people type, kept as integers scaled by a power of ten, written with grouping.

No float ever takes part, and nothing is rounded silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from builder.fields.contract import BadValue, bad
from builder.fields.plain import half_width, require_text
from schema_store.problems import Problem, _, pointer

MAX_INTEGER = 2**53 - 1
"""The largest integer that every reader of JSON keeps exactly."""

DIGITS = 15
"""Digits of a scaled number in all; every such number lies within ±(2^53-1)."""

_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(?:\.([0-9]*))?")
_LONGEST = 60


def read_scaled(text: str, scale: int) -> int:
    """The number that `text` says, times 10**scale. Reads `1,234.50`, `１２．５`, `.5`, `+3`. Raises BadValue."""
    match = _NUMBER.fullmatch(text if text.isascii() else half_width(text)) if len(text) <= _LONGEST else None
    if match is None:
        raise bad("number", _("“{value}” is not a number."), value=text, hint=_("Write it as 1234.50."))
    sign, whole, fraction = match.groups("")
    if len(fraction) > scale:
        _refuse_decimals(text, fraction, scale)
    number = int(whole.replace(",", "") + fraction[:scale].ljust(scale, "0") or "0")
    return -number if sign == "-" else number


def _refuse_decimals(text: str, fraction: str, scale: int) -> None:
    if not fraction[scale:].strip("0"):
        return
    if scale == 0:
        raise bad("decimals", _("“{value}” is not a whole number."), value=text)
    raise bad(
        "decimals",
        _("“{value}” has more than {scale} digits after the point."),
        hint=_("Round it first; nothing is rounded silently."),
        value=text,
        scale=scale,
    )


def write_scaled(number: int, scale: int) -> str:
    """`1234.50` of 123450 at scale 2; always `scale` digits after the point."""
    if not scale:
        return str(number)
    whole, fraction = divmod(abs(number), 10**scale)
    return f"{'-' if number < 0 else ''}{whole}.{fraction:0{scale}d}"


def grouped(number: int, scale: int, before: str = "") -> str:
    """`1,234.50`, with `before` (a currency) between sign and digits."""
    whole, fraction = divmod(abs(number), 10**scale)
    written = f"{whole:,}.{fraction:0{scale}d}" if scale else f"{whole:,}"
    return f"{'-' if number < 0 else ''}{before}{written}"


def rounded(number: int, digits: int) -> int:
    """`number` without its last `digits` digits, half away from zero: for showing, never for storing."""
    factor = 10**digits
    whole = (abs(number) + factor // 2) // factor
    return -whole if number < 0 else whole


def read_json(value: Any, scale: int) -> int:
    """The scaled number of a JSON string such as "12.50". Raises BadValue."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise bad(
            "type",
            _("{value} is a JSON number."),
            value=repr(value),
            hint=_('Write exact numbers as JSON strings, such as "12.50".'),
        )
    text = require_text(value)
    if not _JSON_NUMBER.fullmatch(text):
        raise bad("number", _("“{value}” is not a number."), value=text, hint=_("Write it as 1234.50."))
    return read_scaled(text, scale)


_JSON_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")


def read_schema(scale: int, digits: int = DIGITS) -> dict[str, Any]:
    """The JSON string that we write: exactly `scale` digits after the point, `digits` in all."""
    point = rf"\.[0-9]{{{scale}}}" if scale else ""
    longest = digits + 1 + (1 if scale else 0)
    return {
        "type": "string",
        "pattern": rf"^-?(0|[1-9][0-9]{{0,{digits - scale - 1}}}){point}$",
        "maxLength": longest,
    }


def write_schema(scale: int, digits: int = DIGITS) -> dict[str, Any]:
    """The JSON string that we take: at most `scale` digits after the point."""
    point = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
    return {"type": "string", "pattern": rf"^-?[0-9]{{1,{digits - scale}}}{point}$", "maxLength": digits + 2}


def require_digits(number: int, scale: int) -> None:
    """Raises BadValue where `number` has more digits than fit."""
    if abs(number) >= 10**DIGITS:
        raise bad(
            "large",
            _("This number is too large: at most {digits} digits stand before the point."),
            digits=DIGITS - scale,
        )


def require_between(number: int, settings: Mapping[str, Any], scale: int) -> None:
    """Raises BadValue outside the field's `min` and `max`, which are in *json* form."""
    least, most = settings.get("min"), settings.get("max")
    if least is not None and number < bound(least, scale):
        raise bad("small", _("The least value here is {limit}."), limit=str(least))
    if most is not None and number > bound(most, scale):
        raise bad("large", _("The greatest value here is {limit}."), limit=str(most))


@lru_cache(maxsize=1024)
def bound(limit: int | str, scale: int) -> int:
    """A `min` or `max` setting, scaled."""
    return limit * 10**scale if isinstance(limit, int) else read_scaled(limit, scale)


def check_bounds(settings: Mapping[str, Any], scale: int) -> list[Problem]:
    """Problems of `min` and `max`: no such number, or crossed."""
    problems, limits = [], {}
    for name in ("min", "max"):
        if name in settings:
            try:
                limits[name] = bound(settings[name], scale)
            except BadValue as error:
                problems.append(error.problem.at(pointer(name)))
    if len(limits) == 2 and limits["min"] > limits["max"]:
        problems.append(Problem("settings.range", _("The least value is above the greatest."), {}, "/max"))
    return problems


def bound_settings(kind: str) -> dict[str, Any]:
    """The settings `min` and `max`: JSON integers (`kind` "integer") or exact JSON strings (`kind` "string")."""
    limits: dict[str, Any] = {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
    if kind == "string":
        limits = {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$", "maxLength": 23}
    return {
        "min": {
            **limits,
            "title": "Least",
            "x-zh-title": "最小值",
            "description": "The least value that is taken.",
            "x-zh": "允许的最小值。",
        },
        "max": {
            **limits,
            "title": "Greatest",
            "x-zh-title": "最大值",
            "description": "The greatest value that is taken.",
            "x-zh": "允许的最大值。",
        },
    }
