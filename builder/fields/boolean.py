"""Yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy import Boolean as Column
from sqlalchemy.types import TypeEngine

from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import half_width
from schema_store.problems import _

YES = ("yes", "true", "1", "是", "√", "✓", "✔", "y", "t", "on", "对", "有")
NO = ("no", "false", "0", "否", "×", "✗", "✘", "n", "f", "off", "不", "无", "没有")
_WORDS = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
_SHOWN = {True: {"en": "Yes", "zh": "是"}, False: {"en": "No", "zh": "否"}}
COLUMN = Column()


class Boolean(FieldType):
    """Stored as a boolean; empty is neither. With a default, people tick a box; without one they may leave it open."""

    key = "boolean"
    label: ClassVar[Label] = {"en": "Yes or no", "zh": "是否"}
    operators = ("==", "!=", "is_empty")
    convertible_from = ("text", "integer", "select")

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return COLUMN

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "boolean"}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "boolean"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> bool | None:
        plain = half_width(text)
        if not plain:
            return None
        found = _WORDS.get(plain.lower())
        if found is None:
            raise bad(
                "boolean", _("“{value}” is neither yes nor no."), value=plain, hint=_("Write yes or no.")
            )
        return found

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return "" if stored is None else "yes" if stored else "no"

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> bool | None:
        if value is None or value == "":
            return None
        if not isinstance(value, bool):
            raise bad("type", _("{value} is neither true nor false."), value=repr(value))
        return value

    def to_json(self, stored: Any, settings: Mapping[str, Any]) -> bool | None:
        return stored

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else _SHOWN[stored]["zh" if shown.language.startswith("zh") else "en"]

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        if settings.get("default") is not None:
            return Widget("checkbox")
        language = "zh" if shown.language.startswith("zh") else "en"
        return Widget("select", options=(("yes", _SHOWN[True][language]), ("no", _SHOWN[False][language])))

    def sample(self, random: Random, settings: Mapping[str, Any]) -> bool:
        return random.random() < 0.6
