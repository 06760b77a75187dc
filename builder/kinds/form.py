"""Kind form: which fields of an entity people fill in, in which parts of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.contract import Kind, Reference
from builder.kinds.for_roles import needed_roles, unknown_roles
from builder.kinds.names import unknown
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog


class FormKind(Kind):
    key = "form"
    label: ClassVar[Text] = {"en": "Form", "zh": "表单"}
    label_plural: ClassVar[Text] = {"en": "Forms", "zh": "表单"}
    order = 20

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """The entity and its fields exist; each field stands once."""
        entity = catalog.entities.get(body["entity"])
        if entity is None:
            return [unknown(_("“{name}” is not an entity."), body["entity"], catalog.entities, "/entity")]
        found, seen = [*unknown_roles(body, catalog)], set()
        for at, section in enumerate(body["sections"]):
            for step, key in enumerate(section["fields"]):
                place = pointer("sections", at, "fields", step)
                if key not in entity.fields:
                    found.append(unknown(_("The field “{name}” does not exist."), key, entity.fields, place))
                elif key in seen:
                    found.append(
                        Problem(
                            "form.twice",
                            _("The field “{key}” stands twice in this form."),
                            {"key": key},
                            place,
                        )
                    )
                seen.add(key)
        missing = [key for key, field in entity.fields.items() if _must_be_asked(field) and key not in seen]
        if missing:
            template = _("This form leaves out required fields: {fields}. No new record can be made with it.")
            found.append(
                Problem(
                    "form.required", template, {"fields": ", ".join(missing)}, "/sections", severity="warning"
                )
            )
        return found

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        fields = [
            ("field", f"{body['entity']}.{key}", pointer("sections", at, "fields", step))
            for at, section in enumerate(body["sections"])
            for step, key in enumerate(section["fields"])
        ]
        return [("entity", body["entity"], "/entity"), *fields, *needed_roles(body)]


def _must_be_asked(field: Any) -> bool:
    return field.required and field.default is None and not field.is_computed
