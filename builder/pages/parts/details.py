"""The record's own fields: as a form arranges them, or those that were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Drawn, PagePart, Settings
from builder.pages.parts.settings import TEXT
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen


class Details(PagePart):
    key = "details"
    label: ClassVar[Text] = {"en": "Details", "zh": "详情"}
    help: ClassVar[Text] = {
        "en": "The fields of the record: as its form arranges them, or those that are chosen here.",
        "zh": "记录的字段：按表单的排列显示，或只显示这里选择的字段。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "form": {
                "type": "string",
                "title": "Form",
                "x-zh-title": "表单",
                "description": "The form whose sections are shown; left out, the reader's own form.",
                "x-zh": "按哪个表单的分区显示；不选则用读者自己的表单。",
                "x-names": {"kind": "form", "about": "/entity"},
            },
            "fields": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "maxItems": 200,
                "title": "Only these fields",
                "x-zh-title": "只显示这些字段",
                "description": "Chosen fields in one section, instead of a form's sections.",
                "x-zh": "把所选字段放在一个分区里，代替表单的分区。",
                "x-names": {"fields_of": "/entity", "only": "shown"},
            },
            "label": {
                **TEXT,
                "title": "Heading",
                "x-zh-title": "标题",
                "description": "What stands above the chosen fields.",
                "x-zh": "显示在所选字段上方的标题。",
                "x-more": True,
            },
            "columns": {
                "enum": [1, 2],
                "title": "Columns",
                "x-zh-title": "列",
                "description": "How many chosen fields stand side by side on a wide screen.",
                "x-zh": "宽屏上并排显示几个所选字段。",
                "x-options": {"1": {"en": "One", "zh": "一列"}, "2": {"en": "Two", "zh": "两列"}},
                "x-more": True,
            },
            "rest": {
                "type": "boolean",
                "title": "The rest too",
                "x-zh-title": "其余字段也显示",
                "description": "Also the fields that the form leaves out.",
                "x-zh": "表单没有列出的字段也一并显示。",
                "x-more": True,
            },
        },
        "additionalProperties": False,
    }

    def draw(self, seen: Seen, settings: Settings) -> Drawn | None:
        if settings.get("fields"):
            label = seen.label(settings.get("label"))
            found = seen.section(settings["fields"], label=label, columns=settings.get("columns", 2))
            sections = [found] if found.facts else []
        else:
            sections = seen.sections(settings.get("form", ""), with_rest=settings.get("rest", False))
        groups = groupby(sections, key=lambda one: one.tab)
        tabs = [(number, tab, list(those)) for number, (tab, those) in enumerate(groups)]
        return (
            Drawn("desk/parts/details.html", {"tabs": tabs, "place": seen.only("details")})
            if sections
            else None
        )
