"""Add a tag to the record, or take one away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.catalog import Catalog
from builder.records.bulk import Changes
from builder.workflows.actions.contract import ChangeAction, Scope, Settings
from schema_store.problems import Problem, Problems, _
from schema_store.texts import Text, pick


def _settings(english: str, chinese: str) -> Mapping[str, Any]:
    field = {
        "title": "Field",
        "x-zh-title": "字段",
        "description": "The field that holds tags.",
        "x-zh": "存放标签的字段。",
        "x-names": {"fields_of": "/entity", "only": "tags"},
    }
    words = {"title": "Tag", "x-zh-title": "标签", "description": english, "x-zh": chinese}
    tag = {**words, "minLength": 1, "maxLength": 80}
    return {
        "type": "object",
        "properties": {"field": {"type": "string", **field}, "tag": {"type": "string", **tag}},
        "required": ["field", "tag"],
        "additionalProperties": False,
    }


class _Tag(ChangeAction):
    template: ClassVar[Text]

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        field = catalog.entities[entity].fields.get(settings["field"])
        if field is None or field.storage != "tags":
            params = {"field": settings["field"], "entity": entity}
            template = _("“{field}” is not a field of tags of “{entity}”.")
            return [Problem("field.tags", template, params, "/field")]
        try:
            read = field.type.from_json([settings["tag"]], field.settings)
        except Problems as wrong:
            return [problem.at("/tag") for problem in wrong.problems]
        if read != frozenset([settings["tag"]]):
            hint = _("A tag is one word or phrase without ; or 、 and without space around it.")
            params = {"tag": settings["tag"]}
            return [Problem("tag.text", _("“{tag}” cannot be a tag."), params, "/tag", hint)]
        return []

    def sentence(self, settings: Settings, scope: Scope) -> str:
        return pick(self.template, scope.language).format(tag=settings["tag"])


class AddTag(_Tag):
    key = "add_tag"
    label: ClassVar[Text] = {"en": "Add a tag", "zh": "添加标签"}
    help: ClassVar[Text] = {"en": "Gives the record a tag.", "zh": "给记录添加一个标签。"}
    template: ClassVar[Text] = {"en": "add the tag “{tag}”", "zh": "添加标签“{tag}”"}
    settings = _settings("The tag to add.", "要添加的标签。")

    def changes(self, settings: Settings, scope: Scope) -> Changes:
        return Changes(add_tags={settings["field"]: (settings["tag"],)})


class RemoveTag(_Tag):
    key = "remove_tag"
    label: ClassVar[Text] = {"en": "Remove a tag", "zh": "移除标签"}
    help: ClassVar[Text] = {"en": "Takes a tag away from the record.", "zh": "移除记录的一个标签。"}
    template: ClassVar[Text] = {"en": "remove the tag “{tag}”", "zh": "移除标签“{tag}”"}
    settings = _settings("The tag to remove.", "要移除的标签。")

    def changes(self, settings: Settings, scope: Scope) -> Changes:
        return Changes(remove_tags={settings["field"]: (settings["tag"],)})
