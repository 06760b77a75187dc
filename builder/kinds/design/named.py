"""What a document names, as its shape says by `x-names`: whether it is there, and what that makes it need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from builder.kinds.contract import Reference, RuleAt
from builder.kinds.design.names import entity_of, offered
from builder.kinds.design.plan import RELATIONS, Node, Part, Wanted, plan, walk
from builder.kinds.for_roles import ADMIN
from builder.kinds.names import unknown
from builder.kinds.parts import problems_of, rules_of
from builder.registry import Registry
from schema_store.problems import Problem, _

if TYPE_CHECKING:
    from builder.catalog import Catalog

KINDS: Mapping[str, str] = {
    "entity": _("“{name}” is not an entity."),
    "view": _("“{name}” is not a view."),
    "role": _("“{name}” is not a role."),
}
"""What is said of a name that is none of a kind."""

Said = tuple[Wanted, str, str]
"""What may be chosen, the name that is, and its place."""


def parts_of(registry: Registry) -> Any:
    """The things of a shelf as a document's plan asks for them."""

    def parts(shelf: str) -> Mapping[str, Part]:
        found = getattr(registry, shelf, {})
        return {key: Part(one.label, one.help, one.settings) for key, one in found.items()}

    return parts


def kinds_named(schema: Mapping[str, Any], body: Mapping[str, Any], registry: Registry) -> list[Reference]:
    """The definitions that a document names where its shape lets people choose one, whatever is published."""
    said = _said(walk(plan(schema, body, parts_of(registry))))
    return [(wanted.kind, name, place) for wanted, name, place in said if _is_kind(registry, wanted, name)]


def _is_kind(registry: Registry, wanted: Wanted, name: str) -> bool:
    return wanted.kind in registry.kinds and (wanted.kind, name) != ("role", ADMIN)


def _said(nodes: list[Node]) -> Iterator[Said]:
    for node in nodes:
        if node.wanted is None or not node.is_there:
            continue
        if node.sort == "name" and isinstance(node.value, str):
            yield node.wanted, node.value, node.pointer
        elif node.sort == "names":
            sign = node.wanted.sign
            for at, name in enumerate(node.value):
                yield node.wanted, name.removeprefix(sign) if sign else name, f"{node.pointer}/{at}"


class Names:
    """The names and the parts of one document beside a catalog; `about` is the entity it is about, "" for none."""

    def __init__(self, schema: Mapping[str, Any], body: Mapping[str, Any], catalog: Catalog):
        self._catalog, self._registry = catalog, catalog.registry
        self._about = body.get("entity", "")
        self._nodes = walk(plan(schema, body, parts_of(catalog.registry)))

    def problems(self) -> list[Problem]:
        """What it names is there, and its parts are right."""
        parts = [
            problem
            for node in self._parts()
            for problem in problems_of(
                node.value, self._shelf(node), node.pointer, self._about, self._catalog
            )
        ]
        said = [self._unknown(*one) for one in _said(self._nodes) if not self._is_offered(*one[:2])]
        return [*parts, *said]

    def rules(self) -> list[RuleAt]:
        """The rules that stand in its parts."""
        return [
            rule
            for node in self._parts()
            for rule in rules_of(node.value, self._shelf(node), node.pointer, self._about, self._catalog)
        ]

    def needs(self) -> list[Reference]:
        """The definitions and fields that it names."""
        return [one for said in _said(self._nodes) for one in self._needed(*said)]

    def _parts(self) -> Iterator[Node]:
        return (node for node in self._nodes if node.sort == "part" and node.is_there)

    def _shelf(self, node: Node) -> Any:
        return getattr(self._registry, node.schema["x-parts"])

    def _is_offered(self, wanted: Wanted, name: str) -> bool:
        is_open = wanted.kind == "user" or not (wanted.kind or entity_of(self._catalog, wanted))
        return is_open or name in dict(offered(self._catalog, wanted))

    def _unknown(self, wanted: Wanted, name: str, place: str) -> Problem:
        known = [key for key, _label in offered(self._catalog, wanted)]
        template = _("No records “{name}” belong to this entity.")
        if wanted.kind:
            template = KINDS.get(wanted.kind, _("“{name}” cannot be chosen here."))
        elif wanted.only != RELATIONS:
            template = _("The field “{name}” cannot be chosen here.")
        return unknown(template, name, known, place)

    def _needed(self, wanted: Wanted, name: str, place: str) -> Iterator[Reference]:
        if wanted.kind:
            if _is_kind(self._registry, wanted, name):
                yield wanted.kind, name, place
            return
        entity = entity_of(self._catalog, wanted)
        if entity is None:
            return
        relation = entity.relations.get(name) if wanted.only == RELATIONS else None
        if relation is not None:
            yield "entity", relation.entity, place
            yield "field", f"{relation.entity}.{relation.via}", place
        elif name in entity.fields:
            yield "field", f"{entity.key}.{name}", place
