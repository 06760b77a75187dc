"""Text of several lines: addresses, remarks, letters."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.database import PlainText
from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget
from builder.fields.plain import LINES_PATTERN, lines, require_length

LENGTH = 20_000


class LongText(FieldType):
    """Stored in Unicode's NFC form, lines ended by one line feed, without outer blanks."""

    key = "long_text"
    label: ClassVar[Label] = {"en": "Long text", "zh": "多行文本"}
    settings: ClassVar[dict[str, Any]] = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": LENGTH,
            "default": LENGTH,
            "title": "Longest text",
            "x-zh-title": "最大长度",
            "description": "The most characters that fit.",
            "x-zh": "最多字符数。",
        },
    }
    operators = ("icontains", "contains", "starts_with", "is_empty")
    convertible_from = ("text", "select", "tags", "phone", "email", "url", "auto_number")

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return PlainText

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        limit = settings.get("max_length", LENGTH)
        return {"type": "string", "minLength": 1, "maxLength": limit, "pattern": LINES_PATTERN}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "text"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str | None:
        plain = lines(text)
        require_length(plain, settings.get("max_length", LENGTH))
        return plain or None

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return stored or ""

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("long_text", {"maxlength": settings.get("max_length", LENGTH), "rows": 4})

    def sample(self, random: Random, settings: Mapping[str, Any]) -> str:
        sentences = (
            "Asked for a call in the evening.",
            "Prefers tea.",
            "Bought a gift for a friend.",
            "Came with family.",
        )
        return "\n".join(random.sample(sentences, random.randint(1, 3)))[
            : settings.get("max_length", LENGTH)
        ].strip()
