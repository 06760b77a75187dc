"""Open the record's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.page_parts import Button, RecordAction, Settings
from builder.pages.parts.settings import LABEL, WHERE
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen


class Edit(RecordAction):
    key = "edit"
    label: ClassVar[Text] = {"en": "Edit", "zh": "编辑"}
    help: ClassVar[Text] = {"en": "Opens the form of the record.", "zh": "打开这条记录的表单。"}
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {"label": LABEL, "where": WHERE},
        "additionalProperties": False,
    }

    def button(self, seen: Seen, settings: Settings) -> Button | None:
        if not seen.policy.may("update", seen.entity.key):
            return None
        words = seen.label(settings.get("label", self.label))
        return Button(words, "edit", f"{seen.base}/edit", shortcut="e")
