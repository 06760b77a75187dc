"""A set of short words that people and rules hang on a record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import line, require_length
from schema_store.problems import _

LENGTH = 60
MOST = 200
TAG_PATTERN = r"^[^;；、,，\u0000-\u001f\u007f-\u009f\u2028\u2029]+$"
"""No tag holds a separator, so every list of tags can be written and read at every door."""

_SEPARATORS = re.compile(r"[;；、,，\r\n]")
_TAG = {"type": "string", "minLength": 1, "maxLength": LENGTH, "pattern": TAG_PATTERN}


class Tags(FieldType):
    """Stored as rows of a link table, seen as a frozenset of texts; none at all is empty."""

    key = "tags"
    label: ClassVar[Label] = {"en": "Tags", "zh": "标签"}
    settings: ClassVar[dict[str, Any]] = {
        "suggestions": {
            "type": "array",
            "items": _TAG,
            "maxItems": MOST,
            "uniqueItems": True,
            "title": "Suggestions",
            "x-zh-title": "推荐标签",
            "description": "Tags that the input offers; people may write others.",
            "x-zh": "输入时推荐的标签，也可填写其他标签。",
        },
    }
    storage = "tags"
    operators = ("has_any", "has_all", "has_none", "is_empty")
    convertible_from = ("text", "long_text", "select", "stage")

    def column_type(self, settings: Mapping[str, Any]) -> None:
        return None

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "array", "items": dict(_TAG), "uniqueItems": True, "maxItems": MOST}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "tags"}

    def from_text(
        self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN
    ) -> frozenset[str] | None:
        return _set_of(_SEPARATORS.split(text)) if text else None

    def from_form(
        self, posted: Sequence[str], settings: Mapping[str, Any], reading: Reading = PLAIN
    ) -> frozenset[str] | None:
        return self.from_text(";".join(posted), settings, reading)

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return ";".join(sorted(stored)) if stored else ""

    def to_form(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return "; ".join(sorted(stored)) if stored else ""

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> frozenset[str] | None:
        if value is None or value == "":
            return None
        if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
            raise bad("type", _("{value} is not a list of texts."), value=repr(value))
        for tag in value:
            if _SEPARATORS.search(tag):
                raise bad(
                    "tag",
                    _("The tag “{value}” has a separator in it."),
                    value=tag,
                    hint=_("Write two tags, or leave out the sign."),
                )
        return _set_of(value)

    def to_json(self, stored: Any, settings: Mapping[str, Any]) -> list[str] | None:
        return None if stored is None else sorted(stored)

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return ("、" if shown.language.startswith("zh") else ", ").join(sorted(stored)) if stored else ""

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("tags", {"type": "text"}, [(tag, tag) for tag in settings.get("suggestions", ())])

    def sample(self, random: Random, settings: Mapping[str, Any]) -> frozenset[str]:
        known = settings.get("suggestions") or ("VIP", "birthday gift", "新客", "羽毛球", "online")
        return frozenset(random.sample(tuple(known), random.randint(1, min(3, len(known)))))


def _set_of(words: Sequence[str]) -> frozenset[str] | None:
    tags = frozenset(tag for tag in map(line, words) if tag)
    for tag in tags:
        require_length(tag, LENGTH)
    if len(tags) > MOST:
        raise bad("long", _("These are {count} tags; at most {limit} fit."), count=len(tags), limit=MOST)
    return tags or None
