"""Make a record of some entity for each record of the workflow: a task for each member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.catalog import Catalog
from builder.workflows import values
from builder.workflows.actions.contract import CreateAction, Creation, Scope, Settings
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text, pick


class CreateRecord(CreateAction):
    key = "create_record"
    label: ClassVar[Text] = {"en": "Create a record", "zh": "新建记录"}
    help: ClassVar[Text] = {
        "en": "Makes a record, such as a task, for each record concerned.",
        "zh": "为每条相关记录新建一条记录，例如任务。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "entity": {
                "type": "string",
                "title": "What is made",
                "x-zh-title": "新建什么",
                "description": "What is made: the entity of the new record.",
                "x-zh": "新建记录所属的数据表（实体）。",
                "x-names": {"kind": "entity"},
            },
            "values": {
                "type": "object",
                "title": "Values",
                "x-zh-title": "字段值",
                "description": "The fields of the new record, and what each of them gets.",
                "x-zh": "新记录的字段，以及各字段的值。",
                "x-widget": "values",
                "x-names": {"fields_of": "entity", "only": "writable"},
            },
        },
        "required": ["entity", "values"],
        "additionalProperties": False,
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        made = catalog.entities.get(settings["entity"])
        if made is None:
            params = {"entity": settings["entity"]}
            return [Problem("entity.unknown", _("“{entity}” is not an entity."), params, "/entity")]
        found: list[Problem] = []
        for key, document in settings["values"].items():
            place = pointer("values", key)
            wrong = values.check_target(catalog, made.key, key, pointer=place)
            scope = Scope(catalog, entity)
            found += wrong or values.check_value(document, made.fields[key], scope, pointer=place)
        for field in made.fields.values():
            is_left_out = field.key not in settings["values"] and field.default is None
            if field.required and is_left_out and not field.is_computed:
                params = {"field": field.key, "entity": made.key}
                template = _("A new “{entity}” needs a value for “{field}”.")
                found.append(Problem("field.required", template, params, "/values"))
        return found

    def sentence(self, settings: Settings, scope: Scope) -> str:
        made = scope.catalog.entities[settings["entity"]]
        template = {"en": "create one {entity} each", "zh": "各新建一条{entity}"}
        return pick(template, scope.language).format(entity=pick(made.label, scope.language))

    def creation(self, settings: Settings, scope: Scope) -> Creation:
        made = scope.catalog.entities[settings["entity"]]
        written = {
            key: values.read(value, made.fields[key], scope) for key, value in settings["values"].items()
        }
        return Creation(made.key, written)
