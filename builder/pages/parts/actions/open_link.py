"""Open another page about this record: a public form with its number filled in, its page in another system."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from builder.catalog import Catalog
from builder.kinds.names import unknown
from builder.kinds.page_parts import Button, RecordAction, Settings
from builder.pages.parts.settings import LABEL, WHERE
from schema_store.problems import Problem, _
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen

PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,29})\}")


class OpenLink(RecordAction):
    key = "open_link"
    label: ClassVar[Text] = {"en": "Open a link", "zh": "打开链接"}
    help: ClassVar[Text] = {
        "en": "Leads to another page about this record, here or in another system.",
        "zh": "打开与这条记录有关的其他页面，在本系统或其他系统中。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "address": {
                "type": "string",
                "title": "Address",
                "x-zh-title": "网址",
                "pattern": r"^(https?://[^\s{}/\\@]+(/\S*)?|/[^/\\\s]\S*)$",
                "maxLength": 500,
                "description": "It begins with https:// or /. {id} stands for the number of the record, the short name"
                " of a field in braces for its value.",
                "x-zh": "以 https:// 或 / 开头。{id} 代表记录编号，花括号中的字段短名代表该字段的值。",
            },
            "where": WHERE,
            "label": {
                **LABEL,
                "x-more": False,
                "description": "What stands on the button.",
                "x-zh": "按钮上的文字。",
            },
        },
        "required": ["address", "label"],
        "additionalProperties": False,
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        known = {"id", *catalog.entities[entity].fields}
        return [
            unknown(_("The field “{name}” does not exist."), key, known, "/address")
            for key in PLACE.findall(settings["address"])
            if key not in known
        ]

    def button(self, seen: Seen, settings: Settings) -> Button | None:
        """Not where a value that stands in the address is empty or may not be seen."""
        wanted = dict.fromkeys(PLACE.findall(settings["address"]))
        texts = {key: seen.text(key) for key in wanted}
        if not all(texts.values()):
            return None
        href = PLACE.sub(lambda found: quote(texts[found[1]], safe=""), settings["address"])
        is_elsewhere = not href.startswith("/")
        return Button(
            seen.label(settings["label"]),
            "external-link" if is_elsewhere else "link",
            href,
            is_elsewhere=is_elsewhere,
        )
