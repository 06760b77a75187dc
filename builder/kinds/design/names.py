"""What may be chosen where a shape says `x-names`: names of definitions, fields of an entity; in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from builder.kinds.design.plan import Wanted
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

Offer = tuple[str, Text]
"""A name, and what people call it."""
ADMIN: Offer = ("admin", {"en": "Administrator", "zh": "管理员"})


def offered(catalog: Catalog, wanted: Wanted, people: Sequence[Offer] = ()) -> list[Offer]:
    """The names that may be chosen; [] where nothing says yet of what. `people`: the names of the kind `user`."""
    if wanted.kind:
        return _of_kind(catalog, wanted.kind, people)
    entity = catalog.entities.get(wanted.entity)
    if entity is None:
        return []
    if wanted.only in _OF_FACTS:
        own_first = sorted(entity.facts, key=lambda key: key not in entity.fields)
        return [(key, entity.facts[key].label) for key in own_first if _OF_FACTS[wanted.only](entity, key)]
    fits = _OF_FIELDS.get(wanted.only, _any)
    return [(key, field.label) for key, field in entity.fields.items() if fits(field, wanted)]


def _of_kind(catalog: Catalog, kind: str, people: Sequence[Offer]) -> list[Offer]:
    if kind == "user":
        return list(people)
    if kind == "entity":
        return [(key, one.label) for key, one in catalog.entities.items()]
    found = [(key, _label(body, key)) for key, body in catalog.of_kind(kind).items()]
    return [ADMIN, *found] if kind == "role" else found


def _label(body: Any, key: str) -> Text:
    return body.get("label", key) if isinstance(body, Mapping) else key


def _has_order(entity: Any, key: str) -> bool:
    return key not in entity.fields or entity.fields[key].column is not None


_OF_FACTS: Mapping[str, Callable[[Any, str], bool]] = {
    "shown": lambda _entity, _key: True,
    "sortable": _has_order,
}


def _any(_field: Any, _wanted: Wanted) -> bool:
    return True


_OF_FIELDS: Mapping[str, Callable[[Any, Wanted], bool]] = {
    "writable": lambda field, _wanted: not field.is_computed and field.storage != "tags",
    "tags": lambda field, _wanted: field.storage == "tags",
    "references": lambda field, wanted: field.settings.get("to") == wanted.to,
}
