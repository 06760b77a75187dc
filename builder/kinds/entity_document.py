"""An entity's document: what an author writes, and what publishing makes of it.

The author's `x-tessera` of each field is the truth; all other keywords of a property follow from its field type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from builder.registry import Registry
from schema_store.shapes import META
from schema_store.texts import pick

Body = dict[str, Any]

# A moment as RFC 3339 writes it in UTC; the pattern holds for validators that do not look at `format`.
_MOMENT = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$",
    "readOnly": True,
}

SYSTEM_PROPERTIES: Mapping[str, Mapping[str, Any]] = {
    "id": {"type": "integer", "minimum": 1, "readOnly": True},
    "version": {"type": "integer", "minimum": 1, "readOnly": True},
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
}
"""What every record has beside its fields; doors give them out and never take them."""

SYSTEM_LABELS = {
    "id": {"en": "Number", "zh": "编号"},
    "version": {"en": "Version", "zh": "版本"},
    "created_at": {"en": "Created", "zh": "创建时间"},
    "updated_at": {"en": "Last changed", "zh": "更新时间"},
}


def head(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entity's own `x-tessera`."""
    return body["x-tessera"]


def settings_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field's `x-tessera`, retired ones too: (key, settings); system properties are no fields."""
    for key, schema in body["properties"].items():
        if key not in SYSTEM_PROPERTIES:
            yield key, schema.get("x-tessera", {})


def fields_of(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The settings of the fields in use, in the designer's order."""
    return {key: settings for key, settings in settings_of(body) if not settings.get("retired")}


def settle(
    body: Body, live: Mapping[str, Any] | None, bodies: Mapping[str, Mapping[str, Any]], registry: Registry
) -> Body:
    """`body` with the columns of its live version, its left-out fields kept as retired ones, and its rollups told
    what they gather. `bodies` are all entities as they will be."""
    settled = deepcopy(body)
    properties = settled["properties"]
    for key, settings in settings_of(live) if live else ():
        if key not in properties:
            properties[key] = {"x-tessera": {**settings, "retired": True}}
        elif "column" in settings:
            properties[key].setdefault("x-tessera", {}).setdefault("column", settings["column"])
    for key, settings in list(settings_of(settled)):
        if "of" in settings and "relation" in settings:
            told = _gathering(settings, head(body)["key"], bodies, registry)
            properties[key] = {**properties[key], "x-tessera": told}
    return settled


def _gathering(
    settings: Mapping[str, Any], entity: str, bodies: Mapping[str, Mapping[str, Any]], registry: Registry
) -> Body:
    """A rollup's settings with what the gathered field of the child is, as far as its values go."""
    told = {word: value for word, value in settings.items() if word != "of_type"}
    child = next(
        (child for child in bodies.values() if settings["relation"] in relations_to(entity, child)), None
    )
    gathered = dict(settings_of(child)).get(settings["of"]) if child else None
    field_type = registry.field_types.get(gathered.get("type", "")) if gathered else None
    if gathered and field_type:
        own = {word: gathered[word] for word in field_type.settings if word in gathered}
        told["of_type"] = {"type": gathered["type"], **deepcopy(own)}
    return told


def relations_to(entity: str, child: Mapping[str, Any]) -> dict[str, str]:
    """The relations that the references of `child` make on `entity`: `{relation: reference field}`."""
    own = head(child)["key"]
    return {
        inverse_key(own, key, settings): key
        for key, settings in fields_of(child).items()
        if settings.get("to") == entity
    }


def inverse_key(entity: str, field: str, settings: Mapping[str, Any]) -> str:
    """What the other entity calls the records that point to it with this reference."""
    return settings.get("inverse", {}).get("key") or f"{entity}_{field}"[:30]


def complete(body: Body, registry: Registry) -> Body:
    """The whole JSON Schema, in one order of keys. Keywords that the author wrote stay; `check` compares them."""
    own = _completed_head(body)
    done: Body = {"$schema": META, "title": pick(own["label"], "en"), "type": "object"}
    properties = {key: _completed_property(key, schema, body, registry) for key, schema in _in_order(body)}
    done["properties"] = properties | {key: dict(schema) for key, schema in SYSTEM_PROPERTIES.items()}
    done["required"] = [key for key in body.get("required", []) if not _is_retired(properties.get(key, {}))]
    done["additionalProperties"] = False
    done["x-tessera"] = own
    return done


def derived(settings: Mapping[str, Any], registry: Registry) -> dict[str, Any]:
    """The keywords that a field's type writes beside its `x-tessera`."""
    field_type = registry.field_types[settings["type"]]
    schema = dict(field_type.value_schema(settings))
    if field_type.is_computed:
        schema["readOnly"] = True
    if settings.get("retired"):
        schema["deprecated"] = True
    return schema


def _in_order(body: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The fields in the designer's order; retired ones at the end."""
    own = [(key, schema) for key, schema in body["properties"].items() if key not in SYSTEM_PROPERTIES]
    return sorted(own, key=lambda item: _is_retired(item[1]))


def _is_retired(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("x-tessera", {}).get("retired"))


def _completed_property(
    key: str, schema: Mapping[str, Any], body: Mapping[str, Any], registry: Registry
) -> Body:
    settings = dict(schema["x-tessera"])
    if not settings.get("retired"):
        settings.pop("retired", None)
    field_type = registry.field_types[settings["type"]]
    if field_type.storage == "column":
        settings.setdefault("column", key)
    if "to" in settings:
        settings["inverse"] = {"key": inverse_key(head(body)["key"], key, settings)} | settings.get(
            "inverse", {}
        )
    follows = derived(settings, registry)
    # What a restored or retired field no longer says must not linger; the rest of the author's words stay.
    written = {word: value for word, value in schema.items() if word not in ("x-tessera", "deprecated")}
    return {**follows, **written, "x-tessera": _in_one_order(settings)}


WRITTEN_LAST = ("inverse", "of_type", "column", "retired")
"""What publishing may write into a field's settings: at the end, so that the same field gives the same bytes."""


def _in_one_order(settings: Mapping[str, Any]) -> Body:
    first = {word: value for word, value in settings.items() if word not in WRITTEN_LAST}
    return first | {word: settings[word] for word in WRITTEN_LAST if word in settings}


def _completed_head(body: Mapping[str, Any]) -> Body:
    own = deepcopy(dict(head(body)))
    own.setdefault("label_plural", own["label"])
    if "title_field" not in own:
        fields = fields_of(body)
        own["title_field"] = own.get("key_field") or next(iter(fields), "id")
    order = ("key", "label", "label_plural", "help", "icon", "key_field", "title_field", "search", "indexes")
    return {key: own[key] for key in order if key in own}
