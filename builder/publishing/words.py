"""The words of definitions for sentences: labels, names of places, rules and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.catalog import Catalog
from builder.kinds.contract import RuleAt
from builder.kinds.names import checked
from builder.registry import Registry
from builder.rules.telling.explain import LANGUAGES, sentence
from schema_store.diff import MISSING
from schema_store.documents import Body, head_of
from schema_store.problems import Problems
from schema_store.shapes import shipped, titles
from schema_store.texts import Text, pick

LONGEST = 80


def rules_of(kind: str, body: Body, catalog: Catalog) -> dict[str, Text]:
    """The rules that stand in `body`, in words: `{pointer: text}`; without those that are wrong in `catalog`."""
    found: dict[str, Text] = {}
    for rule in _rules_in(kind, body, catalog):
        if rule.entity not in catalog.entities:
            continue
        try:
            said = checked(rule, catalog)
        except Problems:
            continue
        found[rule.pointer] = {language: sentence(said, language) for language in LANGUAGES}
    return found


def _rules_in(kind: str, body: Body, catalog: Catalog) -> list[RuleAt]:
    known = catalog.registry.kinds.get(kind)
    try:
        return list(known.rules(body, catalog)) if known else []
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return []


def kind_name(kind: str, registry: Registry) -> Text:
    """What a kind is called inside a sentence: "record page"."""
    known = registry.kinds.get(kind)
    words = known.label if known else kind
    return {language: pick(words, language).lower() for language in LANGUAGES}


def is_designed(kind: str, registry: Registry) -> bool:
    """Whether the shape of a kind says how its parts are called and drawn, so that changes are said by it."""
    known = registry.kinds.get(kind)
    return bool(known and (known.shape or shipped().get(kind, {})).get("x-design"))


def type_name(key: str, catalog: Catalog) -> Text:
    """What a field type is called."""
    known = catalog.registry.field_types.get(key)
    return known.label if known else key


def named(body: Mapping[str, Any]) -> Text:
    """What people call a definition."""
    head = head_of(body)
    label: Text = head.get("label") or str(head.get("key", ""))
    return label


def place(path: tuple[str, ...]) -> Text:
    """Where something stands: "First page › Views"."""
    known = titles()
    steps = [known.get(step, step) for step in path] or ["…"]
    return {language: " › ".join(pick(step, language) for step in steps) for language in LANGUAGES}


def shown(value: Any) -> Text:
    """A value of a definition, in quotes; labels in the reader's language. "" for what has no words of its own."""
    if value is MISSING:
        return "–"
    if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
        return {language: quoted(str(words)) for language, words in value.items()}
    if isinstance(value, bool):
        return {"en": "yes", "zh": "是"} if value else {"en": "no", "zh": "否"}
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(quoted(one) for one in value)
    return "" if isinstance(value, Mapping | list) else quoted(str(value))


def quoted(text: str) -> str:
    return f"“{text}”" if len(text) <= LONGEST else f"“{text[: LONGEST - 1]}…”"
