"""Where a definition or a field is used: asked before it is changed, shown in the studio. Drafts are looked at too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from builder.catalog import Catalog, compile_bodies
from builder.kinds.design import plan
from builder.kinds.design.named import Names, parts_of
from builder.kinds.names import reads_of
from builder.publishing import checking
from builder.registry import Registry
from schema_store.documents import Body, Name
from schema_store.problems import pointer

Uses = dict[Name, list["Use"]]
"""`{what is named: the places that name it}`; a field is named as ("field", "member.stage")."""


@dataclass(frozen=True)
class Use:
    """A place in the definition (kind, key) that names what was asked about."""

    kind: str
    key: str
    pointer: str


@dataclass(frozen=True)
class User:
    """A definition that names what was asked about, and where. `draft`: what its draft does about that, if anything.

    `begins` (only the draft names it), `ends` (the draft names it no more) or "".
    """

    name: Name
    places: tuple[Use, ...]
    draft: str = ""


def uses(registry: Registry, catalog: Catalog, kind: str, key: str) -> list[Use]:
    """The places in published definitions that need the definition `kind`, `key`."""
    return _index(registry, catalog).get((kind, key), [])


def uses_of_field(registry: Registry, catalog: Catalog, entity: str, field: str) -> list[Use]:
    """The places in published definitions that name a field: columns, forms, rights, rules of all kinds."""
    return _index(registry, catalog).get(field_name(entity, field), [])


def field_name(entity: str, field: str) -> Name:
    """How a field is named among what is used."""
    return ("field", f"{entity}.{field}")


def users(
    registry: Registry, catalog: Catalog, drafts: Mapping[Name, Body | None], wanted: Name
) -> list[User]:
    """The definitions that name `wanted`, itself apart, as they are live and as the `drafts` would have them."""
    live, drafted = _by_definition(_index(registry, catalog), wanted), {}
    if drafts:
        drafted = _by_definition(of_drafts(registry, catalog, drafts), wanted)
    found = []
    for name in sorted({*live, *drafted}, key=lambda name: (registry.kinds[name[0]].order, name)):
        draft = "begins" if name not in live else "ends" if name in drafts and name not in drafted else ""
        found.append(User(name, tuple(live.get(name) or drafted[name]), draft))
    return found


def _by_definition(index: Uses, wanted: Name) -> dict[Name, list[Use]]:
    found: dict[Name, list[Use]] = {}
    for one in index.get(wanted, ()):
        if (one.kind, one.key) != wanted:
            found.setdefault((one.kind, one.key), []).append(one)
    return found


def of_drafts(registry: Registry, catalog: Catalog, drafts: Mapping[Name, Body | None]) -> Uses:
    """What these drafts name, were they published together; what cannot be read of one is left out."""
    known = {name: body for name, body in drafts.items() if name[0] in registry.kinds and body is not None}
    whole = {name: _completed(registry, name, body) for name, body in known.items()}
    staying = {name: body for name, body in catalog.bodies.items() if drafts.get(name, body) is not None}
    beside = compile_bodies(registry, {**staying, **whole}, stamp=catalog.stamp, beside=catalog)
    found: Uses = {}
    for name, body in whole.items():
        try:
            for named, place in list(_references(registry, beside, name, body)):
                found.setdefault(named, []).append(Use(*name, place))
        except Exception:  # noqa: BLE001, S112 - a draft may be any JSON
            continue
    return found


def _completed(registry: Registry, name: Name, body: Body) -> Body:
    try:
        return registry.kinds[name[0]].complete(body, registry)
    except Exception:  # noqa: BLE001 - a draft may be any JSON
        return body


def _index(registry: Registry, catalog: Catalog) -> Uses:
    return catalog.cached("publishing.where_used", lambda: _made(registry, catalog))


def _made(registry: Registry, catalog: Catalog) -> Uses:
    found: Uses = {}
    for name, body in sorted(catalog.bodies.items(), key=lambda item: item[0]):
        if name not in catalog.left_out:
            for named, place in _references(registry, catalog, name, body):
                found.setdefault(named, []).append(Use(*name, place))
    return found


def _references(registry: Registry, catalog: Catalog, name: Name, body: Body) -> Iterator[tuple[Name, str]]:
    """Everything that a definition names, with the places, each once."""
    kind = registry.kinds[name[0]]
    said = [((of, key), place) for of, key, place in kind.all_needs(body, catalog)]
    said += _chosen(registry, catalog, name, body)
    for rule in kind.rules(body, catalog):
        said += [(field_name(*one), rule.pointer) for one in sorted(reads_of(rule, catalog))]
    if name[0] == "entity":
        said += _gathered(catalog, name[1])
    yield from dict.fromkeys(said)


def _chosen(registry: Registry, catalog: Catalog, name: Name, body: Body) -> Iterator[tuple[Name, str]]:
    """What stands where the kind's shape says that a definition or a field is chosen, and fields given values."""
    shape = checking.shape_of(registry.kinds[name[0]]).schema
    if not shape.get("x-design"):
        return
    for of, key, place in Names(shape, body, catalog).needs():
        yield (of, key), place
    for node in plan.walk(plan.plan(shape, body, parts_of(registry))):
        if node.sort == "value" and all(node.field) and node.key == node.field[1]:
            yield field_name(*node.field), node.pointer


def _gathered(catalog: Catalog, key: str) -> Iterator[tuple[Name, str]]:
    """What the rollups of an entity gather: fields of other entities, by a relation that only the catalog knows."""
    entity = catalog.entities.get(key)
    for own, fact in entity.facts.items() if entity else ():
        relation = entity.relations.get(fact.rollup.relation) if entity and fact.rollup else None
        if relation is None or fact.rollup is None:
            continue
        base = pointer("properties", own, "x-tessera")
        for at, field in (
            ("relation", relation.via),
            ("of", fact.rollup.of),
            ("dated_by", fact.rollup.dated_by),
        ):
            if field:
                yield field_name(relation.entity, field), base + pointer(at)
