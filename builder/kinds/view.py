"""Kind view: records of one entity as people look at them: which ones, what of them, in which order, drawn how.

How stands on the shelf `registry.view_types`; what a type sets stands beside the keys that all views have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.compiled import Entity
from builder.kinds.contract import IndexAt, Kind, Reference, RuleAt
from builder.kinds.for_roles import needed_roles, share_people, unknown_roles
from builder.kinds.names import of_rule, unknown
from builder.kinds.parts import problems_of
from builder.kinds.view_types.all import USUAL
from builder.kinds.view_types.contract import ViewType, check_fields, field_settings
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.shapes import Shape, shipped
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

Body = Mapping[str, Any]


class ViewKind(Kind):
    key = "view"
    label: ClassVar[Text] = {"en": "View", "zh": "视图"}
    label_plural: ClassVar[Text] = {"en": "Views", "zh": "视图"}
    order = 30

    def check_alone(self, body: Body, registry: Registry) -> list[Problem]:
        """Its type is known, and the other keys are those of the type."""
        type_ = type_of(body, registry)
        if type_ is None:
            return [
                unknown(_("“{name}” is no way to show records."), body["type"], registry.view_types, "/type")
            ]
        return _whole_shape(type_).problems(body)

    def check(self, body: Body, catalog: Catalog, registry: Registry) -> list[Problem]:
        """The entity and all fields exist, rules and actions are right, one list of an entity is the default."""
        entity = catalog.entities.get(body["entity"])
        if entity is None:
            return [unknown(_("“{name}” is not an entity."), body["entity"], catalog.entities, "/entity")]
        found = [
            unknown(_("The column “{name}” does not exist."), key, entity.facts, pointer("columns", at))
            for at, key in enumerate(body["columns"])
            if key not in entity.facts
        ]
        type_ = type_of(body, registry)
        found += check_fields(type_, body, catalog) if type_ else []
        for rule in self.rules(body, catalog):
            found += of_rule(rule, catalog)
        for at, action in enumerate(body.get("actions", ())):
            place = pointer("actions", at)
            found += problems_of(action, registry.row_actions, place, entity.key, catalog)
        return [*found, *_of_sort(body, entity), *_of_default(body, catalog), *unknown_roles(body, catalog)]

    def rules(self, body: Body, catalog: Catalog) -> list[RuleAt]:
        entity = body["entity"]
        found = [RuleAt(entity, body["where"], "/where")] if "where" in body else []
        return found + [
            RuleAt(entity, one["when"], pointer("colours", at, "when"))
            for at, one in enumerate(body.get("colours", ()))
            if "when" in one
        ]

    def indexes(self, body: Body, catalog: Catalog) -> list[IndexAt]:
        """What its type reads by: lanes, days, headings."""
        type_ = type_of(body, catalog.registry)
        return [IndexAt(body["entity"], fields, "") for fields in type_.indexes(body)] if type_ else []

    def needs(self, body: Body) -> list[Reference]:
        columns = [
            ("field", f"{body['entity']}.{key}", pointer("columns", at))
            for at, key in enumerate(body["columns"])
        ]
        sorts = [
            ("field", f"{body['entity']}.{key.removeprefix('-')}", pointer("sort", at))
            for at, key in enumerate(body.get("sort", ()))
        ]
        actions = [
            ("field", f"{body['entity']}.{one['field']}", pointer("actions", at, "field"))
            for at, one in enumerate(body.get("actions", ()))
            if isinstance(one.get("field"), str)
        ]
        return [("entity", body["entity"], "/entity"), *columns, *sorts, *actions, *needed_roles(body)]

    def reaches(self, body: Body, catalog: Catalog) -> list[Reference]:
        """The fields that the settings of its type name."""
        type_ = type_of(body, catalog.registry)
        return [
            ("field", f"{body['entity']}.{one.field}", pointer(one.key))
            for one in (field_settings(type_, body) if type_ else ())
        ]


def type_of(body: Body, registry: Registry) -> ViewType | None:
    """How a view shows its records; None where what it says is not installed."""
    return registry.view_types.get(body.get("type", USUAL))


@cache
def _whole_shape(type_: ViewType) -> Shape:
    """The shape of a view of one type, which knows no other keys."""
    common, own = shipped()["view"], type_.settings
    properties = {**own.get("properties", {}), **common["properties"]}
    required = [*common["required"], *own.get("required", ())]
    return Shape({**common, "properties": properties, "required": required, "additionalProperties": False})


def _of_sort(body: Body, entity: Entity) -> Iterator[Problem]:
    seen = set()
    for at, written in enumerate(body.get("sort", ())):
        key, place = written.removeprefix("-"), pointer("sort", at)
        if key not in entity.facts:
            yield unknown(_("The sort field “{name}” does not exist."), key, entity.facts, place)
        elif key in entity.fields and entity.fields[key].column is None:
            yield Problem(
                "view.sort",
                _("“{key}” holds many values: records cannot be sorted by it."),
                {"key": key},
                place,
            )
        elif key in seen:
            yield Problem("view.sort", _("“{key}” stands twice in the sort order."), {"key": key}, place)
        seen.add(key)


def _of_default(body: Body, catalog: Catalog) -> Iterator[Problem]:
    others = [
        key
        for key, view in catalog.of_kind("view").items()
        if view["entity"] == body["entity"] and view.get("default") and share_people(view, body)
    ]
    if body.get("default") and len(others) > 1:
        other = next(key for key in others if key != body["key"])
        yield Problem(
            "view.default",
            _("“{other}” is already the default list of this entity for the same people."),
            {"other": other},
            "/default",
        )
