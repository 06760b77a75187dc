"""JSON read strictly: no NaN, no duplicate keys, no lone surrogates or NULs, no bombs.

Python's own reader accepts all of these (reliability F5); every door that takes JSON from outside reads here.
"""

from __future__ import annotations

import json
from typing import Any

from schema_store.problems import Problem, Problems, _

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_INTEGER_DIGITS = 40


def read(
    source: str | bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, max_nodes: int = MAX_NODES
) -> Any:
    """The document that `source` spells. Raises Problems (`json.size`, `json.depth`, `json.syntax` …)."""
    size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        raise _refused(
            "json.size",
            _("This JSON text has {size} bytes; at most {limit} are read."),
            size=size,
            limit=max_bytes,
        )
    try:
        text = source.decode("utf-8") if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        raise _refused(
            "json.encoding", _("This JSON text is not UTF-8 (byte {at})."), at=error.start
        ) from None
    text = text.removeprefix("\ufeff")
    _refuse_depth(text, max_depth)
    try:
        document = json.loads(
            text, parse_constant=_refuse_constant, object_pairs_hook=_object, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise _refused(
            "json.syntax",
            _("This is not JSON: line {line}, column {column}: {why}."),
            line=error.lineno,
            column=error.colno,
            why=error.msg,
        ) from None
    _refuse_hostile(document, max_nodes)
    return document


def write(document: Any, *, indent: int | None = None) -> str:
    """Canonical JSON text: the same document always gives the same bytes (keys keep their order)."""
    if indent is None:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False) + "\n"


def _refuse_depth(text: str, limit: int) -> None:
    """Count brackets outside strings before anything recursive sees the text."""
    depth, inside, escaped = 0, False, False
    for char in text:
        if inside:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                inside = False
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            if depth > limit:
                raise _refused(
                    "json.depth", _("This JSON is nested deeper than {limit} levels."), limit=limit
                )
        elif char in "]}":
            depth -= 1


def _refuse_constant(name: str) -> Any:
    raise _refused("json.number", _("{name} is not a JSON number."), name=name)


def _integer(digits: str) -> int:
    if len(digits) > MAX_INTEGER_DIGITS:
        raise _refused("json.number", _("A number with {digits} digits is too long."), digits=len(digits))
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _refused("json.duplicate", _("The key “{key}” stands twice in one object."), key=key)
        made[key] = value
    return made


def _refuse_hostile(document: Any, max_nodes: int) -> None:
    waiting, seen = [document], 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > max_nodes:
            raise _refused("json.nodes", _("This JSON has more than {limit} values."), limit=max_nodes)
        if isinstance(node, dict):
            waiting.extend(node.values())
            waiting.extend(node.keys())
        elif isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, float):
            if node in (float("inf"), float("-inf")):
                raise _refused("json.number", _("A number in this JSON is too large."))
        elif isinstance(node, str) and ("\x00" in node or any("\ud800" <= char <= "\udfff" for char in node)):
            raise _refused("json.text", _("A text in this JSON has a character that cannot be stored."))


def _refused(code: str, template: str, **params: Any) -> Problems:
    return Problems(Problem(code, template, params))
