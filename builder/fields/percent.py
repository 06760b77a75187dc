"""Shares of a hundred: discounts, rates. `12.50` means 12.5 %, in rules, JSON and CSV alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.fields import scaled
from builder.fields.contract import Label, Shown, Widget
from builder.fields.decimal import Decimal


class Percent(Decimal):
    """Stored as scaled percentage points. The sign `%` is read but not written: spreadsheets would divide by 100."""

    key = "percent"
    label: ClassVar[Label] = {"en": "Percent", "zh": "百分比"}
    convertible_from = ("text", "integer", "decimal")

    def bare(self, text: str, settings: Mapping[str, Any]) -> str:
        return text.removesuffix("%").rstrip()

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else scaled.grouped(stored, self.scale(settings)) + "%"

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("percent", {"type": "text", "inputmode": "decimal"})

    def sample(self, random: Any, settings: Mapping[str, Any]) -> int:
        scale = self.scale(settings)
        least, most = (
            scaled.bound(settings.get("min", 0), scale),
            scaled.bound(settings.get("max", 100), scale),
        )
        return random.randint(min(least, most), max(least, most))
