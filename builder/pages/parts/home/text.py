"""A text on the first page: what is new, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Drawn, HomePart, Settings
from builder.pages.parts.settings import TEXT
from schema_store.texts import Text as Words

if TYPE_CHECKING:
    from builder.pages.desk.home_seen import HomeSeen


class Text(HomePart):
    key = "text"
    label: ClassVar[Words] = {"en": "Text", "zh": "文字"}
    help: ClassVar[Words] = {"en": "A heading and a text.", "zh": "标题与文字。"}
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "label": {
                **TEXT,
                "title": "Heading",
                "x-zh-title": "标题",
                "description": "What stands above the text.",
                "x-zh": "显示在文字上方。",
            },
            "text": {
                **TEXT,
                "title": "Text",
                "x-zh-title": "文字",
                "description": "What people read.",
                "x-zh": "大家看到的文字。",
                "x-widget": "lines",
            },
        },
        "required": ["text"],
        "additionalProperties": False,
    }

    def draw(self, seen: HomeSeen, settings: Settings) -> Drawn:
        given = {"label": seen.label(settings.get("label")), "text": seen.label(settings["text"])}
        return Drawn("desk/home/text.html", given)
