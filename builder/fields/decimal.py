"""Exact numbers with digits after the point: weights, rates, scores."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.fields import scaled
from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget
from builder.fields.integer import COLUMN, OPERATORS
from builder.fields.plain import half_width
from schema_store.problems import Problem


class Decimal(FieldType):
    """Stored as a BIGINT scaled by 10**scale, of at most 15 digits. Money and percent are decimals too."""

    key = "decimal"
    label: ClassVar[Label] = {"en": "Decimal number", "zh": "小数"}
    settings: ClassVar[dict[str, Any]] = {
        "scale": {
            "type": "integer",
            "minimum": 0,
            "maximum": 6,
            "default": 2,
            "title": "Digits after the point",
            "x-zh-title": "小数位数",
            "description": "How many digits stand after the point.",
            "x-zh": "小数位数。",
        },
        **scaled.bound_settings("string"),
    }
    operators = OPERATORS
    convertible_from = ("text", "integer", "money", "percent")
    align = "end"

    def scale(self, settings: Mapping[str, Any]) -> int:
        """Digits after the point."""
        return settings.get("scale", 2)

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return COLUMN

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return scaled.read_schema(self.scale(settings))

    def write_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return scaled.write_schema(self.scale(settings))

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "decimal", "scale": self.scale(settings)}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> int | None:
        plain = self.bare(half_width(text), settings)
        return self._fitting(scaled.read_scaled(plain, self.scale(settings)), settings) if plain else None

    def bare(self, text: str, settings: Mapping[str, Any]) -> str:
        """`text` without the signs that people write around such a number. Raises BadValue."""
        return text

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return "" if stored is None else scaled.write_scaled(stored, self.scale(settings))

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> int | None:
        if value is None or value == "":
            return None
        return self._fitting(scaled.read_json(value, self.scale(settings)), settings)

    def _fitting(self, number: int, settings: Mapping[str, Any]) -> int:
        scale = self.scale(settings)
        scaled.require_digits(number, scale)
        scaled.require_between(number, settings, scale)
        return number

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else scaled.grouped(stored, self.scale(settings))

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("number", {"type": "text", "inputmode": "decimal"})

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        return scaled.check_bounds(settings, self.scale(settings))

    def sample(self, random: Random, settings: Mapping[str, Any]) -> int:
        scale = self.scale(settings)
        least = scaled.bound(settings.get("min", 1), scale)
        most = scaled.bound(settings.get("max", 2_000), scale)
        return random.randint(min(least, most), max(least, most))
