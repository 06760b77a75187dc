"""The words by which people name field types, flags and entities in a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.kinds.quick.proposal import offered
from builder.registry import Registry
from schema_store.texts import Text

WORDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("text", "string"), ("文本", "文字", "单行文本", "单行")),
    "long_text": (("long text", "multiline", "memo"), ("多行文本", "长文本", "多行")),
    "integer": (("whole number", "integer", "int", "number"), ("整数", "数字")),
    "decimal": (("decimal", "decimal number", "float"), ("小数", "数值")),
    "money": (("money",), ("金额", "货币")),
    "percent": (("percent", "percentage", "%"), ("百分比", "百分数")),
    "date": (("date",), ("日期", "年月日")),
    "datetime": (("date and time", "datetime", "timestamp"), ("日期时间", "时间")),
    "boolean": (("yes or no", "yes/no", "boolean", "bool", "checkbox"), ("是否", "是/否", "勾选", "开关")),
    "select": (("choice", "select", "dropdown", "single choice"), ("单选", "选项", "下拉", "下拉框")),
    "stage": (("stage",), ("阶段",)),
    "tags": (("tags", "tag", "multiple choice"), ("标签", "多选")),
    "phone": (("phone",), ("电话", "手机", "手机号")),
    "email": (("email", "e-mail"), ("邮箱", "电子邮件", "电子邮箱")),
    "url": (("url",), ("网址", "链接")),
    "reference": (("reference", "lookup"), ("关联", "引用", "关联记录")),
    "formula": (("formula", "calculated"), ("公式", "计算")),
    "auto_number": (("automatic number", "auto number", "autonumber"), ("自动编号", "流水号", "自动流水号")),
}
"""`{type: (English words, Chinese words)}`, in each the one to write first. Types of plugins have key and label."""

HINTS: Mapping[str, tuple[str, ...]] = {
    "phone": (
        "phone",
        "mobile",
        "telephone",
        "phone number",
        "tel",
        "电话",
        "手机",
        "手机号",
        "手机号码",
        "电话号码",
    ),
    "email": ("email", "e-mail", "email address", "邮箱", "电子邮件"),
    "money": (
        "amount",
        "price",
        "cost",
        "balance",
        "spent",
        "金额",
        "价格",
        "单价",
        "总价",
        "余额",
        "消费",
        "实付",
    ),
    "date": ("birthday", "birth date", "生日", "日期"),
    "datetime": ("date time",),
    "long_text": ("notes", "note", "comments", "remarks", "备注", "说明"),
    "url": ("website", "link", "homepage", "网址", "网站"),
    "integer": ("quantity", "points", "age", "数量", "积分", "年龄", "人数"),
    "percent": ("percentage", "折扣率", "百分比"),
    "tags": ("标签",),
}
"""Ends of labels that say what a field holds where nobody says it: "Contact phone", 消费金额."""

CODES = ("no", "no.", "number", "code", "id", "sku", "号", "编号", "编码", "号码", "卡号", "单号", "条码")
"""Ends of labels of what looks like a number and is none."""

_NUMBERED = """
    order member card invoice serial account customer id receipt tracking contract model part product passport
    licence license room table bank item phone mobile telephone fax
"""
BEFORE_NUMBER = frozenset(_NUMBERED.split())
"""Behind these words "number" belongs to the label."""

REQUIRED = ("required", "mandatory", "必填", "必须")
UNIQUE = ("unique", "唯一", "不重复", "不可重复")


@dataclass(frozen=True)
class Vocabulary:
    """Words to type keys, and to entities; `types` are those that can be proposed, `written` how each is written."""

    types: Mapping[str, Any]
    by_word: Mapping[str, str]
    entities: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)

    def hinted(self, label: str) -> str | None:
        """The type that the end of a label speaks of; None where it speaks of none."""
        hints = [(word, key) for key, ends in HINTS.items() for word in ends if key in self.types]
        plain = folded(label)
        found = [(len(word), key) for word, key in hints if ends_with(plain, word)]
        return max(found)[1] if found else None

    @classmethod
    def of(
        cls, registry: Registry, entities: Mapping[str, tuple[Text, ...]] | None = None, language: str = "en"
    ) -> Vocabulary:
        """`entities`: the labels of each entity by its key. `language`: in which types are written."""
        types = offered(registry)
        by_word: dict[str, str] = {}
        for key, one in types.items():
            for word in (*_of_type(key, one, 0), *_of_type(key, one, 1)):
                by_word.setdefault(folded(word), key)
        at = 1 if language == "zh" else 0
        written = {key: _of_type(key, one, at)[0] for key, one in types.items()}
        return cls(types, by_word, _entities(entities or {}), written)


def _of_type(key: str, one: Any, at: int) -> tuple[str, ...]:
    known = WORDS.get(key, ((), ()))[at]
    label = one.label if isinstance(one.label, str) else one.label.get(("en", "zh")[at], key)
    return (*known, label, key)


def _entities(labels: Mapping[str, tuple[Text, ...]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, texts in labels.items():
        words = [word for text in texts for word in ([text] if isinstance(text, str) else text.values())]
        for word in (key, *words):
            found.setdefault(folded(word), key)
    return found


def folded(word: str) -> str:
    """A word as it is compared: without case, width and outer blanks."""
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


def ends_with(label: str, word: str) -> bool:
    """Whether a folded label is this word or ends with it: with whole words of letters, with any Chinese ones."""
    return label == word or (
        label.endswith(word) and (not word.isascii() or label[: -len(word)].endswith((" ", "_")))
    )


def is_code(label: str) -> bool:
    """Whether a label speaks of numbers that name things, as "Member no" and 会员号 do."""
    plain = folded(label)
    return any(ends_with(plain, word) for word in CODES)
