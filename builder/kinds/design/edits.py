"""What the buttons of a design do to its document: add, remove, move, open; and where one looks next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from builder.kinds.design import carrying
from builder.kinds.design.plan import Node, walk
from builder.kinds.design.schemas import MISSING, at
from schema_store.problems import pointer


@dataclass(frozen=True)
class Edited:
    """The document after a button; `place`: what to look at; `said`: added, removed, moved, set, asked or ""."""

    document: Any
    place: str = ""
    said: str = ""


def edited(root: Node, document: Any, do: str) -> Edited:
    """What a button `add:/columns:name`, `remove:/columns/2`, `up:…` or `down:…` makes of the document."""
    change, _colon, rest = do.partition(":")
    place, _colon, what = rest.partition(":")
    if change not in _CHANGES or not place.startswith("/"):
        return Edited(document)
    made = deepcopy(document)
    found = _CHANGES[change](root, made, place, what)
    return Edited(made, *found) if found else Edited(document)


def _add(root: Node, document: Any, place: str, what: str) -> tuple[str, str] | None:
    """One more at the end of a list, or one more value."""
    node = next((one for one in walk(root) if one.pointer == place), None)
    if node is None or node.sort not in _ADDED:
        return None
    held = _held(document, place, {} if node.sort == "values" else [])
    if held is None:
        return None
    if isinstance(held, dict):
        held.setdefault(what, "")
        return place + pointer(what), "added"
    held.append(_ADDED[node.sort](node, what))
    return place + pointer(len(held) - 1), "added"


def _held(document: Any, place: str, bones: Any) -> Any:
    """What stands at a place, put there where nothing does; None where it cannot."""
    found = at(document, place)
    if found is not MISSING:
        return found
    parent, _slash, _step = place.rpartition("/")
    around = _held(document, parent, {}) if parent else document
    if not isinstance(around, dict):
        return None
    around[place.removeprefix(parent + "/")] = bones
    return bones


def _item(node: Node, what: str) -> Any:
    """The bones of one item: a part of this type, else what its schema requires, lists being empty."""
    schema = node.schema["items"]
    if "x-parts" in schema:
        return {"type": what}
    known = schema.get("properties", {})
    bones: dict[str, Any] = {
        key: [] for key in schema.get("required", ()) if known.get(key, {}).get("type") == "array"
    }
    return bones


_ADDED: Mapping[str, Callable[[Node, str], Any]] = {
    "names": lambda _node, what: what,
    "placed": lambda _node, what: what,
    "list": _item,
    "canvas": _item,
    "values": lambda _node, _what: "",
}


def _remove(_root: Node, document: Any, place: str, _what: str) -> tuple[str, str] | None:
    around, step = _around(document, place)
    if isinstance(around, dict) and step in around:
        del around[step]
        return place.rpartition("/")[0], "removed"
    if isinstance(around, list) and step.isdecimal() and int(step) < len(around):
        del around[int(step)]
        parent = place.rpartition("/")[0]
        return (parent + pointer(min(int(step), len(around) - 1)) if around else parent), "removed"
    return None


def _move(by: int) -> Callable[[Node, Any, str, str], tuple[str, str] | None]:
    def move(_root: Node, document: Any, place: str, _what: str) -> tuple[str, str] | None:
        around, step = _around(document, place)
        if not isinstance(around, list) or not step.isdecimal() or int(step) >= len(around):
            return None
        to = int(step) + by
        if not 0 <= to < len(around):
            return _beyond(document, place, by)
        around[int(step)], around[to] = around[to], around[int(step)]
        return place.rpartition("/")[0] + pointer(to), "moved"

    return move


def next_list(document: Any, place: str, by: int) -> str:
    """The place of the same list in the neighbouring item (/sections/1/fields of /sections/0/fields); "" for none."""
    item, _slash, key = place.rpartition("/")
    items, _slash, step = item.rpartition("/")
    if not step.isdecimal() or int(step) + by < 0:
        return ""
    found = f"{items}{pointer(int(step) + by)}/{key}"
    return found if isinstance(at(document, found), list) else ""


def _beyond(document: Any, place: str, by: int) -> tuple[str, str] | None:
    """An item at the end of its list goes into the neighbouring one."""
    around, step = _around(document, place)
    to = next_list(document, place.rpartition("/")[0], by)
    if not to:
        return None
    one, held = around.pop(int(step)), at(document, to)
    held.insert(0 if by > 0 else len(held), one)
    return to + pointer(0 if by > 0 else len(held) - 1), "moved"


def _open(root: Node, document: Any, place: str, _what: str) -> tuple[str, str] | None:
    """A row of a matrix, there as soon as it is looked at; a thing of a canvas."""
    around = place.rpartition("/")[0]
    sorts = {one.pointer: one.sort for one in walk(root)}
    if sorts.get(around) in ("canvas", "placed"):
        return (place, "") if place in sorts else None
    if sorts.get(around) != "matrix":
        return None
    return None if _held(document, place, {}) is None else (place, "")


def _around(document: Any, place: str) -> tuple[Any, str]:
    parent, _slash, step = place.rpartition("/")
    return at(document, parent), step.replace("~1", "/").replace("~0", "~")


_CHANGES: Mapping[str, Callable[[Node, Any, str, str], tuple[str, str] | None]] = {
    "add": _add,
    "remove": _remove,
    "up": _move(-1),
    "down": _move(1),
    "open": _open,
    "close": lambda _root, _document, place, _what: (place, ""),
    "all": lambda _root, _document, place, _what: (place, "set"),  # read with the form: it knows the names
    **carrying.CHANGES,
}
