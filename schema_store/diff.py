"""What differs between two documents, key by key.

Lists whose items name themselves (options by `value`, menu entries by what they open) are compared as sets by
that name, and their order apart; other lists are compared whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema_store.problems import pointer

Path = tuple[str, ...]

ORDER = "#order"
"""The last step of a path when only the order of keys or named items changed; before and after list the names."""


class _Missing:
    """Nothing there: not the same as null."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING = _Missing()


@dataclass(frozen=True)
class Change:
    """One thing that differs. `path`: keys from the root, names of named items among them. MISSING: not there."""

    path: Path
    before: Any
    after: Any

    @property
    def pointer(self) -> str:
        return pointer(*self.path)


ORDERED_KEYS = frozenset({("properties",)})
"""Objects whose order of keys means something to people: an entity's fields."""


def changes(before: Any, after: Any, *, at: Path = ()) -> list[Change]:
    """What differs, in document order; [] where both are the same."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _of_objects(before, after, at, order_counts=at in ORDERED_KEYS)
    if isinstance(before, list) and isinstance(after, list):
        names_before, names_after = named(before), named(after)
        if names_before is not None and names_after is not None and (names_before or names_after):
            return _of_objects(names_before, names_after, at, order_counts=True)
    return [] if same(before, after) else [Change(at, before, after)]


def _of_objects(
    before: Mapping[str, Any], after: Mapping[str, Any], at: Path, *, order_counts: bool
) -> list[Change]:
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key, MISSING), after.get(key, MISSING)
        found.extend(
            [Change((*at, key), old, new)]
            if old is MISSING or new is MISSING
            else changes(old, new, at=(*at, key))
        )
    if order_counts:
        kept_before, kept_after = (
            [key for key in before if key in after],
            [key for key in after if key in before],
        )
        if kept_before != kept_after:
            found.append(Change((*at, ORDER), kept_before, kept_after))
    return found


def named(items: list[Any]) -> dict[str, Any] | None:
    """The items by their own names, in order; None where they have none, or two the same."""
    found: dict[str, Any] = {}
    for item in items:
        name = _name(item)
        if name is None or name in found:
            return None
        found[name] = item
    return found


def _name(item: Any) -> str | None:
    if isinstance(item, str):
        return item
    if not isinstance(item, Mapping):
        return None
    for key in ("value", "key"):
        if isinstance(item.get(key), str):
            return str(item[key])
    for key in ("entity", "view"):  # menu entries; an action that names an entity also has a type
        if isinstance(item.get(key), str) and "type" not in item:
            return f"{key}:{item[key]}"
    return None


def same(one: Any, other: Any) -> bool:
    """JSON equality: unlike Python, true is not 1; 1 and 1.0 are the same number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)
