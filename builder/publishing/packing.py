"""What a definition needs, why, and what belongs to an application: for packages that are whole where they arrive."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from builder.catalog import Catalog
from builder.kinds.contract import Reference
from builder.kinds.design.named import kinds_named
from builder.kinds.names import reads_of
from builder.publishing import checking
from builder.registry import Registry
from schema_store.documents import Body, Name


def named(registry: Registry, name: Name, body: Body) -> list[Reference]:
    """The definitions that `body` names outside its rules, with the places; its shape is right."""
    kind = registry.kinds[name[0]]
    chosen = kinds_named(checking.shape_of(kind).schema, body, registry)
    found = [one for one in kind.needs(body) if one[0] in registry.kinds]
    return list(dict.fromkeys([*found, *chosen]))


def needs(registry: Registry, catalog: Catalog, name: Name) -> dict[Name, None]:
    """Every published definition that `name` cannot do without, in the order in which it says so."""
    body = catalog.bodies[name]
    kind = registry.kinds[name[0]]
    said: list[Name] = [(of, key) for of, key, _place in named(registry, name, body)]
    said += [(of, key) for of, key, _place in kind.reaches(body, catalog)]
    said += [
        ("entity", key.partition(".")[0])
        for of, key, _place in kind.all_needs(body, catalog)
        if of == "field"
    ]
    for rule in kind.rules(body, catalog):
        said += [
            ("entity", rule.entity),
            *(("entity", read) for read, _field in sorted(reads_of(rule, catalog))),
        ]
    if name[0] == "entity" and name[1] in catalog.entities:
        said += _gathered(catalog, name[1])
    return {one: None for one in said if one != name and one in catalog.bodies}


def _gathered(catalog: Catalog, key: str) -> list[Name]:
    """The entities whose records a rollup of this one gathers."""
    entity = catalog.entity(key)
    asked = [fact.rollup.relation for fact in entity.facts.values() if fact.rollup is not None]
    return [("entity", entity.relations[one].entity) for one in asked if one in entity.relations]


def together(registry: Registry, catalog: Catalog, chosen: Iterable[Name]) -> dict[Name, Name | None]:
    """`chosen` with all that they need: `{name: who needs it first}`, None for what was chosen."""
    found: dict[Name, Name | None] = {name: None for name in chosen if name in catalog.bodies}
    waiting = list(found)
    while waiting:
        name = waiting.pop(0)
        if name in catalog.left_out or name[0] not in registry.kinds:
            continue
        for one in needs(registry, catalog, name):
            if one not in found:
                found[one] = name
                waiting.append(one)
    return found


def contents(registry: Registry, catalog: Catalog, app: str) -> list[Name]:
    """What a published application consists of: what it opens, and what is about nothing but its entities."""
    found = set(together(registry, catalog, [("app", app)]))
    own = {name for name in found if name[0] == "entity"}
    for name in catalog.bodies:
        if name[0] != "app" and name not in catalog.left_out and _is_about(registry, catalog, name, own):
            found.add(name)
    return _in_order(registry, found)


def _is_about(registry: Registry, catalog: Catalog, name: Name, own: set[Name]) -> bool:
    entities = {one for one in needs(registry, catalog, name) if one[0] == "entity"}
    return bool(entities) and name[0] != "entity" and entities <= own


def _in_order(registry: Registry, names: Collection[Name]) -> list[Name]:
    return sorted(names, key=lambda name: (registry.kinds[name[0]].order, name[1]))
