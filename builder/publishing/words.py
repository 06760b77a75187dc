"""The words of definitions for sentences: labels, names of places, rules and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.catalog import Catalog
from builder.kinds.names import checked
from builder.rules.explain import LANGUAGES, sentence
from schema_store import strict_json
from schema_store.diff import MISSING
from schema_store.documents import Body, head_of
from schema_store.problems import Problems
from schema_store.shapes import titles
from schema_store.texts import Text, pick

LONGEST = 80


def rules_of(kind: str, body: Body, catalog: Catalog) -> dict[str, Text]:
    """The rules that stand in `body`, in words: `{pointer: text}`; without those that are wrong in `catalog`."""
    known = catalog.registry.kinds.get(kind)
    found: dict[str, Text] = {}
    for rule in known.rules(body, catalog) if known else ():
        if rule.entity not in catalog.entities:
            continue
        try:
            said = checked(rule, catalog)
        except Problems:
            continue
        found[rule.pointer] = {language: sentence(said, language) for language in LANGUAGES}
    return found


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
    """A value of a definition, in quotes; labels in the reader's language."""
    if value is MISSING:
        return "–"
    if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
        return {language: quoted(str(words)) for language, words in value.items()}
    if isinstance(value, bool):
        return {"en": "yes", "zh": "是"} if value else {"en": "no", "zh": "否"}
    return quoted(value if isinstance(value, str) else strict_json.write(value))


def quoted(text: str) -> str:
    return f"“{text}”" if len(text) <= LONGEST else f"“{text[: LONGEST - 1]}…”"
