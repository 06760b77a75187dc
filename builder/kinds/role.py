"""Kind role: what a group of people may see and do. What is not granted is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.contract import Kind, Reference, RuleAt
from builder.kinds.names import of_rule, unknown
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog


class RoleKind(Kind):
    key = "role"
    label: ClassVar[Text] = {"en": "Role", "zh": "角色"}
    label_plural: ClassVar[Text] = {"en": "Roles", "zh": "角色"}
    order = 40

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """Entities and fields exist, and the rules for rows are right."""
        found = []
        for key, rights in body.get("entities", {}).items():
            entity = catalog.entities.get(key)
            if entity is None:
                found.append(
                    unknown(_("“{name}” is not an entity."), key, catalog.entities, pointer("entities", key))
                )
                continue
            found += [
                unknown(
                    _("The field “{name}” does not exist."),
                    field,
                    entity.fields,
                    pointer("entities", key, "fields", field),
                )
                for field in rights.get("fields", {})
                if field not in entity.fields
            ]
        for rule in self.rules(body, catalog):
            if rule.entity in catalog.entities:
                found += of_rule(rule, catalog)
        return found

    def rules(self, body: Mapping[str, Any], catalog: Catalog) -> list[RuleAt]:
        return [
            RuleAt(key, rights["rows"], pointer("entities", key, "rows"))
            for key, rights in body.get("entities", {}).items()
            if "rows" in rights
        ]

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        entities = body.get("entities", {})
        fields = [
            ("field", f"{key}.{field}", pointer("entities", key, "fields", field))
            for key, rights in entities.items()
            for field in rights.get("fields", {})
        ]
        return [*(("entity", key, pointer("entities", key)) for key in entities), *fields]
