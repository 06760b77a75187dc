"""When a record was created, changed or deleted: the workflow's own, or one that points to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder import events
from builder.catalog import Catalog
from builder.workflows.triggers.contract import Trigger
from schema_store.problems import Problem, _
from schema_store.texts import Text, pick

_WHAT: Mapping[str, Mapping[str, str]] = {
    events.CREATED: {"en": "created", "zh": "新建"},
    events.CHANGED: {"en": "changed", "zh": "变更"},
    events.DELETED: {"en": "deleted", "zh": "删除"},
}


class RecordTrigger(Trigger):
    key = "record"
    label: ClassVar[Text] = {"en": "When a record changes", "zh": "记录变化时"}
    help: ClassVar[Text] = {
        "en": "Wakes after a record was created, changed or deleted, in whatever way.",
        "zh": "在记录以任何方式新建、变更或删除之后唤醒。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "entity": {
                "type": "string",
                "title": "Records of",
                "x-zh-title": "哪里的记录",
                "description": "Whose records wake the workflow; its own entity unless said.",
                "x-zh": "由哪个数据表的记录唤醒；不写则为流程自身的数据表。",
                "x-names": {"kind": "entity"},
            },
            "on": {
                "type": "array",
                "items": {"enum": list(_WHAT), "x-options": _WHAT},
                "minItems": 1,
                "uniqueItems": True,
                "title": "What happened",
                "x-zh-title": "发生了什么",
                "description": "What must have happened.",
                "x-zh": "发生了什么。",
            },
            "fields": {
                "type": "array",
                "items": {"type": "string"},
                "minItems": 1,
                "uniqueItems": True,
                "title": "Only when these change",
                "x-zh-title": "仅当这些字段变更",
                "description": "A change counts only where one of these fields changed.",
                "x-zh": "仅当其中某个字段有变更时才算变更。",
                "x-names": {"fields_of": ["entity", "/entity"]},
            },
            "via": {
                "type": "string",
                "title": "Leads here by",
                "x-zh-title": "通过哪个引用",
                "description": "The reference that leads to the workflow's records; else the record itself is meant.",
                "x-zh": "指向流程记录的引用字段；不写则指记录本身。",
                "x-names": {"fields_of": ["entity", "/entity"], "only": "references", "to": "/entity"},
            },
        },
        "required": ["on"],
        "additionalProperties": False,
    }

    def check(self, settings: Mapping[str, Any], entity: str, catalog: Catalog) -> list[Problem]:
        if events.DELETED in settings["on"] and "via" not in settings:
            template = _("A deleted record is gone: nothing can be done with it.")
            return [
                Problem(
                    "workflow.deleted", template, {}, "/on", _("Write “via” to reach what it belonged to.")
                )
            ]
        return []

    def sentence(self, settings: Mapping[str, Any], entity: str, catalog: Catalog, language: str) -> str:
        woken_by = catalog.entities[settings.get("entity", entity)]
        joint = {"en": " or ", "zh": "或"}
        what = pick(joint, language).join(pick(_WHAT[one], language) for one in settings["on"])
        template = {"en": "When {entity} is {what}", "zh": "{entity}{what}时"}
        return pick(template, language).format(entity=pick(woken_by.label, language), what=what)
