"""Cards beside each other, each with a tile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.kinds.view_types.contract import ViewType
from schema_store.texts import Text


class Gallery(ViewType):
    key = "gallery"
    label: ClassVar[Text] = {"en": "Gallery", "zh": "画廊"}
    help: ClassVar[Text] = {
        "en": "A card for each record: its title large, some fields below.",
        "zh": "每条记录一张卡片：大标题，下方为若干字段。",
    }
    icon = "layout-grid"
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "picture": {
                "type": "string",
                "title": "Picture",
                "x-zh-title": "图片",
                "description": "A field with the address of a picture. Pictures of other sites are not loaded, so that "
                "those sites do not learn who looks: the card shows the first letter of its title and a link.",
                "x-zh": "存放图片网址的字段。为不让其他网站得知谁在查看，外部图片不会加载：显示标题首字并附链接。",
                "x-names": {"fields_of": "/entity", "only": "addresses"},
            }
        },
    }
