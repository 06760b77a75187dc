"""What a JSON Schema says of one value, as far as a form needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schema_store.texts import Text


class Missing:
    """Stands where a document has nothing."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()
LANGUAGES = ("en", "zh")


def at(document: Any, place: str) -> Any:
    """What stands at a pointer; MISSING where nothing does."""
    for step in place.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping):
            document = document.get(name, MISSING)
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return MISSING
    return document


def resolved(schema: Any, home: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema with what its reference into `home` says; its own words count more."""
    if not isinstance(schema, Mapping):
        return {}
    ref = schema.get("$ref")
    found = at(home, ref[1:]) if isinstance(ref, str) and ref.startswith("#") else MISSING
    return {**found, **schema} if isinstance(found, Mapping) else schema


def said(schema: Mapping[str, Any], english: str, chinese: str) -> Text:
    words = {"en": schema.get(english, ""), "zh": schema.get(chinese, "")}
    return {language: said for language, said in words.items() if said}


def options(schema: Mapping[str, Any]) -> tuple[tuple[Any, Text], ...]:
    words = schema.get("x-options", {})
    return tuple((one, words.get(str(one), str(one))) for one in schema["enum"])


def type_of(schema: Mapping[str, Any]) -> str:
    """The one type of a plain value; "integer?" may be null."""
    found = schema.get("type")
    if isinstance(found, list) and len(found) == 2 and found[1] == "null":
        return f"{found[0]}?"
    return found if isinstance(found, str) else ""


PLAIN = {
    "string": "line",
    "boolean": "flag",
    "integer": "number",
    "number": "number",
    "integer?": "number",
    "number?": "number",
}


def ways(schema: Mapping[str, Any], home: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """`{key: schema}` of the objects that may stand here, where there are several; {} else."""
    if schema.get("maxProperties") == 1 and schema.get("type") == "object":
        known = schema.get("properties", {})
        return {
            key: {"type": "object", "properties": {key: inner}, "required": [key]}
            for key, inner in known.items()
        }
    branches = [resolved(one, home) for one in schema.get("oneOf", ())]
    found = {
        one["required"][0]: one for one in branches if one.get("type") == "object" and one.get("required")
    }
    is_told_apart = all(key in one.get("properties", {}) for key, one in found.items())
    return found if branches and len(found) == len(branches) and is_told_apart else {}


def is_text(schema: Mapping[str, Any]) -> bool:
    branches = [one for one in schema.get("oneOf", ()) if isinstance(one, Mapping)]
    of_objects = [one.get("properties", {}) for one in branches if one.get("type") == "object"]
    return len(branches) == 2 and len(of_objects) == 1 and set(of_objects[0]) == set(LANGUAGES)


def are_texts(value: Any) -> bool:
    """Whether a value can stand in the two inputs of a text."""
    if isinstance(value, Mapping):
        return set(value) <= set(LANGUAGES) and all(isinstance(one, str) for one in value.values())
    return value is MISSING or isinstance(value, str)


def is_a(value: Any, *kinds: type) -> bool:
    return value is MISSING or isinstance(value, kinds)


def is_scalar(value: Any) -> bool:
    return value is None or is_a(value, str, int, float, bool)


def are_words(value: Any) -> bool:
    return value is MISSING or (isinstance(value, list) and all(isinstance(one, str) for one in value))
