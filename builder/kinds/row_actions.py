"""What people can do with one record of a list, by a button beside it. A part of a view's `actions` each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.names import unknown
from schema_store.problems import Problem, _
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

Settings = Mapping[str, Any]
FIELD_AND_VALUE: Mapping[str, Any] = {
    "field": {
        "type": "string",
        "title": "Field",
        "x-zh-title": "字段",
        "description": "The field to set.",
        "x-zh": "要设置的字段。",
        "x-names": {"fields_of": "/entity", "only": "writable"},
    },
    "value": {
        "title": "Value",
        "x-zh-title": "值",
        "description": "What the field gets: a value, the value of another field, or nothing.",
        "x-zh": "字段的新值：一个固定值、另一字段的值，或清空。",
        "x-widget": "value",
        "x-for": ["/entity", "field"],
    },
}
"""The settings of whatever gives a field a value: a button, a step of a workflow."""
_TEXT = {"type": "string", "minLength": 1, "maxLength": 60}


class RowAction:
    """One sort of button. `settings`: JSON Schema of its keys, all but `type`."""

    key: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        """What the schema cannot see; pointers inside the settings."""
        return []


class Open(RowAction):
    key = "open"
    label: ClassVar[Text] = {"en": "Open", "zh": "打开"}
    help: ClassVar[Text] = {"en": "Goes to the record's page.", "zh": "打开记录页面。"}


class Edit(RowAction):
    key = "edit"
    label: ClassVar[Text] = {"en": "Edit", "zh": "编辑"}
    help: ClassVar[Text] = {"en": "Opens the record's form.", "zh": "打开记录表单。"}


class Delete(RowAction):
    key = "delete"
    label: ClassVar[Text] = {"en": "Delete", "zh": "删除"}
    help: ClassVar[Text] = {"en": "Asks, then deletes the record.", "zh": "确认后删除记录。"}


class SetField(RowAction):
    """Writes one field. What may be written is what a workflow's action of the same name may write."""

    key = "set_field"
    label: ClassVar[Text] = {"en": "Set a field", "zh": "设置字段"}
    help: ClassVar[Text] = {
        "en": "One click gives a field of the record a value.",
        "zh": "一键给记录的一个字段赋值。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "label": {
                "title": "Label",
                "x-zh-title": "名称",
                "description": "What the button says.",
                "x-zh": "按钮上的文字。",
                "oneOf": [
                    _TEXT,
                    {
                        "type": "object",
                        "properties": {
                            "en": {**_TEXT, "description": "The words in English.", "x-zh": "英文文字。"},
                            "zh": {**_TEXT, "description": "The words in Chinese.", "x-zh": "中文文字。"},
                        },
                        "additionalProperties": False,
                        "minProperties": 1,
                    },
                ],
            },
            **FIELD_AND_VALUE,
            "confirm": {
                "type": "boolean",
                "title": "Ask first",
                "x-zh-title": "先确认",
                "description": "Whether a page asks before it is done: for what is hard to take back.",
                "x-zh": "执行前是否先询问；用于难以撤回的操作。",
                "x-more": True,
            },
        },
        "required": ["label", "field", "value"],
        "additionalProperties": False,
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        fields = catalog.entities[entity].fields
        if settings["field"] not in fields:
            return [unknown(_("The field “{name}” does not exist."), settings["field"], fields, "/field")]
        writer = catalog.registry.actions.get(self.key)
        if writer is None or not hasattr(writer, "check"):
            return []
        return list(writer.check({key: settings[key] for key in ("field", "value")}, entity, catalog))


ROW_ACTIONS: tuple[RowAction, ...] = (Open(), Edit(), SetField(), Delete())
