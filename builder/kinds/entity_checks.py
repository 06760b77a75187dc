"""What is wrong with an entity beside the other definitions: names that must exist, relations, rollups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from builder.kinds.compiled import Entity
from builder.kinds.entity_document import SYSTEM_PROPERTIES, derived, fields_of
from builder.kinds.entity_formulas import formula_problems
from builder.kinds.entity_rollups import rollup_problems
from builder.kinds.names import unknown
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.shapes import is_json_schema

if TYPE_CHECKING:
    from builder.catalog import Catalog

_OTHER_KEY = _("Write “inverse” with a key of your own on one of them.")


def problems(body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
    """All problems of one completed entity in `catalog`, with pointers into its document."""
    entity = catalog.entities[body["x-tessera"]["key"]]
    found = [
        *_contradictions(body, registry),
        *_of_required(body, entity),
        *_of_head(entity),
        *_of_indexes(entity),
        *_of_uniqueness(entity),
        *_of_references(entity, catalog),
        *_of_relations(entity, catalog),
        *rollup_problems(entity, catalog),
        *formula_problems(entity, catalog),
    ]
    if not found and not is_json_schema(body):
        found.append(Problem("entity.schema", _("This document is not a valid JSON Schema.")))
    return found


def _contradictions(body: Mapping[str, Any], registry: Registry) -> Iterator[Problem]:
    for key, settings in fields_of(body).items():
        follows = derived(settings, registry)
        for word, value in body["properties"][key].items():
            if word == "x-tessera" or (word in follows and _same(follows[word], value)):
                continue
            yield Problem(
                "entity.contradiction",
                _("“{word}” of the field “{key}” is not what its type ({type}) says."),
                {"word": word, "key": key, "type": settings["type"]},
                pointer("properties", key, word),
                _("Remove it: publishing writes it from the field's type and settings."),
            )
    for key, schema in SYSTEM_PROPERTIES.items():
        if body["properties"].get(key) != schema:
            yield Problem(
                "entity.contradiction",
                _("“{key}” is a system field; leave it out."),
                {"key": key},
                pointer("properties", key),
            )


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _of_required(body: Mapping[str, Any], entity: Entity) -> Iterator[Problem]:
    for at, key in enumerate(body["required"]):
        place = pointer("required", at)
        field = entity.fields.get(key)
        if field is None:
            yield unknown(_("The required field “{name}” does not exist."), key, entity.fields, place)
        elif field.is_computed:
            yield Problem(
                "field.required", _("“{key}” is computed and cannot be required."), {"key": key}, place
            )


def _of_head(entity: Entity) -> Iterator[Problem]:
    place = "/x-tessera/key_field"
    if entity.key_field is not None:
        field = entity.fields.get(entity.key_field)
        if field is None:
            yield unknown(_("The key field “{name}” does not exist."), entity.key_field, entity.fields, place)
        elif not (field.unique and field.required and entity.facts[field.key].type.name == "text"):
            yield Problem(
                "entity.key_field",
                _("The key field “{key}” must be a text that is required and unique."),
                {"key": field.key},
                place,
            )
    if entity.title_field not in entity.fields and entity.title_field != "id":
        yield unknown(
            _("The title field “{name}” does not exist."),
            entity.title_field,
            entity.fields,
            "/x-tessera/title_field",
        )
    elif entity.title_field in entity.fields and entity.fields[entity.title_field].column is None:
        yield Problem(
            "entity.title_field",
            _("“{key}” cannot be a title: it has no column of its own."),
            {"key": entity.title_field},
            "/x-tessera/title_field",
        )
    for at, key in enumerate(entity.search_fields):
        place = pointer("x-tessera", "search", at)
        if key not in entity.fields:
            yield unknown(_("The search field “{name}” does not exist."), key, entity.fields, place)
        elif entity.facts[key].type.name != "text" or entity.fields[key].column is None:
            yield Problem(
                "entity.search",
                _("“{key}” is not a text: the search box cannot look into it."),
                {"key": key},
                place,
            )


def _of_indexes(entity: Entity) -> Iterator[Problem]:
    for at, keys in enumerate(entity.indexes):
        for step, key in enumerate(keys):
            place = pointer("x-tessera", "indexes", at, step)
            if key in SYSTEM_PROPERTIES:
                continue
            if key not in entity.fields:
                yield unknown(_("The indexed field “{name}” does not exist."), key, entity.fields, place)
            elif entity.fields[key].column is None:
                yield Problem(
                    "entity.index",
                    _("“{key}” has no column of its own and cannot be indexed."),
                    {"key": key},
                    place,
                )


def _of_uniqueness(entity: Entity) -> Iterator[Problem]:
    for key, field in entity.fields.items():
        for asked, word in ((field.unique, "unique"), (field.indexed, "index")):
            if asked and field.column is None:
                yield Problem(
                    "field.unique",
                    _("“{key}” has no column of its own and cannot be {word}."),
                    {"key": key, "word": word},
                    _place(key, word),
                )
        fact = entity.facts[key]
        if field.unique and (fact.rollup or fact.formula is not None or fact.type.name == "boolean"):
            yield Problem(
                "field.unique",
                _("The values of “{key}” cannot be unique."),
                {"key": key},
                _place(key, "unique"),
            )


def _of_references(entity: Entity, catalog: Catalog) -> Iterator[Problem]:
    for key, field in entity.fields.items():
        if "to" not in field.settings:
            continue
        target = field.settings["to"]
        if target not in catalog.entities:
            yield unknown(_("“{name}” is not an entity."), target, catalog.entities, _place(key, "to"))
        if field.required and field.settings.get("on_delete") == "clear":
            yield Problem(
                "reference.clear",
                _("“{key}” is required, so it cannot be cleared when the other record is deleted."),
                {"key": key},
                _place(key, "on_delete"),
                _("Choose “restrict”, or let the field be empty."),
            )


def _of_relations(entity: Entity, catalog: Catalog) -> Iterator[Problem]:
    """This entity's references make relations on others: no two of one name, and none named as a field there."""
    for key, field in entity.fields.items():
        target = catalog.entities.get(field.settings.get("to", ""))
        if target is None:
            continue
        name = field.settings["inverse"]["key"]
        place = _place(key, "inverse")
        others = [
            (other, via)
            for other, via in _references_to(target.key, name, catalog)
            if (other, via) != (entity.key, key)
        ]
        if others:
            params = {"name": name, "target": target.key, "other": ".".join(others[0])}
            yield Problem(
                "relation.twice",
                _("“{other}” is already reached from “{target}” as “{name}”."),
                params,
                place,
                _OTHER_KEY,
            )
        if name in target.facts or name in target.retired:
            yield Problem(
                "relation.field",
                _("“{target}” has a field “{name}” already; the way back needs another key."),
                {"name": name, "target": target.key},
                place,
            )


def _references_to(target: str, inverse: str, catalog: Catalog) -> list[tuple[str, str]]:
    return [
        (entity.key, field.key)
        for entity in catalog.entities.values()
        for field in entity.fields.values()
        if field.settings.get("to") == target and field.settings["inverse"]["key"] == inverse
    ]


def _place(key: str, *steps: str) -> str:
    return pointer("properties", key, "x-tessera", *steps)
