"""Which item of a list became which: the same, the one of the same name, the most alike of its sort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from builder.kinds.design.plan import Node
from builder.publishing.node_words import keys_of, piece_key
from schema_store.diff import same

ALIKE = 0.5
"""So much of two items must be the same for one to be the other, changed."""


@dataclass(frozen=True)
class Pairing:
    """`pairs` of numbers (before, after), in the order of before; `gone` and `come`, by number."""

    pairs: tuple[tuple[int, int], ...]
    gone: tuple[int, ...]
    come: tuple[int, ...]

    @property
    def is_moved(self) -> bool:
        """Whether those that stayed stand in another order."""
        after = [new for _old, new in self.pairs]
        return after != sorted(after)


def paired(before: Sequence[Node], after: Sequence[Node]) -> Pairing:
    """The pairing of two lists of items."""
    pairs: dict[int, int] = {}
    for fits in (_is_same, _has_same_name, _is_alike):
        for old, one in enumerate(before):
            if old not in pairs:
                found = _first(one, after, set(pairs.values()), fits)
                pairs |= {} if found is None else {old: found}
    gone = tuple(old for old in range(len(before)) if old not in pairs)
    come = tuple(new for new in range(len(after)) if new not in pairs.values())
    return Pairing(tuple(sorted(pairs.items())), gone, come)


def _first(
    one: Node, after: Sequence[Node], taken: set[int], fits: Callable[[Node, Node], bool]
) -> int | None:
    return next((new for new, other in enumerate(after) if new not in taken and fits(one, other)), None)


def _is_same(one: Node, other: Node) -> bool:
    return same(one.value, other.value)


def _has_same_name(one: Node, other: Node) -> bool:
    name = _name(one)
    return name is not None and name == _name(other)


def _name(node: Node) -> Any:
    """By what an item is known; None where nothing names it."""
    if node.sort == "piece":
        return piece_key(node)
    if node.sort == "ways":
        return (node.chosen, str(node.value.get(node.chosen)))
    label = next((one.value for one in node.children if one.key == "label" and one.is_there), None)
    named = next((one.value for one in node.children if one.sort == "name" and one.is_there), None)
    return (node.chosen, str(label), str(named)) if label or named else None


def _is_alike(one: Node, other: Node) -> bool:
    """Of the same sort, and most of what one of them says, a list of names counting by name."""
    if one.sort != other.sort or one.chosen != other.chosen or one.sort in ("ways", "piece"):
        return False
    said, also = _said(one), _said(other)
    return one.sort == "part" or len(said & also) >= ALIKE * max(len(said | also), 1)


def _said(node: Node) -> set[tuple[str, str]]:
    found = set()
    for child in node.children:
        if child.is_there:
            names = keys_of(child) if child.sort in ("names", "placed") else [str(child.value)]
            found |= {(child.key, name) for name in names}
    return found
