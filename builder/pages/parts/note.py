"""A text for those who work with the page: what to look at, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Drawn, PagePart, Settings
from builder.pages.parts.settings import TEXT
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen


class Note(PagePart):
    key = "note"
    label: ClassVar[Text] = {"en": "Note", "zh": "说明"}
    help: ClassVar[Text] = {
        "en": "A text that helps people with this page.",
        "zh": "帮助大家使用此页面的文字。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "text": {
                **TEXT,
                "title": "Text",
                "x-zh-title": "文字",
                "description": "What people read, the same on every record.",
                "x-zh": "大家看到的文字，每条记录都相同。",
                "x-widget": "lines",
            },
        },
        "required": ["text"],
        "additionalProperties": False,
    }

    def draw(self, seen: Seen, settings: Settings) -> Drawn:
        return Drawn("desk/parts/note.html", {"text": seen.label(settings["text"])})
