"""Rollups checked: the relation, what is aggregated, which children count, the date they go by, no circles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.kinds.compiled import Entity
from builder.kinds.contract import RuleAt
from builder.kinds.names import of_rule, reads_of, unknown
from builder.rules.names import Rollup
from schema_store.problems import Problem, _, pointer

if TYPE_CHECKING:
    from builder.catalog import Catalog

Node = tuple[str, str]
"""(entity, field)"""


def rollup_problems(entity: Entity, catalog: Catalog) -> Iterator[Problem]:
    """Problems of the entity's rollups, with pointers into its document."""
    for key, fact in entity.facts.items():
        if fact.rollup is None:
            continue
        place = pointer("properties", key, "x-tessera")
        relation = entity.relations.get(fact.rollup.relation)
        if relation is None:
            yield unknown(
                _("“{name}” is not a relation of this entity."),
                fact.rollup.relation,
                entity.relations,
                place + "/relation",
            )
            continue
        child = catalog.entities[relation.entity]
        found = [*_of_one(fact.rollup, child, catalog)]
        if not found:  # only now the type knows what it gathers
            field = entity.fields[key]
            found = field.type.check_settings(field.settings)
        yield from (problem.at(place) for problem in found)
        circle = _circle((entity.key, key), catalog)
        if circle:
            shown = " → ".join(".".join(node) for node in circle)
            yield Problem(
                "rollup.circle", _("This rollup depends on itself: {circle}."), {"circle": shown}, place
            )


def _of_one(rollup: Rollup, child: Entity, catalog: Catalog) -> Iterator[Problem]:
    yield from _of_aggregated(rollup, child)
    if rollup.where is not None:
        yield from of_rule(RuleAt(child.key, rollup.where, "/where"), catalog)
    if rollup.dated_by is not None:
        dated = child.facts.get(rollup.dated_by)
        if dated is None:
            yield unknown(
                _("“{name}” is not a field of the records behind this relation."),
                rollup.dated_by,
                child.fields,
                "/dated_by",
            )
        elif dated.type.name not in ("date", "datetime"):
            yield Problem(
                "rollup.dated_by", _("“{key}” is not a date."), {"key": rollup.dated_by}, "/dated_by"
            )


def _of_aggregated(rollup: Rollup, child: Entity) -> Iterator[Problem]:
    if rollup.aggregate == "count":
        if rollup.of is not None:
            yield Problem("rollup.of", _("A count counts records; leave “of” out."), {}, "/of")
        return
    if rollup.of is None:
        yield Problem(
            "rollup.of",
            _("“{aggregate}” needs “of”: the field it is taken of."),
            {"aggregate": rollup.aggregate},
            "",
        )
        return
    if rollup.of not in child.fields:
        template = _("“{name}” is not a field of the records behind this relation.")
        yield unknown(template, rollup.of, child.fields, "/of")


def _circle(start: Node, catalog: Catalog) -> list[Node]:
    """The shortest way from `start` back to itself over the rollups it is computed from; [] if there is none."""
    came_from: dict[Node, Node] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for following in sorted(_depends_on(node, catalog)):
            if following == start:
                return [*_trail(node, came_from), start]
            if following not in came_from:
                came_from[following] = node
                waiting.append(following)
    return []


def _trail(node: Node, came_from: dict[Node, Node]) -> list[Node]:
    trail = [node]
    while trail[0] in came_from:
        trail.insert(0, came_from[trail[0]])
    return trail


def _depends_on(node: Node, catalog: Catalog) -> set[Node]:
    """The rollups that this rollup reads: in what it aggregates, in its rule, in its date."""
    entity = catalog.entities[node[0]]
    rollup = entity.facts[node[1]].rollup
    relation = entity.relations.get(rollup.relation) if rollup else None
    if rollup is None or relation is None:
        return set()
    read = {(relation.entity, key) for key in (rollup.of, rollup.dated_by) if key}
    if rollup.where is not None:
        read |= reads_of(RuleAt(relation.entity, rollup.where, ""), catalog)
    return {(owner, key) for owner, key in read if _is_rollup(owner, key, catalog)}


def _is_rollup(entity: str, key: str, catalog: Catalog) -> bool:
    fact = catalog.entities[entity].facts.get(key) if entity in catalog.entities else None
    return fact is not None and fact.rollup is not None
