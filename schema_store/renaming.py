"""Definitions under other keys, with every reference among them renamed alike. Nothing else about them changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from schema_store.documents import Body, Name

References = Callable[[Name, Body], Iterable[tuple[str, str, str]]]
"""What a definition names: (kind, key, pointer)."""


def renamed(
    bodies: Mapping[Name, Body], keys: Mapping[Name, str], references: References
) -> dict[Name, Body]:
    """`bodies` with those of `keys` under their new key; they are whole as their shapes say."""
    return {
        (name[0], keys.get(name, name[1])): _renamed(name, body, keys, references)
        for name, body in bodies.items()
    }


def _renamed(name: Name, body: Body, keys: Mapping[Name, str], references: References) -> Body:
    changed = deepcopy(body)
    if name in keys:
        _keep_relations(name[1], changed)
        changed.get("x-tessera", changed)["key"] = keys[name]
    for kind, key, pointer in references(name, body):
        if (kind, key) in keys:
            _rename(changed, _steps(pointer), key, keys[kind, key])
    return changed


def _keep_relations(key: str, body: Body) -> None:
    """What others call the records of an entity follows from its key, unless it is written out: rules speak of it."""
    for field, schema in body.get("properties", {}).items():
        settings = schema.get("x-tessera", {}) if isinstance(schema, dict) else {}
        if "to" in settings and not settings.get("inverse", {}).get("key"):
            settings["inverse"] = {**settings.get("inverse", {}), "key": f"{key}_{field}"[:30]}


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _rename(document: Any, steps: list[str], old: str, new: str) -> None:
    """The value at `steps` where it is `old`, else the key that leads to it."""
    *way, last = steps
    for step in way:
        document = document[int(step)] if isinstance(document, list) else document[step]
    place: Any = int(last) if isinstance(document, list) else last
    if document[place] == old:
        document[place] = new
    elif place == old:
        items = [(new if key == old else key, value) for key, value in document.items()]
        document.clear()
        document.update(items)
