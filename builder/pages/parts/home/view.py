"""The first records of a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Drawn, HomePart, Settings
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.home_seen import HomeSeen

USUAL = 5


class View(HomePart):
    key = "view"
    label: ClassVar[Text] = {"en": "List", "zh": "列表"}
    help: ClassVar[Text] = {
        "en": "The first records of a view, with a link to all of them.",
        "zh": "一个视图的前几条记录，另有链接查看全部。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "view": {
                "type": "string",
                "title": "View",
                "x-zh-title": "视图",
                "description": "Which records are shown, in which columns and order.",
                "x-zh": "显示哪些记录、哪些列以及顺序。",
                "x-names": {"kind": "view"},
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 25,
                "title": "How many",
                "x-zh-title": "显示条数",
                "description": "Usually 5.",
                "x-zh": "通常为 5。",
                "x-more": True,
            },
        },
        "required": ["view"],
        "additionalProperties": False,
    }

    def draw(self, seen: HomeSeen, settings: Settings) -> Drawn | None:
        shelf = seen.shelf(settings["view"], settings.get("limit", USUAL))
        return Drawn("desk/home/view.html", {"shelf": shelf}) if shelf else None
