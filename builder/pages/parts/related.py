"""Records that point to this one, as a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.catalog import Catalog, Entity
from builder.kinds.contract import RuleAt
from builder.kinds.page_parts import Drawn, PagePart, Settings
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen

USUAL = 10
OF_CHILDREN = {"fields_of": "/entity", "through": "relation"}


class Related(PagePart):
    key = "related"
    label: ClassVar[Text] = {"en": "Related records", "zh": "相关记录"}
    help: ClassVar[Text] = {
        "en": "Records that belong to this one, such as the orders of a member.",
        "zh": "属于这条记录的其他记录，例如会员的订单。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "relation": {
                "type": "string",
                "title": "Which records",
                "x-zh-title": "哪些记录",
                "description": "The records that point to this one.",
                "x-zh": "指向这条记录的记录。",
                "x-names": {"relations_of": "/entity"},
            },
            "columns": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "maxItems": 12,
                "title": "Columns",
                "x-zh-title": "列",
                "description": "The fields shown, from left to right; left out, those of their own list.",
                "x-zh": "显示的字段，从左到右；不写则与它们自己的列表相同。",
                "x-names": {**OF_CHILDREN, "only": "shown"},
            },
            "sort": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "maxItems": 3,
                "title": "Order",
                "x-zh-title": "排序",
                "description": "The fields to sort by; left out, as in their own list.",
                "x-zh": "排序字段；不写则与它们自己的列表相同。",
                "x-names": {**OF_CHILDREN, "only": "sortable", "sign": "-"},
                "x-more": True,
            },
            "where": {
                "type": ["object", "boolean"],
                "title": "Condition",
                "x-zh-title": "条件",
                "description": "Which of them are shown; without it all.",
                "x-zh": "显示其中哪些；不写则全部。",
                "x-more": True,
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": 50,
                "title": "How many",
                "x-zh-title": "显示条数",
                "description": "The first so many are shown; a link leads to all of them. Usually 10.",
                "x-zh": "先显示前几条，另有链接查看全部。通常为 10。",
                "x-more": True,
            },
            "new": {
                "type": "boolean",
                "title": "Button “New”",
                "x-zh-title": "“新建”按钮",
                "description": "Offers to make another one that points to this record.",
                "x-zh": "可以新建一条指向这条记录的记录。",
                "default": True,
                "x-more": True,
            },
        },
        "required": ["relation"],
        "additionalProperties": False,
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        child = _child(settings, entity, catalog)
        return list(_twice(settings)) if child else []

    def rules(self, settings: Settings, entity: str, catalog: Catalog) -> list[RuleAt]:
        child = _child(settings, entity, catalog)
        return [RuleAt(child.key, settings["where"], "/where")] if child and "where" in settings else []

    def draw(self, seen: Seen, settings: Settings) -> Drawn | None:
        listed = seen.related(
            settings["relation"],
            columns=settings.get("columns", ()),
            sort=settings.get("sort", ()),
            where=settings.get("where", True),
            limit=settings.get("limit", USUAL),
            with_new=settings.get("new", True),
        )
        return Drawn("desk/parts/related.html", {"related": listed, "id": seen.place}) if listed else None


def _child(settings: Settings, entity: str, catalog: Catalog) -> Entity | None:
    relation = catalog.relations(entity).get(settings.get("relation", ""))
    return catalog.entities.get(relation.entity) if relation else None


def _twice(settings: Settings) -> Iterator[Problem]:
    seen = set()
    for at, written in enumerate(settings.get("sort", ())):
        key = written.removeprefix("-")
        if key in seen:
            template = _("“{key}” stands twice in the sort order.")
            yield Problem("view.sort", template, {"key": key}, pointer("sort", at))
        seen.add(key)
