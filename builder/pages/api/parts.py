"""Pieces of the OpenAPI document that are the same for everybody."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def operation(
    name: str, summary: str, told: Document, tag: str = "", parameters: list[Any] | None = None
) -> Document:
    operation: Document = {"operationId": name, "summary": summary}
    operation |= {"tags": [tag]} if tag else {}
    operation |= {"parameters": parameters} if parameters else {}
    return operation | {"responses": told | {"default": {"$ref": "#/components/responses/Problem"}}}


def ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def told(schema: Document, **headers: Any) -> Document:
    told: Document = {"description": "Done", "content": {"application/json": {"schema": schema}}}
    return told | ({"headers": headers} if headers else {})


def sent(schema: Document, *, required: bool = True) -> Document:
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def many(items: Document, **more: Any) -> Document:
    return {"type": "array", "items": items, **more}


def parameter(name: str, place: str, schema: Document, description: str) -> Document:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": schema,
        "description": description,
    }


def shared(name: str) -> Document:
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
    "where": parameter("where", "query", {"type": "string"}, "A rule as JSONLogic text."),
    "sort": parameter(
        "sort", "query", {"type": "string"}, "Fields, comma between; - before one that descends."
    ),
    "fields": parameter("fields", "query", {"type": "string"}, "Fields to show, comma between."),
    "limit": parameter(
        "limit", "query", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Page size."
    ),
    "after": parameter("after", "query", {"type": "string"}, "The cursor that the page before ended with."),
    "count": parameter("count", "query", {"enum": ["0", "1"]}, "1: count all that match."),
    "id": parameter(
        "id", "path", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "The record's number."
    ),
    "definition": parameter("definition", "query", {"type": "string"}, "Kind and key: view/dormant_members."),
    "if_match": parameter("If-Match", "header", {"type": "string"}, "Only this version, else 412."),
    "once": parameter(
        "Idempotency-Key", "header", {"type": "string", "maxLength": 255}, "A repeated call has one effect."
    ),
}
LIST = [shared(name) for name in ("where", "sort", "fields", "limit", "after", "count")]
ID, DEFINITION, IF_MATCH, ONCE = (shared(name) for name in ("id", "definition", "if_match", "once"))
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
    "content": {"application/problem+json": {"schema": ref("Problem")}},
}
_TEXT: Document = {"type": "string"}
DEFINITIONS: Document = {
    "/definitions/{kind}/{key}": {
        "parameters": [
            parameter("kind", "path", _TEXT, "entity, form, view, role, workflow …"),
            parameter("key", "path", _TEXT, "The definition's key."),
        ],
        "get": operation("get_definition", "Published body and draft", {"200": told(ANYTHING)}),
        "put": operation("put_definition", "Keep a draft", {"200": told(ANYTHING)}, "", [IF_MATCH, ONCE])
        | sent(ANYTHING),
    },
    "/publish": {
        "post": operation("publish", "Publish all drafts, or plan it", {"200": told(ANYTHING)}, "", [ONCE])
        | sent(
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
_RUN = parameter("id", "path", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, "The run's number.")
_REHEARSE: Document = {"rehearse": {"type": "boolean"}}
_IMPORT = [
    parameter("entity", "query", _TEXT, "The entity.") | {"required": True},
    parameter("key", "query", _TEXT, "The field that finds records which are there already."),
    parameter("mode", "query", {"enum": ["insert", "update", "upsert"]}, "upsert with a key, else insert."),
    parameter("encoding", "query", _TEXT, "Of the file; found out if left out."),
    parameter("tag", "query", _TEXT, "Given to every record of the file."),
    parameter("map", "query", many(_TEXT), "COLUMN=field; may stand several times."),
    parameter("rehearse", "query", {"enum": ["0", "1"]}, "1: count, write nothing."),
]
RUNS: tuple[tuple[str, str, Document], ...] = (
    (
        "import",
        "/imports",
        {
            "post": operation(
                "import_file", "Import a CSV file", {"201": told(ANYTHING)}, "", [*_IMPORT, ONCE]
            )
            | {"requestBody": {"required": True, "content": {"text/csv": {"schema": _TEXT}}}}
        },
    ),
    (
        "import",
        "/imports/{id}",
        {
            "parameters": [_RUN],
            "get": operation("get_import", "What an import did", {"200": told(ANYTHING)}),
        },
    ),
    (
        "run",
        "/runs/{id}",
        {"parameters": [_RUN], "get": operation("get_run", "What a run did", {"200": told(ANYTHING)})},
    ),
    (
        "undo",
        "/runs/{id}/undo",
        {
            "parameters": [_RUN],
            "post": operation("undo_run", "Take a run back", {"200": told(ANYTHING)}, "", [ONCE])
            | sent(
                {"type": "object", "properties": _REHEARSE, "additionalProperties": False}, required=False
            ),
        },
    ),
    (
        "run",
        "/workflows/{key}/run",
        {
            "parameters": [parameter("key", "path", _TEXT, "The workflow's key.")],
            "post": operation("run_workflow", "Run a workflow now", {"200": told(ANYTHING)}, "", [ONCE])
            | sent(
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
