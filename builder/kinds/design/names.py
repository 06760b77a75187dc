"""What may be chosen where a shape says `x-names`: names of definitions, fields of an entity; in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from builder.kinds import public_form_fields
from builder.kinds.compiled import Entity
from builder.kinds.design.plan import RELATIONS, Wanted
from builder.kinds.for_roles import ADMIN, ADMIN_LABEL
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

Offer = tuple[str, Text]
"""A name, and what people call it."""


def offered(catalog: Catalog, wanted: Wanted, people: Sequence[Offer] = ()) -> list[Offer]:
    """The names that may be chosen; [] where nothing says yet of what. `people`: the names of the kind `user`."""
    if wanted.kind:
        return _of_kind(catalog, wanted, people)
    entity = entity_of(catalog, wanted)
    if entity is None:
        return []
    if wanted.only == RELATIONS:
        return [(key, one.label) for key, one in entity.relations.items()]
    if wanted.only in _OF_FACTS:
        own_first = sorted(entity.facts, key=lambda key: key not in entity.fields)
        return [(key, entity.facts[key].label) for key in own_first if _OF_FACTS[wanted.only](entity, key)]
    fits = _OF_FIELDS.get(wanted.only, _any)
    return [(key, field.label) for key, field in entity.fields.items() if fits(field, wanted)]


def many(catalog: Catalog, wanted: Wanted) -> list[Offer]:
    """The same, where a list of things is meant: entities by what their records are called together."""
    if wanted.kind == "entity":
        return [(key, one.label_plural or key) for key, one in catalog.entities.items()]
    return offered(catalog, wanted)


def entity_of(catalog: Catalog, wanted: Wanted) -> Entity | None:
    """The entity whose fields or relations are meant; None where nothing says yet which."""
    entity = catalog.entities.get(wanted.entity)
    if entity is None or wanted.through is None:
        return entity
    relation = entity.relations.get(wanted.through)
    return catalog.entities.get(relation.entity) if relation else None


def _of_kind(catalog: Catalog, wanted: Wanted, people: Sequence[Offer]) -> list[Offer]:
    kind = wanted.kind
    if kind == "user":
        return list(people)
    if kind == "entity":
        return [(key, one.label) for key, one in catalog.entities.items()]
    bodies = catalog.of_kind(kind).items()
    found = [(key, _label(body, key)) for key, body in bodies if _is_about(body, wanted.entity)]
    return [(ADMIN, ADMIN_LABEL), *found] if kind == "role" else found


def _is_about(body: Any, entity: str) -> bool:
    return not entity or (isinstance(body, Mapping) and body.get("entity") == entity)


def _label(body: Any, key: str) -> Text:
    return body.get("label", key) if isinstance(body, Mapping) else key


def _has_order(entity: Any, key: str) -> bool:
    return key not in entity.fields or entity.fields[key].column is not None


def _of_types(*names: str) -> Callable[[Any, str], bool]:
    """Facts of these types that have a column, so that records can be found by them."""
    return lambda entity, key: entity.facts[key].type.name in names and _has_order(entity, key)


def _is_address(entity: Any, key: str) -> bool:
    return key in entity.fields and entity.fields[key].type.key == "url"


_OF_FACTS: Mapping[str, Callable[[Any, str], bool]] = {
    "shown": lambda _entity, _key: True,
    "sortable": _has_order,
    "dates": _of_types("date", "datetime"),
    "choices": lambda entity, key: key in entity.fields and _of_types("enum", "ref", "boolean")(entity, key),
    "addresses": _is_address,
}


def _any(_field: Any, _wanted: Wanted) -> bool:
    return True


_OF_FIELDS: Mapping[str, Callable[[Any, Wanted], bool]] = {
    "writable": lambda field, _wanted: not field.is_computed and field.storage != "tags",
    "tags": lambda field, _wanted: field.storage == "tags",
    "badges": lambda field, _wanted: field.storage == "tags" or bool(field.settings.get("options")),
    "references": lambda field, wanted: field.settings.get("to") == wanted.to,
    "public": lambda field, _wanted: public_form_fields.is_enterable(field),
    "dates": lambda field, _wanted: public_form_fields.is_dated(field),
    "notable": lambda field, _wanted: public_form_fields.is_notable(field),
    "numbers": lambda field, _wanted: public_form_fields.is_numberable(field),
}
