"""A value that a rule works out of the record's other fields whenever it is read: a margin, an age, a full name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from builder.fields.contract import FieldType, Label
from builder.fields.following import Following
from builder.fields.long_text import LongText
from schema_store.problems import Problem
from schema_store.shapes import Shape

_LONGEST = 1_000_000
_LIMITS = ("min", "max", "max_length", "default")
"""Settings that bound what people type; what is worked out knows no such bounds."""


class Formula(Following):
    """Not stored: in SQL the rule stands in the field's place, so it can be listed, filtered and exported.

    `gives` says what comes out, as the settings of a field of that type: `{"type": "money", "currency": "CNY"}`.
    `results` are the types that can come out.
    """

    key = "formula"
    label: ClassVar[Label] = {"en": "Formula", "zh": "公式"}
    storage = "formula"
    needs = ("formula", "gives")

    def __init__(self, results: Sequence[FieldType]):
        super().__init__()
        self._results = {one.key: one for one in results}
        self.settings = {  # type: ignore[misc] - the results are known only now
            "formula": {
                "type": ["object", "boolean", "number", "string"],
                "title": "Formula",
                "x-zh-title": "公式",
                "description": "The rule that works the value out of the record's other fields.",
                "x-zh": "根据记录的其他字段计算该值的规则。",
            },
            "gives": {
                "type": "object",
                "properties": {
                    "type": {
                        "enum": list(self._results),
                        "title": "Type",
                        "x-zh-title": "类型",
                        "x-options": {key: one.label for key, one in self._results.items()},
                        "description": "What comes out.",
                        "x-zh": "结果的类型。",
                    }
                },
                "required": ["type"],
                "title": "Result",
                "x-zh-title": "结果",
                "description": "What comes out: a field type, with its settings such as the digits or the currency.",
                "x-zh": "结果的字段类型及其设置，如小数位数或币种。",
            },
        }

    def _follow(self, settings: Mapping[str, Any]) -> tuple[FieldType, Mapping[str, Any]]:
        gives = settings.get("gives") or {"type": "text"}
        kept = {name: value for name, value in gives.items() if name not in _LIMITS}
        follows = self._results.get(gives["type"], _LONG_TEXT)
        return (_LONG_TEXT if follows.key == "text" else follows), kept

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """A text that is put together may be longer than one that is typed."""
        schema = super().value_schema(settings)
        return schema | ({"maxLength": _LONGEST} if "maxLength" in schema else {})

    def default(self, settings: Mapping[str, Any]) -> None:
        """Nothing is stored."""
        return

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        gives = settings["gives"]
        follows = self._results[gives["type"]]
        wrong = _shape(follows).problems(gives) or follows.check_settings(gives)
        return [problem.at("/gives") for problem in wrong]


@cache
def _shape(follows: FieldType) -> Shape:
    properties = {"type": True, **follows.settings}
    return Shape({"type": "object", "properties": properties, "additionalProperties": False})


_LONG_TEXT = LongText()
