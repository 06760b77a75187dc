"""Entities as tiles, with the ways into each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Drawn, HomePart, Settings
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.home_seen import HomeSeen


class Tiles(HomePart):
    key = "tiles"
    label: ClassVar[Text] = {"en": "Tiles", "zh": "磁贴"}
    help: ClassVar[Text] = {
        "en": "A tile for each entity, with its list and a new record.",
        "zh": "每个实体一个磁贴，可打开列表或新建记录。",
    }
    is_wide = True
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "entities": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "minItems": 1,
                "maxItems": 20,
                "title": "Entities",
                "x-zh-title": "实体",
                "description": "What has a tile; people see those that they may open.",
                "x-zh": "显示为磁贴的实体；每个人只看到自己可以打开的。",
                "x-names": {"kind": "entity"},
            },
        },
        "required": ["entities"],
        "additionalProperties": False,
    }

    def draw(self, seen: HomeSeen, settings: Settings) -> Drawn | None:
        tiles = [tile for key in settings["entities"] if (tile := seen.tile(key))]
        return Drawn("desk/home/tiles.html", {"tiles": tiles}) if tiles else None
