"""Cards in lanes, one lane for each value of a field; moving a card writes the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.kinds.view_types.contract import Body, ViewType, first_of
from schema_store.texts import Text

FIRST = 10
"""Cards that a lane shows at first, where the view does not say."""


class Kanban(ViewType):
    key = "kanban"
    label: ClassVar[Text] = {"en": "Board", "zh": "看板"}
    help: ClassVar[Text] = {
        "en": "Cards in lanes, a lane for each value of a field. Whoever moves a card changes the value.",
        "zh": "按字段取值分列显示卡片；移动卡片即修改该值。",
    }
    icon = "layout-kanban"
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "by": {
                "type": "string",
                "title": "Lanes by",
                "x-zh-title": "分列字段",
                "description": "A choice, a stage, a yes-or-no, or a reference to few records: each value is a lane.",
                "x-zh": "单选、阶段、是否，或指向少量记录的关联：每个取值一列。",
                "x-names": {"fields_of": "/entity", "only": "choices"},
            },
            "first": {
                "type": "integer",
                "minimum": 1,
                "maximum": 50,
                "title": "Cards at first",
                "x-zh-title": "初始卡片数",
                "description": "How many cards a lane shows before “More”; without it 10.",
                "x-zh": "每列在“更多”之前显示的卡片数；不填为 10。",
                "x-more": True,
            },
        },
        "required": ["by"],
    }

    def moved(self, body: Body) -> str:
        return str(body["by"])

    def indexes(self, body: Body) -> list[tuple[str, ...]]:
        """The lanes' field, and behind it what leads the order of the cards."""
        by, second = body["by"], first_of(body)
        return [(by, second) if second and second not in (by, "id") else (by,)]
