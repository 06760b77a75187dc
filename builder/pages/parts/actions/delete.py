"""Delete the record, which asks first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Button, RecordAction, Settings
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen


class Delete(RecordAction):
    key = "delete"
    label: ClassVar[Text] = {"en": "Delete …", "zh": "删除…"}
    help: ClassVar[Text] = {
        "en": "Stands in the menu behind the dots, and asks before anything is deleted.",
        "zh": "在“更多”菜单中，删除前会先询问。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }

    def button(self, seen: Seen, settings: Settings) -> Button | None:
        if not seen.policy.may("delete", seen.entity.key):
            return None
        return Button(seen.label(self.label), "trash", f"{seen.base}/delete", is_quiet=True, is_danger=True)
