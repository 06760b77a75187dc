"""An entity's document changed field by field: added, moved, retired, brought back, named no more."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from schema_store.documents import Body


def used(body: Mapping[str, Any]) -> list[str]:
    """The keys of the fields in use, in the designer's order."""
    return [key for key, one in body.get("properties", {}).items() if _is_used(one)]


def retired(body: Mapping[str, Any]) -> list[str]:
    return [key for key, one in body.get("properties", {}).items() if _settings(one).get("retired")]


def _is_used(schema: Any) -> bool:
    return bool(_settings(schema)) and not _settings(schema).get("retired")


def _settings(schema: Any) -> Mapping[str, Any]:
    found = schema.get("x-tessera", {}) if isinstance(schema, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def settings_of(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A field's `x-tessera`; {} where there is no such field."""
    return _settings(body.get("properties", {}).get(key))


def field(body: Mapping[str, Any], key: str) -> Any:
    """All that belongs to a field, to be compared: its settings and whether it is required."""
    found = settings_of(body, key)
    return [dict(found), key in body.get("required", ())] if found else None


def with_field(body: Body, key: str, settings: Mapping[str, Any], *, is_required: bool) -> Body:
    """The body with this field, at its place or at the end of those in use."""
    made = deepcopy(body)
    properties = made.setdefault("properties", {})
    is_new = key not in properties
    properties[key] = {"x-tessera": deepcopy(dict(settings))}
    if is_new:
        made["properties"] = _in_order(properties, [*used(body), key])
    return _with_required(made, key, is_required=is_required)


def _with_required(made: Body, key: str, *, is_required: bool) -> Body:
    required = [one for one in made.get("required", ()) if one != key or is_required]
    if is_required and key not in required:
        required.append(key)
    if required or "required" in made:
        made["required"] = required
    return made


def _in_order(properties: Mapping[str, Any], first: list[str]) -> dict[str, Any]:
    order = [*first, *(key for key in properties if key not in first)]
    return {key: properties[key] for key in order}


def moved(body: Body, key: str, step: int) -> Body:
    """With the field one place up (-1) or down (1) among those in use."""
    keys = used(body)
    if key not in keys or not 0 <= keys.index(key) + step < len(keys):
        return body
    at = keys.index(key)
    keys[at], keys[at + step] = keys[at + step], keys[at]
    return {**deepcopy(body), "properties": _in_order(body["properties"], keys)}


def without(body: Body, key: str, live: Mapping[str, Any] | None) -> Body:
    """Without the field: retired where it was published, else gone; and no longer title, key or searched."""
    made = _with_required(deepcopy(body), key, is_required=False)
    head = made.get("x-tessera", {})
    for name in ("title_field", "key_field"):
        if head.get(name) == key:
            del head[name]
    if key in head.get("search", ()):
        head["search"] = [one for one in head["search"] if one != key]
    if live and key in live.get("properties", {}):
        made["properties"][key]["x-tessera"]["retired"] = True
    else:
        made["properties"].pop(key, None)
    return made


def restored(body: Body, key: str) -> Body:
    """With a retired field in use again."""
    made = deepcopy(body)
    settings = made["properties"][key]["x-tessera"]
    settings.pop("retired", None)
    return {**made, "properties": _in_order(made["properties"], [*used(body), key])}


def is_in_list(body: Mapping[str, Any], place: str) -> bool:
    """Whether a pointer names a whole entry of a list, which can simply be left out."""
    around, last = _around(body, place)
    return isinstance(around, list) and last < len(around)


def without_entries(body: Body, places: list[str]) -> Body:
    """A definition without the entries of its lists at these pointers."""
    made = deepcopy(body)
    found = [_around(made, place) for place in places]
    for around, last in sorted(found, key=lambda one: one[1], reverse=True):
        if isinstance(around, list) and last < len(around):
            del around[last]
    return made


def _around(body: Any, place: str) -> tuple[Any, int]:
    """What holds the entry at a pointer, and the entry's number; (None, 0) where no list does."""
    *steps, last = place.split("/")[1:]
    for step in steps:
        if isinstance(body, list):
            body = body[int(step)] if step.isdecimal() and int(step) < len(body) else None
        else:
            body = body.get(step) if isinstance(body, Mapping) else None
    return (body, int(last)) if isinstance(body, list) and last.isdecimal() else (None, 0)
