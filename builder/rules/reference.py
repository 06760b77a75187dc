"""The operators as a Markdown table for the documentation, made from the operator table."""

from __future__ import annotations

from builder.rules.families import WORDS
from builder.rules.operators import TABLE
from builder.rules.operators.entry import Operator
from schema_store.strict_json import write

HEADINGS = {
    "en": ("Operator", "In formulas", "Takes", "Reads as", "Empty values", "Example"),
    "zh": ("运算符", "公式写法", "参数", "读作", "空值", "示例"),
}
GROUPS = {
    "leaf": {"en": "Fields", "zh": "字段"},
    "logic": {"en": "Logic", "zh": "逻辑"},
    "comparison": {"en": "Comparisons", "zh": "比较"},
    "arithmetic": {"en": "Calculations", "zh": "计算"},
    "emptiness": {"en": "Empty values", "zh": "空值"},
    "dates": {"en": "Dates and times", "zh": "日期与时间"},
    "text": {"en": "Texts", "zh": "文本"},
    "tags": {"en": "Tags", "zh": "标签"},
    "relations": {"en": "Child records", "zh": "子记录"},
    "triggers": {"en": "Changes (record triggers only)", "zh": "变更（仅限记录触发器）"},
}


def generate_reference(language: str) -> str:
    """A Markdown table of every operator for each group, in `language` ("en", "zh")."""
    short = "zh" if language.startswith("zh") else "en"
    return "\n".join(_group(group, words[short], short) for group, words in GROUPS.items())


def _group(group: str, title: str, language: str) -> str:
    entries = [entry for entry in TABLE.values() if entry.group == group and entry.name]
    heading = " | ".join(HEADINGS[language])
    rows = [f"| {' | '.join(_row(entry, language))} |" for entry in entries]
    return "\n".join([f"### {title}", "", f"| {heading} |", "|---" * 6 + "|", *rows, ""])


def _row(entry: Operator, language: str) -> list[str]:
    names = " ".join(f"`{name}`" for name in (entry.name, *entry.aliases))
    takes = ", ".join(_slot_words(entry)) or "–"
    cells = [
        names,
        _in_formulas(entry, language),
        takes,
        entry.sentence[language].strip() or "–",
        entry.rule_of_empty,
        f"`{write(entry.example)}`",
    ]
    return [cell.replace("|", "\\|") for cell in cells]


def _in_formulas(entry: Operator, language: str) -> str:
    """How people type it: signs, and functions with what they take."""
    spelling = entry.spelling
    if spelling is None:
        return "–"
    forms = [*spelling.signs[:1], *(f"{turn.names[0]}({turn.takes[language]})" for turn in spelling.turns)]
    forms += [f"{name}({spelling.takes.get(language, '')})" for name in spelling.names[:1]]
    return " ".join(f"`{form}`" for form in forms)


def _slot_words(entry: Operator) -> list[str]:
    words = []
    for slot in entry.slots:
        word = WORDS[slot.wants] + (" of the child" if slot.inner else "") + (" …" if slot.many else "")
        words.append(f"[{word}]" if slot.optional else word)
    return words
