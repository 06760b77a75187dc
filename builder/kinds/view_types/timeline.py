"""Records as a stream of days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.kinds.view_types.contract import Body, ViewType
from schema_store.texts import Text

UNIT_WORDS: Mapping[str, Text] = {
    "day": {"en": "Day", "zh": "日"},
    "month": {"en": "Month", "zh": "月"},
    "year": {"en": "Year", "zh": "年"},
}
ORDER_WORDS: Mapping[str, Text] = {
    "newest": {"en": "newest first", "zh": "最新在前"},
    "oldest": {"en": "oldest first", "zh": "最早在前"},
}


class Timeline(ViewType):
    key = "timeline"
    label: ClassVar[Text] = {"en": "Timeline", "zh": "时间线"}
    help: ClassVar[Text] = {
        "en": "What happened, day by day or month by month.",
        "zh": "按日或按月排列发生的事。",
    }
    icon = "timeline-event"
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "date": {
                "type": "string",
                "title": "Day",
                "x-zh-title": "日期字段",
                "description": "The date, or the moment, by which the records follow each other.",
                "x-zh": "决定记录先后的日期或时间字段。",
                "x-names": {"fields_of": "/entity", "only": "dates"},
            },
            "unit": {
                "enum": ["day", "month", "year"],
                "title": "A heading for each",
                "x-zh-title": "分段单位",
                "description": "What the headings of the stream are; without it days.",
                "x-zh": "每段的标题单位；不选为日。",
                "x-options": UNIT_WORDS,
                "default": "day",
            },
            "direction": {
                "enum": ["newest", "oldest"],
                "title": "Direction",
                "x-zh-title": "方向",
                "description": "What stands at the top; without it the newest.",
                "x-zh": "最上面显示什么；不选为最新。",
                "x-options": ORDER_WORDS,
                "default": "newest",
                "x-more": True,
            },
        },
        "required": ["date"],
    }

    def order(self, body: Body) -> tuple[str, ...]:
        """By its date first; the view's own order says what follows within a day."""
        lead = body["date"] if body.get("direction") == "oldest" else f"-{body['date']}"
        own = (one for one in body.get("sort") or () if one.removeprefix("-") != body["date"])
        return (lead, *own)

    def indexes(self, body: Body) -> list[tuple[str, ...]]:
        return [(body["date"],)]
