"""What several parts and actions have among their settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ONE = {"type": "string", "minLength": 1, "maxLength": 500}
TEXT: Mapping[str, Any] = {
    "oneOf": [
        _ONE,
        {
            "type": "object",
            "properties": {"en": _ONE, "zh": _ONE},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}
LABEL: Mapping[str, Any] = {
    **TEXT,
    "title": "Label",
    "x-zh-title": "名称",
    "description": "What stands on the button, where it is not the usual words.",
    "x-zh": "按钮上的文字；不写则用通常的文字。",
    "x-more": True,
}
"""What an action is called."""

WHERE: Mapping[str, Any] = {
    "type": ["object", "boolean"],
    "title": "Only where",
    "x-zh-title": "仅当",
    "description": "The button is there only for records that meet this condition.",
    "x-zh": "只有满足此条件的记录才显示该按钮。",
    "x-more": True,
}
"""When an action is offered."""
