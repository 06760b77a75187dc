"""OpenAPI 3.1 of what one caller may do: component schemas are the entities' published JSON Schemas.

What may be written is derived: the same properties without those that the caller may not set. Field labels, help
and types stand under `x-tessera`, which validators pass over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.access.policy import Policy
from builder.catalog import Catalog, Entity
from schema_store.texts import pick

SYSTEM = ("id", "version", "created_at", "updated_at")
Document = dict[str, Any]


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
    paths["/openapi.json"] = {
        "get": _operation("describe", "What this token may do", {"200": _json(ANYTHING)})
    }
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
    return schema


def writable_schema(entity: Entity, policy: Policy, action: str) -> Document:
    """What a caller may send: `create` demands the required fields, `update` any of them; null empties one."""
    writable = policy.writable(entity, action)
    properties = entity.document.get("properties", {})
    required = (
        [key for key in entity.document.get("required", ()) if key in writable] if action == "create" else []
    )
    schema: Document = {
        "type": "object",
        "properties": {
            key: properties[key] if key in required else _written(entity, key, properties[key])
            for key in entity.fields
            if key in writable and key in properties
        },
        "additionalProperties": False,
    }
    return schema | ({"required": required} if required else {})


def _written(entity: Entity, key: str, schema: Mapping[str, Any]) -> Document:
    """A value, or null for none; a reference also by the key field of what it points to."""
    forms = [_plain(schema), {"type": "null"}]
    if entity.fields[key].settings.get("to"):
        forms.insert(1, {"type": "object", "minProperties": 1, "maxProperties": 1})
    return {"anyOf": forms}


def _plain(schema: Mapping[str, Any]) -> Document:
    return dict(schema)


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
    record = (
        _json(_ref(key), ETag={"$ref": "#/components/headers/ETag"}) if "read" in may else _json(ANYTHING)
    )
    many, one, past, why = {}, {}, {}, {}
    if "read" in may:
        page = {"type": "object", "properties": {"records": _list(_ref(key)), "after": AFTER, "count": COUNT}}
        many["get"] = _operation(f"list_{key}", f"List: {label}", {"200": _json(page)}, key, LIST)
        one["get"] = _operation(f"get_{key}", f"Get: {label}", {"200": record, "304": UNCHANGED}, key)
        past["get"] = _operation(f"history_{key}", f"History: {label}", {"200": _json(HISTORY)}, key)
        why["get"] = _operation(
            f"explain_{key}", f"Explain: {label}", {"200": _json(ANYTHING)}, key, [DEFINITION]
        )
    if "create" in may:
        new = _ref(f"{key}.create")
        sent = _sent({"oneOf": [new, _list(new, maxItems=1000)]})
        made = _operation(f"create_{key}", f"Create: {label}", {"201": record_or_list(record)}, key, [ONCE])
        many["post"] = made | sent
    if "update" in may:
        changed = _operation(f"change_{key}", f"Change: {label}", {"200": record}, key, [IF_MATCH, ONCE])
        one["patch"] = changed | _sent(_ref(f"{key}.update"))
    if "delete" in may:
        gone = {"204": {"description": "Deleted"}}
        one["delete"] = _operation(f"delete_{key}", f"Delete: {label}", gone, key, [IF_MATCH, ONCE])
    base = f"/records/{key}"
    by_id = {"parameters": [ID]}
    made_paths = {base: many, f"{base}/{{id}}": by_id | one if one else {}}
    made_paths |= (
        {f"{base}/{{id}}/history": by_id | past, f"{base}/{{id}}/explain": by_id | why} if past else {}
    )
    return {path: item for path, item in made_paths.items() if item}


def record_or_list(record: Document) -> Document:
    """The answer to a create: the record, or `{"records": […]}` for a list."""
    schema = record["content"]["application/json"]["schema"]
    listed = {"type": "object", "properties": {"records": _list(schema)}, "required": ["records"]}
    return record | {"content": {"application/json": {"schema": {"anyOf": [schema, listed]}}}}


def _operation(
    name: str, summary: str, told: Document, tag: str = "", parameters: list[Any] | None = None
) -> Document:
    operation: Document = {"operationId": name, "summary": summary}
    operation |= {"tags": [tag]} if tag else {}
    operation |= {"parameters": parameters} if parameters else {}
    return operation | {"responses": told | {"default": {"$ref": "#/components/responses/Problem"}}}


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Document, **headers: Any) -> Document:
    told: Document = {"description": "Done", "content": {"application/json": {"schema": schema}}}
    return told | ({"headers": headers} if headers else {})


def _sent(schema: Document, *, required: bool = True) -> Document:
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def _list(items: Document, **more: Any) -> Document:
    return {"type": "array", "items": items, **more}


def _parameter(name: str, place: str, schema: Document, description: str) -> Document:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": schema,
        "description": description,
    }


def _shared(name: str) -> Document:
    return {"$ref": f"#/components/parameters/{name}"}


ABOUT = "Records, definitions and runs. Date YYYY-MM-DD, moment RFC 3339, money and decimal as text."
ANYTHING: Document = {"type": "object"}
AFTER: Document = {"type": ["string", "null"], "description": "Cursor of the next page; null on the last."}
COUNT: Document = {"type": "integer", "description": "How many match; with count=1."}
ETAG: Document = {"schema": {"type": "string"}, "description": "The record's version, for If-Match."}
UNCHANGED: Document = {"description": "As in If-None-Match"}
HISTORY: Document = {
    "type": "object",
    "properties": {"history": {"type": "array", "items": {"type": "object"}}},
    "required": ["history"],
}
PARAMETERS: Document = {
    "where": _parameter("where", "query", {"type": "string"}, "A rule as JSONLogic text."),
    "sort": _parameter(
        "sort", "query", {"type": "string"}, "Fields, comma between; - before one that descends."
    ),
    "fields": _parameter("fields", "query", {"type": "string"}, "Fields to show, comma between."),
    "limit": _parameter(
        "limit", "query", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Page size."
    ),
    "after": _parameter("after", "query", {"type": "string"}, "The cursor that the page before ended with."),
    "count": _parameter("count", "query", {"enum": ["0", "1"]}, "1: count all that match."),
    "id": _parameter(
        "id", "path", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "The record's number."
    ),
    "definition": _parameter(
        "definition", "query", {"type": "string"}, "Kind and key: view/dormant_members."
    ),
    "if_match": _parameter("If-Match", "header", {"type": "string"}, "Only this version, else 412."),
    "once": _parameter(
        "Idempotency-Key", "header", {"type": "string", "maxLength": 255}, "A repeated call has one effect."
    ),
}
LIST = [_shared(name) for name in ("where", "sort", "fields", "limit", "after", "count")]
ID, DEFINITION, IF_MATCH, ONCE = (_shared(name) for name in ("id", "definition", "if_match", "once"))
PROBLEM: Document = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("code", "pointer", "message", "hint")},
                "required": ["code", "pointer", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "errors"],
}
PROBLEM_ANSWER: Document = {
    "description": "What is wrong, and where",
    "content": {"application/problem+json": {"schema": _ref("Problem")}},
}
_TEXT: Document = {"type": "string"}
DEFINITIONS: Document = {
    "/definitions/{kind}/{key}": {
        "parameters": [
            _parameter("kind", "path", _TEXT, "entity, form, view, role, workflow …"),
            _parameter("key", "path", _TEXT, "The definition's key."),
        ],
        "get": _operation("get_definition", "Published body and draft", {"200": _json(ANYTHING)}),
        "put": _operation("put_definition", "Keep a draft", {"200": _json(ANYTHING)}, "", [IF_MATCH, ONCE])
        | _sent(ANYTHING),
    },
    "/publish": {
        "post": _operation("publish", "Publish all drafts, or plan it", {"200": _json(ANYTHING)}, "", [ONCE])
        | _sent(
            {
                "type": "object",
                "properties": {
                    "rehearse": {"type": "boolean"},
                    "expect_stamp": {"type": "integer"},
                    "note": {"type": "string", "maxLength": 500},
                },
                "additionalProperties": False,
            },
            required=False,
        )
    },
}
_RUN = _parameter("id", "path", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "The run's number.")
_REHEARSE: Document = {"rehearse": {"type": "boolean"}}
_IMPORT = [
    _parameter("entity", "query", _TEXT, "The entity.") | {"required": True},
    _parameter("key", "query", _TEXT, "The field that finds records which are there already."),
    _parameter("mode", "query", {"enum": ["insert", "update", "upsert"]}, "upsert with a key, else insert."),
    _parameter("encoding", "query", _TEXT, "Of the file; found out if left out."),
    _parameter("tag", "query", _TEXT, "Given to every record of the file."),
    _parameter("map", "query", _list(_TEXT), "COLUMN=field; may stand several times."),
    _parameter("rehearse", "query", {"enum": ["0", "1"]}, "1: count, write nothing."),
]
RUNS: tuple[tuple[str, str, Document], ...] = (
    (
        "import",
        "/imports",
        {
            "post": _operation(
                "import_file", "Import a CSV file", {"201": _json(ANYTHING)}, "", [*_IMPORT, ONCE]
            )
            | {"requestBody": {"required": True, "content": {"text/csv": {"schema": _TEXT}}}}
        },
    ),
    (
        "import",
        "/imports/{id}",
        {
            "parameters": [_RUN],
            "get": _operation("get_import", "What an import did", {"200": _json(ANYTHING)}),
        },
    ),
    (
        "run",
        "/runs/{id}",
        {"parameters": [_RUN], "get": _operation("get_run", "What a run did", {"200": _json(ANYTHING)})},
    ),
    (
        "undo",
        "/runs/{id}/undo",
        {
            "parameters": [_RUN],
            "post": _operation("undo_run", "Take a run back", {"200": _json(ANYTHING)}, "", [ONCE])
            | _sent(
                {"type": "object", "properties": _REHEARSE, "additionalProperties": False}, required=False
            ),
        },
    ),
    (
        "run",
        "/workflows/{key}/run",
        {
            "parameters": [_parameter("key", "path", _TEXT, "The workflow's key.")],
            "post": _operation("run_workflow", "Run a workflow now", {"200": _json(ANYTHING)}, "", [ONCE])
            | _sent(
                {
                    "type": "object",
                    "properties": _REHEARSE | {"as_of": {"type": "string"}},
                    "additionalProperties": False,
                },
                required=False,
            ),
        },
    ),
)
