"""The schema of a text in both languages, for the settings of parts."""

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
