"""Set a field of the record to a constant or to what a rule gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.catalog import Catalog
from builder.kinds.row_actions import FIELD_AND_VALUE
from builder.records.bulk import Changes
from builder.workflows import values
from builder.workflows.actions.contract import ChangeAction, Scope, Settings
from schema_store.problems import Problem
from schema_store.texts import Text, pick


class SetField(ChangeAction):
    key = "set_field"
    label: ClassVar[Text] = {"en": "Set a field", "zh": "设置字段"}
    help: ClassVar[Text] = {
        "en": "Gives a field of the record a value.",
        "zh": "给记录的一个字段赋值。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": FIELD_AND_VALUE,
        "required": ["field", "value"],
        "additionalProperties": False,
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        found = values.check_target(catalog, entity, settings["field"], pointer="/field")
        if found:
            return found
        target = catalog.entities[entity].fields[settings["field"]]
        return values.check_value(settings["value"], target, Scope(catalog, entity), pointer="/value")

    def sentence(self, settings: Settings, scope: Scope) -> str:
        target = scope.catalog.entities[scope.entity].fields[settings["field"]]
        template = {"en": "set {field} to {value}", "zh": "将{field}设为{value}"}
        value = values.said(settings["value"], target, scope)
        return pick(template, scope.language).format(field=pick(target.label, scope.language), value=value)

    def changes(self, settings: Settings, scope: Scope) -> Changes:
        target = scope.catalog.entities[scope.entity].fields[settings["field"]]
        return Changes(set={target.key: values.read(settings["value"], target, scope)})
