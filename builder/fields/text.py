"""One line of text: names, numbers with letters, short notes."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.database import PlainText
from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget
from builder.fields.plain import LINE_PATTERN, line, require_length

LENGTH = 255
MOST_LENGTH = 1_000

OPERATORS = ("icontains", "==", "!=", "in", "starts_with", "ends_with", "contains", "is_empty", "matches_ci")


class Text(FieldType):
    """Stored as written, in Unicode's NFC form, without outer blanks."""

    key = "text"
    label: ClassVar[Label] = {"en": "Text", "zh": "文本"}
    settings: ClassVar[dict[str, Any]] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_LENGTH,
            "default": LENGTH,
            "title": "Longest text",
            "x-zh-title": "最大长度",
            "description": "The most characters that fit.",
            "x-zh": "最多字符数。",
        },
    }
    operators = OPERATORS
    convertible_from = (
        "long_text", "integer", "decimal", "money", "percent", "boolean", "date", "datetime", "select", "stage",
        "tags", "phone", "email", "url", "auto_number",
    )  # fmt: skip

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return PlainText

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        limit = settings.get("max_length", LENGTH)
        return {"type": "string", "minLength": 1, "maxLength": limit, "pattern": LINE_PATTERN}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "text"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str | None:
        plain = line(text)
        require_length(plain, settings.get("max_length", LENGTH))
        return plain or None

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return stored or ""

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("text", {"type": "text", "maxlength": settings.get("max_length", LENGTH)})

    def sample(self, random: Random, settings: Mapping[str, Any]) -> str:
        words = random.sample(("spring", "order", "north", "silver", "tea", "garden", "early", "blue"), 2)
        return " ".join(words).capitalize()[: settings.get("max_length", LENGTH)].strip()
