"""Rows and columns, if wanted under headings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.kinds.view_types.contract import Body, ViewType, first_of
from schema_store.texts import Text


class Table(ViewType):
    key = "table"
    label: ClassVar[Text] = {"en": "Table", "zh": "表格"}
    help: ClassVar[Text] = {
        "en": "A row for each record, a column for each field.",
        "zh": "每条记录一行，每个字段一列。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "group": {
                "type": "string",
                "title": "Group by",
                "x-zh-title": "分组",
                "description": "Rows of one value stand under a heading; the order begins with this field.",
                "x-zh": "取值相同的行归在同一标题下；排序先按此字段。",
                "x-names": {"fields_of": "/entity", "only": "sortable"},
            }
        },
    }

    def order(self, body: Body) -> tuple[str, ...]:
        """The field of the headings first, in the direction that the view's own order gives it."""
        own = tuple(body.get("sort") or ())
        group = body.get("group")
        if not group:
            return own
        lead = f"-{group}" if f"-{group}" in own else group
        return (lead, *(one for one in own if one.removeprefix("-") != group))

    def indexes(self, body: Body) -> list[tuple[str, ...]]:
        group = body.get("group")
        if not group:
            return []
        second = first_of(body)
        return [(group, second) if second and second not in (group, "id") else (group,)]
