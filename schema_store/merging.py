"""Edits that two people made of one document, put together: what only one changed is taken, what both changed asked.

Documents are looked at as in `diff`: objects by key, lists of named items by name; everything else is one value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from schema_store import strict_json
from schema_store.diff import MISSING, ORDER, ORDERED_KEYS, Path, named
from schema_store.problems import pointer

MINE, THEIRS, BASE = "mine", "theirs", "base"
"""Whose words stand at a place that both changed: those who merge, the others', or as it was before."""


@dataclass(frozen=True)
class Conflict:
    """A place that both changed, each in another way. MISSING: not there, or removed."""

    path: Path
    base: Any
    mine: Any
    theirs: Any

    @property
    def pointer(self) -> str:
        return pointer(*self.path)

    def side(self, chosen: str) -> Any:
        """What stands there for MINE, THEIRS or BASE."""
        return {MINE: self.mine, THEIRS: self.theirs, BASE: self.base}[chosen]


@dataclass(frozen=True)
class Merge:
    """Two edits in one document. `conflicts`: what both changed differently; `merged` holds the chosen side there."""

    merged: Any
    conflicts: tuple[Conflict, ...]


def merge(
    base: Any,
    mine: Any,
    theirs: Any,
    *,
    whole: Collection[str] = (),
    choices: Mapping[str, str] | None = None,
) -> Merge:
    """Both edits of `base` in one document; keys stand as whoever moved them put them.

    `whole`: pointers of what is one value though it is an object (a rule). `choices`: `{pointer: MINE, THEIRS or
    BASE}` for places that both changed; MINE where nothing is said.
    """
    merging = _Merging(frozenset(whole), choices or {})
    merged = merging.value(base, mine, theirs, ())
    return Merge(None if merged is MISSING else merged, tuple(merging.conflicts))


class _Sides(NamedTuple):
    """One object as it was, as I made it and as they made it."""

    base: Mapping[str, Any]
    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]


class _Merging:
    def __init__(self, whole: frozenset[str], choices: Mapping[str, str]):
        self._whole, self._choices = whole, choices
        self.conflicts: list[Conflict] = []

    def value(self, base: Any, mine: Any, theirs: Any, at: Path) -> Any:
        if _same(mine, theirs) or _same(base, theirs):
            return mine
        if _same(base, mine):
            return theirs
        if pointer(*at) in self._whole:
            return self._asked(at, base, mine, theirs)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            sides = _Sides(base if isinstance(base, Mapping) else {}, mine, theirs)
            return self._object(sides, at, order_counts=at in ORDERED_KEYS)
        if isinstance(mine, list) and isinstance(theirs, list):
            by_name = [named(side) for side in (base if isinstance(base, list) else [], mine, theirs)]
            if all(side is not None for side in by_name):
                sides = _Sides(*(side or {} for side in by_name))
                return list(self._object(sides, at, order_counts=True).values())
        return self._asked(at, base, mine, theirs)

    def _asked(self, at: Path, base: Any, mine: Any, theirs: Any) -> Any:
        conflict = Conflict(at, base, mine, theirs)
        self.conflicts.append(conflict)
        return conflict.side(self._choices.get(conflict.pointer, MINE))

    def _object(self, sides: _Sides, at: Path, *, order_counts: bool) -> dict[str, Any]:
        base, mine, theirs = sides
        merged = {}
        for key in self._order(sides, at, order_counts=order_counts):
            value = self.value(
                base.get(key, MISSING), mine.get(key, MISSING), theirs.get(key, MISSING), (*at, key)
            )
            if value is not MISSING:
                merged[key] = value
        return merged

    def _order(self, sides: _Sides, at: Path, *, order_counts: bool) -> list[str]:
        """All keys: as they stand for whoever moved some; what only the other has comes at the end."""
        base, mine, theirs = sides
        kept = [key for key in base if key in mine and key in theirs]
        my_order, their_order = ([key for key in side if key in kept] for side in (mine, theirs))
        first, then = (theirs, mine) if my_order == kept else (mine, theirs)
        if order_counts and kept not in (my_order, their_order) and my_order != their_order:
            self._asked((*at, ORDER), kept, my_order, their_order)
            chosen = self._choices.get(pointer(*at, ORDER), MINE)
            kept_only = dict.fromkeys(kept)
            first = {MINE: mine, THEIRS: theirs, BASE: kept_only}[chosen]
            then = {**mine, **theirs}
        return [*first, *(key for key in then if key not in first)]


def _same(one: Any, other: Any) -> bool:
    """The same document, the order of its keys too: an order that was changed is an edit."""
    if one is MISSING or other is MISSING:
        return one is other
    return strict_json.write(one) == strict_json.write(other)
