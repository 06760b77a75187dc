"""OpenAPI 3.1 of what one caller may do: component schemas are the entities' published JSON Schemas.

What may be written is derived: the same properties without those that the caller may not set. Field labels, help
and types stand under `x-tessera`, which validators pass over.
"""

from __future__ import annotations

from collections.abc import Collection

from builder.access.policy import Policy
from builder.catalog import Catalog, Entity
from builder.fields.contract import Field
from builder.pages.api.parts import (
    ABOUT,
    AFTER,
    ANYTHING,
    COUNT,
    DEFINITION,
    DEFINITIONS,
    ETAG,
    HISTORY,
    ID,
    IF_MATCH,
    LIST,
    ONCE,
    PARAMETERS,
    PROBLEM,
    PROBLEM_ANSWER,
    RUNS,
    UNCHANGED,
    Document,
    many,
    operation,
    ref,
    sent,
    told,
)
from schema_store.texts import pick

SYSTEM = ("id", "version", "created_at", "updated_at")


def describe(catalog: Catalog, policy: Policy, language: str) -> Document:
    """The OpenAPI document for a caller with `policy`; words in `language` ("en", "zh")."""
    entities = [one for one in catalog.entities.values() if _actions(one, policy)]
    paths: Document = {}
    schemas: Document = {"Problem": PROBLEM}
    for entity in entities:
        paths |= _paths(entity, policy, language)
        schemas |= _schemas(entity, policy)
    if policy.may("publish"):
        paths |= DEFINITIONS
    paths |= {path: item for right, path, item in RUNS if policy.may(right)}
    paths["/openapi.json"] = {"get": operation("describe", "What this token may do", {"200": told(ANYTHING)})}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tessera", "version": str(catalog.stamp), "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [
            {"name": one.key, "description": pick(one.label_plural, language, one.key)} for one in entities
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": PARAMETERS,
            "responses": {"Problem": PROBLEM_ANSWER},
            "headers": {"ETag": ETAG},
            "schemas": schemas,
        },
    }


def readable_schema(entity: Entity, policy: Policy) -> Document:
    """The entity's published JSON Schema, without the fields that the caller may not read."""
    shown = policy.readable(entity) | set(SYSTEM)
    schema = dict(entity.document)
    schema["properties"] = {key: one for key, one in schema.get("properties", {}).items() if key in shown}
    schema["required"] = [key for key in schema.get("required", ()) if key in shown]
    schema["x-tessera"] = _head(schema.get("x-tessera", {}), shown)
    return schema


def _head(head: Document, shown: Collection[str]) -> Document:
    """What an entity says of itself, without the names of fields that are not shown."""
    said = {key: one for key, one in head.items() if key not in ("title_field", "key_field") or one in shown}
    for key in ("search", "indexes"):
        if key in said:
            named = [[one] if isinstance(one, str) else one for one in said[key]]
            said[key] = [one for one, keys in zip(said[key], named, strict=True) if set(keys) <= set(shown)]
    return said


def writable_schema(entity: Entity, policy: Policy, action: str) -> Document:
    """What a caller may send: `create` demands what is required and has no default, `update` nothing.

    null empties a field that may be empty.
    """
    properties = entity.document.get("properties", {})
    writable = [key for key in entity.fields if key in policy.writable(entity, action) and key in properties]
    schema: Document = {
        "type": "object",
        "properties": {key: _written(entity.fields[key], properties[key]) for key in writable},
        "additionalProperties": False,
    }
    needed = [key for key in writable if entity.fields[key].required and entity.fields[key].default is None]
    return schema | ({"required": needed} if needed and action == "create" else {})


def _written(field: Field, schema: Document) -> Document:
    """A value; a reference also by the key field of what it points to; null where the field may be empty."""
    forms = [schema]
    if field.settings.get("to"):
        forms.append({"type": "object", "minProperties": 1, "maxProperties": 1})
    if not field.required:
        forms.append({"type": "null"})
    return schema if len(forms) == 1 else {"anyOf": forms}


def _schemas(entity: Entity, policy: Policy) -> Document:
    made: Document = {}
    if policy.may("read", entity.key):
        made[entity.key] = readable_schema(entity, policy)
    for action in ("create", "update"):
        if policy.may(action, entity.key):
            made[f"{entity.key}.{action}"] = writable_schema(entity, policy, action)
    return made


def _actions(entity: Entity, policy: Policy) -> list[str]:
    return [action for action in ("create", "read", "update", "delete") if policy.may(action, entity.key)]


def _paths(entity: Entity, policy: Policy, language: str) -> Document:
    """The paths of one entity, of what the caller may do."""
    may = _actions(entity, policy)
    key, label = entity.key, pick(entity.label, language, entity.key)
    record = told(ref(key), ETag={"$ref": "#/components/headers/ETag"}) if "read" in may else told(ANYTHING)
    all_of, one, past, why = {}, {}, {}, {}
    if "read" in may:
        page = {"type": "object", "properties": {"records": many(ref(key)), "after": AFTER, "count": COUNT}}
        all_of["get"] = operation(f"list_{key}", f"List: {label}", {"200": told(page)}, key, LIST)
        one["get"] = operation(f"get_{key}", f"Get: {label}", {"200": record, "304": UNCHANGED}, key)
        past["get"] = operation(f"history_{key}", f"History: {label}", {"200": told(HISTORY)}, key)
        why["get"] = operation(
            f"explain_{key}", f"Explain: {label}", {"200": told(ANYTHING)}, key, [DEFINITION]
        )
    if "create" in may:
        new = ref(f"{key}.create")
        body = sent({"oneOf": [new, many(new, maxItems=1000)]})
        made = operation(f"create_{key}", f"Create: {label}", {"201": record_or_list(record)}, key, [ONCE])
        all_of["post"] = made | body
    if "update" in may:
        changed = operation(f"change_{key}", f"Change: {label}", {"200": record}, key, [IF_MATCH, ONCE])
        one["patch"] = changed | sent(ref(f"{key}.update"))
    if "delete" in may:
        gone = {"204": {"description": "Deleted"}}
        one["delete"] = operation(f"delete_{key}", f"Delete: {label}", gone, key, [IF_MATCH, ONCE])
    base = f"/records/{key}"
    by_id = {"parameters": [ID]}
    made_paths = {base: all_of, f"{base}/{{id}}": by_id | one if one else {}}
    made_paths |= (
        {f"{base}/{{id}}/history": by_id | past, f"{base}/{{id}}/explain": by_id | why} if past else {}
    )
    return {path: item for path, item in made_paths.items() if item}


def record_or_list(record: Document) -> Document:
    """The answer to a create: the record, or `{"records": […]}` for a list."""
    schema = record["content"]["application/json"]["schema"]
    listed = {"type": "object", "properties": {"records": many(schema)}, "required": ["records"]}
    return record | {"content": {"application/json": {"schema": {"anyOf": [schema, listed]}}}}
