"""Amounts of money in the field's one currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from builder.fields import scaled
from builder.fields.contract import Label, Shown, Widget, bad
from builder.fields.decimal import Decimal
from schema_store.problems import _

CURRENCY = "CNY"
SIGNS = {"CNY": "¥"}
"""Signs that say one currency plainly among these users; others are shown by their code."""

_WORDS = {"CNY": ("¥", "RMB", "人民币", "元", "块")}
_BARE = re.compile(r"[0-9.,+-]*")
_AROUND = re.compile(r"([+-]?)\s*([^0-9.,+-]*?)\s*([+-]?[0-9.,]+)\s*([^0-9.,]*)")


class Money(Decimal):
    """Stored in hundredths of the currency. `¥1,234.50`, `1234.5元` and `CNY 1,234.50` are all read."""

    key = "money"
    label: ClassVar[Label] = {"en": "Money", "zh": "金额"}
    settings: ClassVar[dict[str, Any]] = {
        "currency": {
            "type": "string",
            "pattern": "^[A-Z]{3}$",
            "maxLength": 3,
            "default": CURRENCY,
            "title": "Currency",
            "x-zh-title": "币种",
            "description": "The currency of every amount in this field, as its three-letter code.",
            "x-zh": "本字段所有金额的币种（三位字母代码）。",
        },
        **scaled.bound_settings("string"),
    }
    convertible_from = ("text", "integer", "decimal")

    def scale(self, settings: Mapping[str, Any]) -> int:
        return 2

    def bare(self, text: str, settings: Mapping[str, Any]) -> str:
        if _BARE.fullmatch(text):
            return text
        match = _AROUND.fullmatch(text)
        if match is None:
            return text  # read as a number, which says what is wrong
        sign, before, number, after = match.groups()
        currency = settings.get("currency", CURRENCY)
        if any(
            word and word != currency and word not in _WORDS.get(currency, ())
            for word in (before.upper(), after.upper())
        ):
            raise bad(
                "currency", _("“{value}” is not an amount in {currency}."), value=text, currency=currency
            )
        return sign + number

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        if stored is None:
            return ""
        currency = settings.get("currency", CURRENCY)
        return scaled.grouped(stored, 2, SIGNS.get(currency) or f"{currency} ")

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        currency = settings.get("currency", CURRENCY)
        return Widget(
            "money", {"type": "text", "inputmode": "decimal", "currency": SIGNS.get(currency, currency)}
        )
