"""What the buttons of a canvas do, dragging too: insert a name, carry a thing elsewhere, begin and end conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.kinds.design.plan import Node, walk
from builder.kinds.design.schemas import MISSING, at

Found = tuple[str, str] | None
"""Where to look next, and what is said: added, moved, asked; None where nothing was done."""


def insert(root: Node, document: Any, place: str, what: str) -> Found:
    """`insert:/sections/1/fields/3:phone`: a name into a list of names, before what stands there."""
    home, step = _split(place)
    held = at(document, home)
    if _sort(root, home) != "placed" or not isinstance(held, list) or step is None or not what:
        return None
    return _put(held, home, step, what), "added"


def carry(root: Node, document: Any, place: str, to: str) -> Found:
    """`move:/sections/0/fields/2:/sections/1/fields/0`: to where it then stands; a canvas keeps its own things."""
    home, step = _split(place)
    other, target = _split(to)
    source, goal = at(document, home), _goal(root, document, other)
    sorts = {_sort(root, home), _sort(root, other)}
    can_stand_there = sorts == {"placed"} or (sorts == {"canvas"} and home == other)
    can_stand_there = can_stand_there or _group(root, home) == _group(root, other) != ""
    if not can_stand_there or not isinstance(source, list) or not isinstance(goal, list):
        return None
    if step is None or target is None or step >= len(source):
        return None
    one = source.pop(step)
    return _put(goal, other, target, one), "moved"


def ask(root: Node, document: Any, place: str, what: str) -> Found:
    """`ask:<place of a condition>`: it is there, to be said what it asks; with `always` it holds always."""
    parent, _slash, key = place.rpartition("/")
    if _sort(root, place) != "when":
        return None
    around = _said(root, document, parent)
    if not isinstance(around, dict):
        return None
    around.setdefault(key, True)
    if what == ALWAYS:
        around[key] = True
    return place, "added" if what == ALWAYS else "asked"


ALWAYS = "always"


def quiet(root: Node, document: Any, place: str, _what: str) -> Found:
    """`quiet:<place of a condition>`: it is there no more; a name about which nothing else is said stands alone."""
    parent, _slash, key = place.rpartition("/")
    around = at(document, parent)
    if _sort(root, place) != "when" or not isinstance(around, dict) or key not in around:
        return None
    del around[key]
    home, step = _split(parent)
    if _sort(root, parent) == "piece" and len(around) == 1 and step is not None:
        at(document, home)[step] = next(iter(around.values()))
    return parent, "removed"


def still_open(was: str, do: str, before: Any, after: Any, place: str) -> str:
    """What stays open when things moved: the same thing, where it stands now; "" where it is not known any more."""
    change, _colon, rest = do.partition(":")
    if change in ("ask", "quiet") or (was and rest.startswith(f"{was}/")):
        return was
    if was and was == rest.partition(":")[0] and place and change != "remove":
        return place
    return was if was and at(before, was) == at(after, was) else ""


def _said(root: Node, document: Any, place: str) -> Any:
    """The object at a place; a plain name there becomes one."""
    held = at(document, place)
    piece = next((one for one in walk(root) if one.pointer == place and one.sort == "piece"), None)
    if isinstance(held, str) and piece is not None:
        home, step = _split(place)
        held = {piece.schema["required"][0]: held}
        at(document, home)[step] = held
    return held


def _put(held: list[Any], home: str, step: int, one: Any) -> str:
    at_end = min(step, len(held))
    held.insert(at_end, one)
    return f"{home}/{at_end}"


def _split(place: str) -> tuple[str, int | None]:
    """The list that holds a place, and the place's number in it; None where it has none."""
    home, _slash, step = place.rpartition("/")
    return home, int(step) if step.isascii() and step.isdecimal() and len(step) < 7 else None


def _goal(root: Node, document: Any, place: str) -> Any:
    """The list at a place; an empty one is put there where things of a shelf could stand but none do."""
    found, (parent, _slash, key) = at(document, place), place.rpartition("/")
    around = at(document, parent)
    if found is MISSING and _group(root, place) and isinstance(around, dict):
        around[key] = []
        return around[key]
    return found


def _group(root: Node, place: str) -> str:
    return next((one.drag_group for one in walk(root) if one.pointer == place), "")


def _sort(root: Node, place: str) -> str:
    return next((one.sort for one in walk(root) if one.pointer == place), "")


CHANGES: Mapping[str, Any] = {"insert": insert, "move": carry, "ask": ask, "quiet": quiet}
