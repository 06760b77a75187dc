"""Everything that can be set has a name and a sentence about it in both languages, whoever brings it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from builder.app import fill
from builder.publishing import checking
from builder.registry import Registry

REGISTRY = fill(Registry())
WORDS = ("title", "description", "x-zh-title", "x-zh")
LANGUAGES = {"en", "zh"}
"""The two inputs of a text: every editor names them itself."""
INNER = ("items", "additionalProperties", "oneOf", "anyOf", "allOf", "then", "else")

PARTS = [
    pytest.param(part.settings, id=f"{shelf.sort} {key}")
    for shelf in REGISTRY.shelves()
    for key, part in shelf.items()
    if isinstance(getattr(part, "settings", None), Mapping)
]
KINDS = [pytest.param(checking.shape_of(kind).schema, id=kind.key) for kind in REGISTRY.kinds.values()]


def settings(schema: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every key that a document may have, in whatever depth: (place, schema)."""
    if isinstance(schema, list):
        for one in schema:
            yield from settings(one, place)
    elif isinstance(schema, Mapping):
        for key, inner in schema.get("properties", {}).items():
            if set(schema["properties"]) != LANGUAGES:
                yield f"{place}/{key}", inner
            yield from settings(inner, f"{place}/{key}")
        for name, inner in schema.get("$defs", {}).items():
            yield from settings(inner, f"{place}/{name}")
        for word in INNER:
            yield from settings(schema.get(word), place)


@pytest.mark.parametrize("schema", [*KINDS, *PARTS])
def test_every_setting_is_named_and_described_in_both_languages(schema):
    whole = schema if "properties" in schema or schema.get("type") == "object" else {"properties": schema}
    lacking = [(place, word) for place, one in settings(whole) for word in WORDS if not one.get(word)]
    assert lacking == []


def test_what_has_no_words_is_found():
    assert len([*settings({"properties": {"a": {"items": {"properties": {"b": {}}}}}})]) == 2


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(part, id=f"{shelf.sort} {key}")
        for shelf in REGISTRY.shelves()
        for key, part in shelf.items()
        if hasattr(part, "settings") and hasattr(part, "label")
    ],
)
def test_every_part_is_named_in_both_languages(part):
    assert isinstance(part.label, str) or set(part.label) == LANGUAGES
