"""A set of definitions in memory, and what is true of a definition of any kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from schema_store import strict_json
from schema_store.problems import Problem, Problems, pointer

Name = tuple[str, str]
"""(kind, key): what names a definition."""

Body = dict[str, Any]
"""The document of a definition."""

KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")


def is_key(text: Any) -> bool:
    return isinstance(text, str) and KEY.fullmatch(text) is not None


def key_of(body: Mapping[str, Any]) -> str | None:
    """The key that a definition gives itself; None where it gives none. An entity's stands under `x-tessera`."""
    key = head_of(body).get("key")
    return key if isinstance(key, str) else None


def head_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where key, label and help of a definition stand."""
    return body["x-tessera"] if isinstance(body.get("x-tessera"), Mapping) else body


def authored(body: Mapping[str, Any]) -> Body:
    """`body` as an author writes it: an entity's without the keywords that follow from its field types."""
    if not isinstance(body.get("properties"), Mapping) or not isinstance(body.get("x-tessera"), Mapping):
        return dict(body)
    written = {key: _written(schema) for key, schema in body["properties"].items() if _is_written(schema)}
    rest = {key: value for key, value in body.items() if key in ("required", "x-tessera")}
    return {"properties": written, **rest}


def _is_written(schema: Any) -> bool:
    """False for the system properties, which publishing adds."""
    return not isinstance(schema, Mapping) or "x-tessera" in schema or schema.get("readOnly") is not True


def _written(schema: Any) -> Any:
    is_field = isinstance(schema, Mapping) and "x-tessera" in schema
    return {"x-tessera": schema["x-tessera"]} if is_field else schema


def same(one: Any, other: Any) -> bool:
    """True when two bodies are the same document: same values, same order of keys (the designer's order counts)."""
    return strict_json.write(one) == strict_json.write(other)


def fingerprint(document: Any) -> str:
    """A short hash of a JSON document, for "has it moved since?"."""
    return hashlib.blake2s(strict_json.write(document).encode(), digest_size=16).hexdigest()


def of_definition(problem: Problem, name: Name) -> Problem:
    """The problem as seen from the whole set: its pointer begins with `/<kind>/<key>`."""
    return problem.at(pointer(*name))


def refuse(problems: list[Problem]) -> None:
    """Raise Problems if one of them is an error."""
    if any(one.severity == "error" for one in problems):
        raise Problems(problems)
