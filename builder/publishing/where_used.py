"""Where a definition or a field is used: asked before it is changed, shown in the studio."""

from __future__ import annotations

from dataclasses import dataclass

from builder.catalog import Catalog
from builder.kinds.names import reads_of
from builder.registry import Registry
from schema_store.documents import Name


@dataclass(frozen=True)
class Use:
    """A place in the definition (kind, key) that names what was asked about."""

    kind: str
    key: str
    pointer: str


def uses(registry: Registry, catalog: Catalog, kind: str, key: str) -> list[Use]:
    """The places in published definitions that need the definition `kind`, `key`."""
    return _index(registry, catalog).get((kind, key), [])


def uses_of_field(registry: Registry, catalog: Catalog, entity: str, field: str) -> list[Use]:
    """The places in published definitions that name a field: columns, forms, rights, rules of all kinds."""
    return _index(registry, catalog).get(("field", f"{entity}.{field}"), [])


def _index(registry: Registry, catalog: Catalog) -> dict[Name, list[Use]]:
    return catalog.cached("publishing.where_used", lambda: _made(registry, catalog))


def _made(registry: Registry, catalog: Catalog) -> dict[Name, list[Use]]:
    found: dict[Name, list[Use]] = {}
    for (kind, key), body in sorted(catalog.bodies.items()):
        if (kind, key) in catalog.left_out:
            continue
        known = registry.kinds[kind]
        for needed_kind, needed, place in known.needs(body):
            found.setdefault((needed_kind, needed), []).append(Use(kind, key, place))
        for rule in known.rules(body, catalog):
            for entity, field in sorted(reads_of(rule, catalog)):
                found.setdefault(("field", f"{entity}.{field}"), []).append(Use(kind, key, rule.pointer))
    return found
