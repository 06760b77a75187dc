"""What is wrong with an entity's document whatever else is published: its fields' types, settings, keys, order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from builder.fields.contract import BadValue, FieldType
from builder.kinds.entity_document import SYSTEM_PROPERTIES, fields_of, head, settings_of
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.shapes import Shape, nearest, shipped

MAX_FIELDS = 500
MAX_COLUMNS = 1_500
"""Columns of fields that were ever there, each perhaps with a folded copy: PostgreSQL's tables end at 1,600."""

RESERVED_ENTITIES = frozenset(
    (
        *(
            "all",
            "export",
            "exports",
            "file",
            "files",
            "history",
            "home",
            "import",
            "imports",
            "lookup",
            "me",
            "new",
        ),
        *("none", "notices", "run", "runs", "search", "self", "system", "tessera", "user", "users"),
    )
)
"""Words that stand, now or later, in addresses and commands where an entity's key may stand too."""

RESERVED_FIELDS = frozenset(
    (
        *("id", "version", "created_at", "updated_at", "created_by", "updated_by", "deleted_at"),
        *("rowid", "oid", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"),
    )
)
"""System fields, now or later, and names that a database keeps for itself."""


def problems(body: Mapping[str, Any], registry: Registry) -> list[Problem]:
    """All problems of one entity's document, with pointers into it."""
    found = list(_of_keys(body))
    for key, schema in body["properties"].items():
        if key in SYSTEM_PROPERTIES:
            continue
        place = pointer("properties", key)
        if not isinstance(schema.get("x-tessera"), Mapping):
            found.append(
                Problem(
                    "entity.field",
                    _("The field “{key}” has no “x-tessera”: nothing says what it is."),
                    {"key": key},
                    place,
                )
            )
        else:
            found.extend(
                problem.at(place + "/x-tessera") for problem in of_settings(schema["x-tessera"], registry)
            )
    return found


def of_settings(settings: Mapping[str, Any], registry: Registry) -> list[Problem]:
    """Problems of one field's `x-tessera`: its type, its settings by the type's schema, its default."""
    type_key = settings.get("type")
    field_type = registry.field_types.get(type_key) if isinstance(type_key, str) else None
    if field_type is None:
        return [_unknown_type(settings, registry)]
    wrong = settings_shape(field_type).problems(settings)
    if wrong:
        return wrong
    wrong = list(field_type.check_settings(settings)) or list(_of_options(settings))
    return wrong or list(_of_default(field_type, settings))


def of_change(body: Mapping[str, Any], live: Mapping[str, Any], registry: Registry) -> list[Problem]:
    """Fields, in use or retired, that would hold another sort of value than their columns do."""
    known = dict(settings_of(live))
    return [
        Problem(
            "field.type_change",
            _("“{key}” was published as {before}; it cannot become {after} in place."),
            {"key": key, "before": known[key]["type"], "after": settings["type"]},
            pointer("properties", key, "x-tessera", "type"),
            _("Add a new field and retire this one."),
        )
        for key, settings in settings_of(body)
        if key in known and _holds(settings, registry) != _holds(known[key], registry)
    ]


def _holds(settings: Mapping[str, Any], registry: Registry) -> tuple[Any, ...]:
    """What a field's stored values are; options come and go, they are the same sort of value."""
    field_type = registry.field_types.get(settings["type"])
    fact = field_type.fact(settings) if field_type else {}
    return (settings["type"], fact.get("type"), fact.get("scale"), fact.get("entity"), settings.get("column"))


@cache
def settings_shape(field_type: FieldType) -> Shape:
    """The shape of a field's `x-tessera`: what all fields have, and what this type adds."""
    shape = shipped()["entity"]
    every = shape["$defs"]["field"]
    return Shape(
        {
            "type": "object",
            "properties": {**every["properties"], **field_type.settings},
            "required": [*every["required"], *field_type.needs],
            "additionalProperties": False,
            "$defs": shape["$defs"],
        }
    )


def _of_keys(body: Mapping[str, Any]) -> Iterator[Problem]:
    own = head(body)["key"]
    if own in RESERVED_ENTITIES:
        yield Problem(
            "entity.reserved",
            _("“{key}” is kept for the product itself; choose another key."),
            {"key": own},
            "/x-tessera/key",
        )
    for key, schema in body["properties"].items():
        if key in RESERVED_FIELDS and not _is_system(key, schema):
            yield Problem(
                "field.reserved",
                _("“{key}” is kept for the product itself; choose another key."),
                {"key": key},
                pointer("properties", key),
            )
    if len(fields_of(body)) > MAX_FIELDS:
        yield Problem(
            "entity.fields",
            _("An entity has at most {limit} fields; this one has {count}."),
            {"limit": MAX_FIELDS, "count": len(fields_of(body))},
            "/properties",
        )
    if not fields_of(body):
        yield Problem("entity.fields", _("An entity needs at least one field."), {}, "/properties")
    if 2 * len(list(settings_of(body))) > MAX_COLUMNS:
        yield Problem(
            "entity.fields",
            _("With its retired fields this entity has more than {limit} columns."),
            {"limit": MAX_COLUMNS},
            "/properties",
        )


def _is_system(key: str, schema: Mapping[str, Any]) -> bool:
    return key in SYSTEM_PROPERTIES and "x-tessera" not in schema


def _unknown_type(settings: Mapping[str, Any], registry: Registry) -> Problem:
    wanted = str(settings.get("type", ""))[:60]
    near = nearest(wanted, registry.field_types)
    hint = _("Did you mean “{near}”?") if near else _("The field types are: {known}.")
    params = {"type": wanted, "near": near, "known": ", ".join(registry.field_types)}
    if "type" not in settings:
        return Problem(
            "field.type", _("The field says no type."), params, "", _("The field types are: {known}.")
        )
    return Problem("field.type", _("“{type}” is not a field type."), params, "/type", hint)


def _of_options(settings: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, option in enumerate(settings.get("options", ())):
        value = option.get("value") if isinstance(option, Mapping) else None
        if value in seen:
            yield Problem(
                "field.option",
                _("The option “{value}” stands twice."),
                {"value": value},
                pointer("options", at, "value"),
            )
        if isinstance(value, str):
            seen.add(value)


def _of_default(field_type: FieldType, settings: Mapping[str, Any]) -> Iterator[Problem]:
    if "default" not in settings:
        return
    if field_type.is_computed:
        yield Problem("field.default", _("This field is computed: it takes no default."), {}, "/default")
        return
    try:
        field_type.default(settings)
    except BadValue as wrong:
        yield from (problem.at("/default") for problem in wrong.problems)
