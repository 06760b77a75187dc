"""Kind view: a list of records: which ones, which columns, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.compiled import Entity
from builder.kinds.contract import Kind, Reference, RuleAt
from builder.kinds.for_roles import needed_roles, unknown_roles
from builder.kinds.names import of_rule, unknown
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog


class ViewKind(Kind):
    key = "view"
    label: ClassVar[Text] = {"en": "View", "zh": "视图"}
    label_plural: ClassVar[Text] = {"en": "Views", "zh": "视图"}
    order = 30

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """The entity, columns and sort fields exist, the rule is right, one list of an entity is the default."""
        entity = catalog.entities.get(body["entity"])
        if entity is None:
            return [unknown(_("“{name}” is not an entity."), body["entity"], catalog.entities, "/entity")]
        found = [
            unknown(_("The column “{name}” does not exist."), key, entity.facts, pointer("columns", at))
            for at, key in enumerate(body["columns"])
            if key not in entity.facts
        ]
        for rule in self.rules(body, catalog):
            found += of_rule(rule, catalog)
        return [*found, *_of_sort(body, entity), *_of_default(body, catalog), *unknown_roles(body, catalog)]

    def rules(self, body: Mapping[str, Any], catalog: Catalog) -> list[RuleAt]:
        return [RuleAt(body["entity"], body["where"], "/where")] if "where" in body else []

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        columns = [
            ("field", f"{body['entity']}.{key}", pointer("columns", at))
            for at, key in enumerate(body["columns"])
        ]
        sorts = [
            ("field", f"{body['entity']}.{key.removeprefix('-')}", pointer("sort", at))
            for at, key in enumerate(body.get("sort", ()))
        ]
        return [("entity", body["entity"], "/entity"), *columns, *sorts, *needed_roles(body)]


def _of_sort(body: Mapping[str, Any], entity: Entity) -> Iterator[Problem]:
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


def _of_default(body: Mapping[str, Any], catalog: Catalog) -> Iterator[Problem]:
    others = [
        key
        for key, view in catalog.of_kind("view").items()
        if view["entity"] == body["entity"] and view.get("default") and _share_people(view, body)
    ]
    if body.get("default") and len(others) > 1:
        other = next(key for key in others if key != body["key"])
        yield Problem(
            "view.default",
            _("“{other}” is already the default list of this entity for the same people."),
            {"other": other},
            "/default",
        )


def _share_people(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Both for everybody, or both for some same role."""
    roles, others = set(one.get("roles", ())), set(other.get("roles", ()))
    return roles == others or bool(roles & others)
