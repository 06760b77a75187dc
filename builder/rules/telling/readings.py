"""Who reads what in a rule: whether a field could change without anything else in the rule changing with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.rules.operators import TABLE
from builder.rules.tree import Node, Way

OF_OTHERS = "…"
"""The way of what is read of child records, or of what lies behind a reference."""
Route = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """One place that reads `key` of `entity`: by references from the record itself (`route`), or otherwise."""

    entity: str
    key: str
    route: Route
    relation: str = ""


class Readings:
    """All that a tree reads, place by place."""

    def __init__(self, tree: Node, entity: str):
        self._entity = entity
        self._all = list(_readings(tree, entity, is_own=True))

    def is_told_alone(self, field: Node) -> bool:
        """Whether one place only reads the field."""
        return len(self._of(field)) == 1

    def is_told_one_way(self, field: Node) -> bool:
        """Whether all that reads the field of any record reads it of this one, by the same references."""
        own = route_of(field.detail)
        return all(one.route == own for one in self._of(field))

    def reads_only_here(self, leaf: Node, relation: Node) -> bool:
        """Whether nothing outside `leaf` depends on which child records `relation` has."""
        inside = list(_readings(leaf, self._entity, is_own=True))
        entity, key = relation.type.entity, relation.detail.key
        outside = self._all.copy()
        for one in inside:
            outside.remove(one)
        return not any(one.entity == entity or one.relation == key for one in outside)

    def _of(self, field: Node) -> list[Reading]:
        way: Way = field.detail
        return [one for one in self._all if (one.entity, one.key) == (way.entity, way.key)]


def route_of(way: Way) -> Route:
    return tuple(key for key, _entity in way.hops)


def _readings(node: Node, entity: str, *, is_own: bool) -> Iterator[Reading]:
    """`entity`: whose scope the node stands in; `is_own`: that of the record itself."""
    if isinstance(node.detail, Way):
        yield from _of_way(node, entity, is_own=is_own)
        formula = is_own and not node.detail.hops and node.detail.formula is not None
        for arg in node.args:
            yield from _readings(arg, node.detail.entity, is_own=formula)
        return
    entry, count, inner = TABLE[node.op], len(node.args), entity
    for at, arg in enumerate(node.args):
        if arg.type.name == "relation":
            inner = arg.type.entity
        is_inner = entry.slot_of(at, count).inner
        yield from _readings(arg, inner if is_inner else entity, is_own=is_own and not is_inner)


def _of_way(node: Node, entity: str, *, is_own: bool) -> Iterator[Reading]:
    way: Way = node.detail
    at = entity
    for key, target in way.hops:
        yield Reading(at, key, (OF_OTHERS,))
        at = target
    if way.fact is None:
        yield Reading(node.type.entity, way.via, (OF_OTHERS,), way.key)
    else:
        relation = way.fact.rollup.relation if way.fact.rollup else ""
        yield Reading(at, way.key, route_of(way) if is_own else (OF_OTHERS,), relation)
