"""One of a few options: gender, level, status."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.database import PlainText
from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import BLANKS, require_text
from builder.fields.remembered import Remembered
from schema_store.problems import Problem, _, pointer
from schema_store.texts import pick

COLOURS = (
    *("blue", "azure", "indigo", "purple", "pink", "red", "orange"),
    *("yellow", "lime", "green", "teal", "cyan", "secondary"),
)
"""Colours of the kit's badges."""

COLOUR_WORDS = {
    "blue": {"en": "blue", "zh": "蓝"},
    "azure": {"en": "light blue", "zh": "浅蓝"},
    "indigo": {"en": "indigo", "zh": "靛蓝"},
    "purple": {"en": "purple", "zh": "紫"},
    "pink": {"en": "pink", "zh": "粉"},
    "red": {"en": "red", "zh": "红"},
    "orange": {"en": "orange", "zh": "橙"},
    "yellow": {"en": "yellow", "zh": "黄"},
    "lime": {"en": "lime", "zh": "黄绿"},
    "green": {"en": "green", "zh": "绿"},
    "teal": {"en": "teal", "zh": "青绿"},
    "cyan": {"en": "cyan", "zh": "青"},
    "secondary": {"en": "grey", "zh": "灰"},
}

VALUE_LENGTH = 60
_WORDS = {"type": "string", "minLength": 1, "maxLength": 200}
OPTION = {
    "value": {
        "type": "string",
        "pattern": r"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$",
        "maxLength": VALUE_LENGTH,
        "title": "Stored as",
        "x-zh-title": "保存为",
        "x-fixed": True,
        "description": "What is stored, and what rules and files say. It stays when the label changes.",
        "x-zh": "保存的值，规则和文件中使用；改名称时不变。",
    },
    "label": {
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
        "title": "Label",
        "x-zh-title": "名称",
        "description": "What people read.",
        "x-zh": "人们看到的名称。",
    },
    "colour": {
        "enum": list(COLOURS),
        "title": "Colour",
        "x-zh-title": "颜色",
        "x-options": COLOUR_WORDS,
        "description": "The colour of its badge.",
        "x-zh": "标签颜色。",
    },
}


def options_setting(properties: Mapping[str, Any], description: str, zh: str) -> dict[str, Any]:
    """The setting `options`: a list of objects of these properties."""
    return {
        "type": "array",
        "minItems": 1,
        "maxItems": 1_000,
        "items": {
            "type": "object",
            "properties": dict(properties),
            "required": ["value"],
            "additionalProperties": False,
        },
        "title": "Options",
        "x-zh-title": "选项",
        "description": description,
        "x-zh": zh,
    }


@dataclass(frozen=True)
class Options:
    """The options of one field, indexed: `by_words` has every value and every label, folded, in all languages."""

    values: tuple[str, ...]
    labels: Mapping[str, Any]
    colours: Mapping[str, str]
    by_words: Mapping[str, str]


class Select(FieldType):
    """Stored as the option's value. Text may be the value or a label in any language, in any case."""

    key = "select"
    label: ClassVar[Label] = {"en": "Choice", "zh": "单选"}
    settings: ClassVar[dict[str, Any]] = {
        "options": options_setting(OPTION, "What people can choose, in this order.", "可选项，按此顺序显示。")
    }
    needs = ("options",)
    operators = ("==", "in", "!=", "is_empty")
    convertible_from = ("text", "stage", "boolean", "integer")

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return PlainText

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "enum": list(options_of(settings).values)}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "enum", "options": list(options_of(settings).values)}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str | None:
        options = options_of(settings)
        if text in options.labels:
            return text
        plain = text.strip(BLANKS)
        if not plain:
            return None
        found = plain if plain in options.labels else options.by_words.get(folded(plain))
        return found if found is not None else _refuse(plain, options)

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return stored or ""

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> str | None:
        if value is None or value == "":
            return None
        options = options_of(settings)
        return value if require_text(value) in options.labels else _refuse(value, options)

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        """The label; a value that is no option any more shows as it is."""
        return "" if stored is None else pick(options_of(settings).labels.get(stored), shown.language, stored)

    def colour(self, stored: Any, settings: Mapping[str, Any]) -> str:
        return options_of(settings).colours.get(stored, "")

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        labels = options_of(settings).labels
        return Widget(
            "select", options=[(value, pick(label, shown.language, value)) for value, label in labels.items()]
        )

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        problems, seen = [], {}
        for at, option in enumerate(settings["options"]):
            for word in {folded(word) for word in words_of(option)}:
                if word in seen:
                    problems.append(_same_word(at, option, settings["options"][seen[word]]))
                    break
            seen |= {folded(word): at for word in words_of(option)}
        return problems

    def sample(self, random: Random, settings: Mapping[str, Any]) -> str:
        return random.choice(options_of(settings).values)


def words_of(option: Mapping[str, Any]) -> list[str]:
    """The option's value and its labels in all languages."""
    label = option.get("label")
    labels = [label] if isinstance(label, str) else list(label.values()) if label else []
    return [option["value"], *labels]


def folded(word: str) -> str:
    """`word` as people compare it: without case, width and outer blanks."""
    return unicodedata.normalize("NFKC", word).casefold().strip(BLANKS)


def _index(options: Sequence[Mapping[str, Any]]) -> Options:
    by_words: dict[str, str] = {}
    for option in options:
        for word in words_of(option):
            by_words.setdefault(folded(word), option["value"])
    return Options(
        tuple(option["value"] for option in options),
        {option["value"]: option.get("label") for option in options},
        {option["value"]: option.get("colour", "") for option in options},
        by_words,
    )


_indexed = Remembered(_index)


def options_of(settings: Mapping[str, Any]) -> Options:
    """The indexed options of a field."""
    return _indexed(settings["options"])


def _refuse(text: str, options: Options) -> Any:
    some = ", ".join(options.values[:10]) + (" …" if len(options.values) > 10 else "")
    raise bad(
        "option",
        _("“{value}” is not one of the options."),
        value=text,
        hint=_("Choose from: {options}"),
        options=some,
    )


def _same_word(at: int, option: Mapping[str, Any], other: Mapping[str, Any]) -> Problem:
    return Problem(
        "settings.options",
        _("The options “{one}” and “{other}” cannot be told apart by their words."),
        {"one": other["value"], "other": option["value"]},
        pointer("options", at),
    )
