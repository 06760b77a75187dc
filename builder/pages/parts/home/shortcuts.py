"""What people do most, one click away: look somebody up, make a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Drawn, HomePart, Settings
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.home_seen import HomeSeen


class Shortcuts(HomePart):
    key = "shortcuts"
    label: ClassVar[Text] = {"en": "Shortcuts", "zh": "快捷方式"}
    help: ClassVar[Text] = {
        "en": "A search and buttons for new records, at the top of the first page.",
        "zh": "首页顶部的查找框和新建记录的按钮。",
    }
    is_wide = True
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "lookup": {
                "type": "boolean",
                "title": "Search",
                "x-zh-title": "查找",
                "description": "One box that finds records of all kinds by name, number or phone.",
                "x-zh": "一个查找框，可按姓名、编号或电话查找各种记录。",
                "default": True,
            },
            "new": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "maxItems": 10,
                "title": "New records",
                "x-zh-title": "新建记录",
                "description": "A button for each; people see those that they may make.",
                "x-zh": "每个实体一个按钮；每个人只看到自己可以新建的。",
                "x-names": {"kind": "entity"},
            },
        },
        "additionalProperties": False,
    }

    def draw(self, seen: HomeSeen, settings: Settings) -> Drawn | None:
        buttons = [found for key in settings.get("new", ()) if (found := seen.new(key))]
        has_lookup = settings.get("lookup", True)
        if not has_lookup and not buttons:
            return None
        return Drawn("desk/home/shortcuts.html", {"has_lookup": has_lookup, "buttons": buttons})
