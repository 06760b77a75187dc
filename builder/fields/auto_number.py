"""Numbers that the engine gives: member and order numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.database import PlainText
from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import line
from schema_store.problems import Problem, _

DIGITS = 6
MOST_DIGITS = 19
MOST_PREFIX = 12
_PREFIX = r"[A-Za-z0-9_.\-\u4e00-\u9fff]{0,12}"
PATTERN = rf"^{_PREFIX}[0-9]{{1,{MOST_DIGITS}}}$"
_NUMBER = re.compile(PATTERN)


class AutoNumber(FieldType):
    """Stored as text: the prefix and a counter with leading zeros. Given once, on creation; never given twice."""

    key = "auto_number"
    label: ClassVar[Label] = {"en": "Automatic number", "zh": "自动编号"}
    settings: ClassVar[dict[str, Any]] = {
        "prefix": {
            "type": "string",
            "pattern": rf"^{_PREFIX}$",
            "maxLength": MOST_PREFIX,
            "default": "",
            "title": "Prefix",
            "x-zh-title": "前缀",
            "description": "What stands before the digits.",
            "x-zh": "数字前的前缀。",
        },
        "digits": {
            "type": "integer",
            "minimum": 1,
            "maximum": 12,
            "default": DIGITS,
            "title": "Digits",
            "x-zh-title": "位数",
            "description": "How many digits at least; shorter numbers get leading zeros.",
            "x-zh": "至少几位数字，不足补零。",
        },
    }
    is_computed = True
    operators = ("==", "in", "starts_with", "icontains", "is_empty")

    def next_text(self, number: int, settings: Mapping[str, Any]) -> str:
        """The stored value of the counter's `number` (1, 2 …)."""
        return f"{settings.get('prefix', '')}{number:0{settings.get('digits', DIGITS)}d}"

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return PlainText

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Of any prefix: records keep the numbers they were given when the prefix changes."""
        return {"type": "string", "pattern": PATTERN, "maxLength": MOST_PREFIX + MOST_DIGITS}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "text"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str | None:
        plain = line(text)
        if plain and not _NUMBER.fullmatch(plain):
            raise bad("auto_number", _("“{value}” is not an automatic number."), value=plain)
        return plain or None

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return stored or ""

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("shown")

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        if settings.get("unique"):
            return []
        template = _("An automatic number should be unique; say so, and the database holds it.")
        return [Problem("settings.unique", template, {}, "/unique", severity="warning")]

    def sample(self, random: Random, settings: Mapping[str, Any]) -> str:
        return self.next_text(random.randrange(1, 10_000), settings)
