"""What became of the record, newest first; on wish together with what became of the records that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Drawn, PagePart, Settings
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen

USUAL = 20


class Timeline(PagePart):
    key = "timeline"
    label: ClassVar[Text] = {"en": "Timeline", "zh": "时间线"}
    help: ClassVar[Text] = {
        "en": "Who did what when: the record's history, and that of related records where they are chosen.",
        "zh": "谁在何时做了什么：这条记录的历史，以及所选相关记录的历史。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "relations": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "maxItems": 5,
                "title": "Related records too",
                "x-zh-title": "包括相关记录",
                "description": "Their history stands in the same stream.",
                "x-zh": "它们的历史显示在同一条时间线中。",
                "x-names": {"relations_of": "/entity"},
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100,
                "title": "How many",
                "x-zh-title": "显示条数",
                "description": "The newest so many are shown; a link leads to older ones. Usually 20.",
                "x-zh": "先显示最新几条，另有链接查看更早的。通常为 20。",
                "x-more": True,
            },
        },
        "additionalProperties": False,
    }

    def draw(self, seen: Seen, settings: Settings) -> Drawn:
        place = seen.only("history")
        told = seen.told(settings.get("relations", ()), limit=settings.get("limit", USUAL), place=place)
        return Drawn(
            "desk/parts/timeline.html",
            {"entries": told.entries, "older_url": told.older_url, "history_id": place},
        )
