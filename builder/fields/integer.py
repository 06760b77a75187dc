"""Whole numbers: counts, quantities, points."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeEngine

from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import half_width
from builder.fields.scaled import (
    MAX_INTEGER,
    bound_settings,
    check_bounds,
    grouped,
    read_scaled,
    require_between,
)
from schema_store.problems import Problem, _

COLUMN = BigInteger()
OPERATORS = ("==", ">=", "<=", "between", ">", "<", "!=", "in", "is_empty")


class Integer(FieldType):
    """Stored as BIGINT within ±(2^53-1), the integers that JSON keeps."""

    key = "integer"
    label: ClassVar[Label] = {"en": "Whole number", "zh": "整数"}
    settings: ClassVar[dict[str, Any]] = bound_settings("integer")
    operators = OPERATORS
    convertible_from = ("text", "decimal", "money", "percent", "select")
    align = "end"

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return COLUMN

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "type": "integer",
            "minimum": settings.get("min", -MAX_INTEGER),
            "maximum": settings.get("max", MAX_INTEGER),
        }

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "integer"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> int | None:
        plain = half_width(text)
        return _fitting(read_scaled(plain, 0), settings) if plain else None

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return "" if stored is None else str(stored)

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> int | None:
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():  # to JSON Schema, 3.0 is an integer
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad("type", _("{value} is not a whole number."), value=repr(value))
        return _fitting(value, settings)

    def to_json(self, stored: Any, settings: Mapping[str, Any]) -> int | None:
        return stored

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else grouped(stored, 0)

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("number", {"type": "text", "inputmode": "numeric"})

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        return check_bounds(settings, 0)

    def sample(self, random: Random, settings: Mapping[str, Any]) -> int:
        least, most = settings.get("min", 0), settings.get("max", 500)
        return random.randint(min(least, most), max(least, most))


def _fitting(number: int, settings: Mapping[str, Any]) -> int:
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise bad("large", _("This number is too large: it lies beyond ±{limit}."), limit=MAX_INTEGER)
    require_between(number, settings, 0)
    return number
