"""Records on the days of a month or a week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.kinds.view_types.contract import Body, ViewType
from schema_store.texts import Text

WEEK_WORDS: Mapping[str, Text] = {
    "monday": {"en": "Monday", "zh": "星期一"},
    "sunday": {"en": "Sunday", "zh": "星期日"},
}


class Calendar(ViewType):
    key = "calendar"
    label: ClassVar[Text] = {"en": "Calendar", "zh": "日历"}
    help: ClassVar[Text] = {
        "en": "Each record on its day: a month at a glance, or a week with all that it holds.",
        "zh": "记录显示在对应日期上：按月总览，或按周查看全部。",
    }
    icon = "calendar-month"
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "date": {
                "type": "string",
                "title": "Day",
                "x-zh-title": "日期字段",
                "description": "The date, or the moment, that says on which day a record stands.",
                "x-zh": "决定记录显示在哪一天的日期或时间字段。",
                "x-names": {"fields_of": "/entity", "only": "dates"},
            },
            "until": {
                "type": "string",
                "title": "Until",
                "x-zh-title": "结束日期",
                "description": "The last day of what takes several: the record stands on each of them.",
                "x-zh": "跨多天时的最后一天；记录会显示在其间的每一天。",
                "x-names": {"fields_of": "/entity", "only": "dates"},
                "x-more": True,
            },
            "week": {
                "enum": ["monday", "sunday"],
                "title": "Weeks begin on",
                "x-zh-title": "一周从哪天开始",
                "description": "Without it as usual in the reader's language.",
                "x-zh": "不选则按阅读者语言的习惯。",
                "x-options": WEEK_WORDS,
                "x-more": True,
            },
        },
        "required": ["date"],
    }

    def order(self, body: Body) -> tuple[str, ...]:
        return (body["date"],)

    def indexes(self, body: Body) -> list[tuple[str, ...]]:
        return [(body[key],) for key in ("date", "until") if key in body]
