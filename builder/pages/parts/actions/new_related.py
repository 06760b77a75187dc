"""Make a record that points to this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Button, RecordAction, Settings
from builder.pages.parts.settings import LABEL, WHERE
from schema_store.texts import Text, pick

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen


class NewRelated(RecordAction):
    key = "new_related"
    label: ClassVar[Text] = {"en": "New related record", "zh": "新建相关记录"}
    help: ClassVar[Text] = {
        "en": "Opens an empty form in which this record is chosen already.",
        "zh": "打开一张空白表单，其中已选好这条记录。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "relation": {
                "type": "string",
                "title": "Which record",
                "x-zh-title": "哪种记录",
                "description": "What is made; it points to this record.",
                "x-zh": "新建的记录，它会指向这条记录。",
                "x-names": {"relations_of": "/entity"},
            },
            "label": LABEL,
            "where": WHERE,
        },
        "required": ["relation"],
        "additionalProperties": False,
    }

    def button(self, seen: Seen, settings: Settings) -> Button | None:
        relation = seen.entity.relations.get(settings["relation"])
        href = seen.new_url(relation) if relation else ""
        if relation is None or not href:
            return None
        child = seen.catalog.entity(relation.entity)
        template = {"en": "New: {what}", "zh": "新建：{what}"}
        usual = pick(template, seen.language).format(what=seen.label(child.label, child.key))
        return Button(seen.label(settings.get("label"), usual), "plus", href)
