"""Another record: an order's member, a member's store."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeEngine

from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Unresolved, Widget, bad
from builder.fields.plain import half_width, line, require_length
from builder.fields.scaled import MAX_INTEGER
from builder.fields.text import MOST_LENGTH
from schema_store.problems import _

COLUMN = BigInteger()
ID = re.compile(r"id:([1-9][0-9]{0,15})")
_KEY = "^[a-z][a-z0-9_]{0,29}$"
_WORDS = {"type": "string", "minLength": 1, "maxLength": 200}
DELETE_WORDS = {
    "restrict": {"en": "refuse the deletion", "zh": "拒绝删除"},
    "clear": {"en": "empty this field", "zh": "清空本字段"},
}
_LABEL = {
    "oneOf": [
        _WORDS,
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                "en": {**_WORDS, "description": "The words in English.", "x-zh": "英文文字。"},
                "zh": {**_WORDS, "description": "The words in Chinese.", "x-zh": "中文文字。"},
            },
        },
    ],
    "title": "Heading there",
    "x-zh-title": "对方页面上的标题",
    "description": "What people read above these records.",
    "x-zh": "显示在这些记录上方的名称。",
}


class Reference(FieldType):
    """Stored as the other record's id. Doors may give its key value instead, as an `Unresolved` that records resolve.

    Text is the key value, or "id:N" (also for a record whose key value begins with "id:").
    """

    key = "reference"
    label: ClassVar[Label] = {"en": "Reference", "zh": "关联"}
    settings: ClassVar[dict[str, Any]] = {
        "to": {
            "type": "string",
            "pattern": _KEY,
            "title": "Points to",
            "x-zh-title": "指向",
            "x-names": {"kind": "entity"},
            "description": "The entity whose records it points to.",
            "x-zh": "指向哪个实体的记录。",
        },
        "inverse": {
            "type": "object",
            "properties": {
                "key": {
                    "type": "string",
                    "pattern": _KEY,
                    "title": "Key",
                    "x-zh-title": "短名",
                    "x-fixed": True,
                    "description": "The name by which rules of the other entity speak of these records.",
                    "x-zh": "对方实体的规则用这个短名称呼这些记录。",
                },
                "label": _LABEL,
            },
            "additionalProperties": False,
            "title": "The way back",
            "x-zh-title": "反向关联",
            "description": "How the other record calls the records that point to it.",
            "x-zh": "被指向的记录如何称呼指向它的记录。",
        },
        "on_delete": {
            "enum": ["restrict", "clear"],
            "default": "restrict",
            "title": "When the other is deleted",
            "x-zh-title": "对方删除时",
            "x-options": DELETE_WORDS,
            "description": "When the other record is to be deleted: restrict refuses it, clear empties this field.",
            "x-zh": "删除被指向的记录时：restrict 拒绝删除，clear 清空本字段。",
        },
    }
    needs = ("to",)
    operators = ("==", "in", "!=", "is_empty")
    convertible_from = ("text", "select")

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return COLUMN

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}

    def write_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The id, or an object of one member: the other entity's key field and its value."""
        value = {"type": ["string", "integer"], "minLength": 1, "maxLength": MOST_LENGTH}
        by_key = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": value}
        return {"anyOf": [self.value_schema(settings), by_key]}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "ref", "entity": settings["to"]}

    def from_text(
        self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN
    ) -> int | Unresolved | None:
        plain = line(text)
        if not plain:
            return None
        by_id = ID.fullmatch(plain)
        if by_id:
            return self.from_json(int(by_id[1]), settings)
        require_length(plain, MOST_LENGTH)
        return Unresolved(settings["to"], plain)

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        if stored is None:
            return ""
        return reading.keys.get((settings["to"], stored)) or f"id:{stored}"

    def from_form(
        self, posted: Sequence[str], settings: Mapping[str, Any], reading: Reading = PLAIN
    ) -> int | Unresolved | None:
        """The picker posts the id. What was typed to search stands beside it, as `<field>__search`."""
        plain = half_width(posted[-1]) if posted else ""
        if not plain:
            return None
        if not plain.isdecimal() or len(plain) > 16:
            raise bad("reference", _("Choose a record from the list."))
        return self.from_json(int(plain), settings)

    def to_form(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return "" if stored is None else str(stored)

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> int | Unresolved | None:
        if value is None or value == "":
            return None
        if isinstance(value, Mapping):
            return self._by_key(value, settings)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_INTEGER:
            hint = _("Give its id, or an object such as {example}.")
            raise bad(
                "reference",
                _("{value} is not the id of a record."),
                hint=hint,
                value=repr(value),
                example='{"<key field>": "…"}',
            )
        return value

    def _by_key(self, value: Mapping[str, Any], settings: Mapping[str, Any]) -> Unresolved:
        [(named, key_value)] = value.items() if len(value) == 1 else [("", None)]
        if isinstance(key_value, bool) or not isinstance(key_value, (str, int)) or not str(key_value).strip():
            hint = _("Give its id, or an object such as {example}.")
            raise bad(
                "reference", _("This does not name one record."), hint=hint, example='{"<key field>": "…"}'
            )
        plain = line(str(key_value))
        require_length(plain, MOST_LENGTH)
        return Unresolved(settings["to"], plain, named)

    def to_json(self, stored: Any, settings: Mapping[str, Any]) -> int | None:
        return stored

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else shown.titles.get((settings["to"], stored)) or f"#{stored}"

    def link(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else f"{shown.base}/{settings['to']}/{stored}"

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("reference", {"entity": settings["to"]})

    def sample(self, random: Random, settings: Mapping[str, Any]) -> int:
        return random.randint(1, 1_000)
