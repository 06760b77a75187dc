"""Shapes: the JSON Schema of each kind of definition, and problems in words for a document that does not fit.

What a shape says of each key are the editor's words: `title` and `description` in English, `x-zh-title` and
`x-zh` in Chinese.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

MAX_PROBLEMS = 50
"""A document that is wrong everywhere is told so in this many problems at most."""


@cache
def shipped() -> Mapping[str, dict[str, Any]]:
    """The shapes of the built-in kinds: `{kind: schema}`."""
    folder = resources.files("schema_store") / "shapes"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name
    )
    return {file.name.removesuffix(".json"): json.loads(file.read_text("utf-8")) for file in files}


@cache
def titles() -> Mapping[str, Text]:
    """What people call the keys of definitions: `{key: {"en": …, "zh": …}}`; a key means the same in every kind."""
    found: dict[str, Text] = {}
    waiting: list[Any] = list(shipped().values())
    while waiting:
        node = waiting.pop()
        waiting.extend(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        if isinstance(node, dict):
            found |= {key: _title(inner) for key, inner in node.items() if _is_titled(inner)}
    return found


def _is_titled(schema: Any) -> bool:
    return isinstance(schema, dict) and "title" in schema and "x-zh-title" in schema


def _title(schema: Mapping[str, Any]) -> Text:
    return {"en": schema["title"], "zh": schema["x-zh-title"]}


class Shape:
    """A JSON Schema 2020-12, compiled once. Never fetches anything, whatever `$ref` says."""

    def __init__(self, schema: Mapping[str, Any]):
        self.schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(
            dict(schema), validate_formats=True, offline=True
        )

    def problems(self, document: Any) -> list[Problem]:
        """What does not fit, with pointers into `document`; [] when it fits."""
        found = []
        for error in self._validator.iter_errors(document):
            found.extend(_problems_of(error, self._known_keys))
            if len(found) >= MAX_PROBLEMS:
                break
        return found

    def _known_keys(self, schema_path: list[str | int]) -> list[str]:
        """The keys that are allowed where `schema_path` (of an additionalProperties error) says that one is not."""
        node: Any = self.schema
        try:
            for step in schema_path[:-1]:
                node = node[step]
            return sorted(node["properties"])
        except (KeyError, IndexError, TypeError):  # the path runs through a reference: no suggestion then
            return []


def is_json_schema(document: Any) -> bool:
    """True when `document` is itself a valid JSON Schema 2020-12."""
    return jsonschema_rs.Draft202012Validator({"$ref": META}, offline=True).is_valid(document)


META = "https://json-schema.org/draft/2020-12/schema"

_WORDS = {
    "type": _("This must be {wanted}."),
    "enum": _("This must be one of: {wanted}."),
    "const": _("This must be {wanted}."),
    "minLength": _("This text is too short: it needs at least {wanted} characters."),
    "maxLength": _("This text is too long: at most {wanted} characters."),
    "minItems": _("This list is too short: it needs at least {wanted}."),
    "maxItems": _("This list is too long: at most {wanted}."),
    "minProperties": _("This needs at least {wanted} keys."),
    "maxProperties": _("This has too many keys: at most {wanted}."),
    "minimum": _("This must be at least {wanted}."),
    "maximum": _("This must be at most {wanted}."),
    "exclusiveMinimum": _("This must be more than {wanted}."),
    "exclusiveMaximum": _("This must be less than {wanted}."),
    "uniqueItems": _("This list has the same entry twice."),
    "falseSchema": _("“{value}” is not allowed here."),
    "pattern": _("“{value}” has a character or form that is not allowed here."),
    "format": _("“{value}” is not a valid {wanted}."),
}

KEY_PATTERN = "^[a-z][a-z0-9_]{0,29}$"
_KEY_HINT = _("A key begins with a small letter a–z and has only a–z, 0–9 and _, 30 at most.")

_LIMITS = {
    "enum": "options",
    "const": "expected_value",
    "format": "format",
    "type": "types",
}


def _problems_of(error: Any, known_keys: Any) -> Iterator[Problem]:
    place = pointer(*error.instance_path)
    kind = error.kind
    if kind.name == "additionalProperties":
        for name in kind.unexpected:
            yield _unknown_key(name, known_keys(error.schema_path), place)
    elif kind.name == "required":
        yield Problem("shape.required", _("“{key}” is missing."), {"key": kind.property}, place)
    elif kind.name == "propertyNames":
        yield Problem(
            "shape.key",
            _("A key here is not allowed: {why}."),
            {"why": _short(kind.error.instance)},
            place,
            hint=_KEY_HINT,
        )
    elif kind.name in ("oneOf", "anyOf"):
        yield from _nearest(error, known_keys)
    else:
        yield _limit(error, place)


def _limit(error: Any, place: str) -> Problem:
    kind = error.kind
    template = _WORDS.get(kind.name, _("This does not fit here."))
    wanted = getattr(kind, _LIMITS.get(kind.name, "limit"), None)
    params = {"wanted": _listed(wanted), "value": _short(error.instance)}
    hint = _KEY_HINT if kind.name == "pattern" and kind.pattern == KEY_PATTERN else ""
    return Problem(f"shape.{kind.name}", template, params, place, hint)


def _nearest(error: Any, known_keys: Any) -> Iterator[Problem]:
    """Of the alternatives the one that came furthest: a wrong key deep inside says more than "none fits"."""
    alternatives = [branch for branch in getattr(error.kind, "context", []) if branch]
    deep = [branch for branch in alternatives if not _is_other_sort(branch[0], error.instance_path)]
    for nested in deep[0] if len(deep) == 1 else []:
        yield from _problems_of(nested, known_keys)
    if len(deep) != 1:
        yield Problem(
            "shape.choice",
            _("This does not fit any of the forms that are allowed here."),
            {},
            pointer(*error.instance_path),
        )


def _is_other_sort(error: Any, at: list[str | int]) -> bool:
    return error.kind.name in ("type", "const", "enum") and list(error.instance_path) == list(at)


def _unknown_key(name: str, known: list[str], place: str) -> Problem:
    near = difflib.get_close_matches(name, known, n=1)
    hint = _("Did you mean “{near}”?") if near else _("Known here: {known}.") if known else ""
    params = {"key": _short(name), "near": near[0] if near else "", "known": _listed(known)}
    return Problem("shape.unknown", _("“{key}” is not known here."), params, place + pointer(name), hint)


def nearest(name: str, known: Any) -> str:
    """The known name most like `name`, for "did you mean"; "" where none is like it."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return near[0] if near else ""


def _listed(wanted: Any) -> str:
    return ", ".join(_short(one) for one in wanted) if isinstance(wanted, list) else _short(wanted)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"
