"""Give a field a value with one click, as the one who clicks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.access.policy import Policy
from builder.catalog import Catalog
from builder.kinds.page_parts import Button, Press, RecordAction, Settings
from builder.pages.parts.settings import LABEL, WHERE
from builder.records import save, within
from builder.rules.rule import Rule
from builder.work import Work
from builder.workflows import values
from builder.workflows.actions.contract import Scope
from builder.workflows.actions.set_field import SetField as SetFieldInWorkflow
from schema_store.problems import Problem, Problems
from schema_store.texts import Text, pick

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen


IN_WORKFLOWS = SetFieldInWorkflow()
"""What may be written, and how it is described, is the same there."""


class SetField(RecordAction):
    key = "set_field"
    label: ClassVar[Text] = {"en": "Set a field", "zh": "设置字段"}
    help: ClassVar[Text] = {
        "en": "One click gives a field a value, such as “Done”. Only who may change the field sees it.",
        "zh": "一键给字段赋值，例如“完成”。只有可修改该字段的人才会看到。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        **IN_WORKFLOWS.settings,
        "properties": {**IN_WORKFLOWS.settings["properties"], "label": LABEL, "where": WHERE},
    }

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        return IN_WORKFLOWS.check(settings, entity, catalog)

    def button(self, seen: Seen, settings: Settings) -> Button | None:
        """Not where the field has the value already, nor where what is written reads what may not be seen."""
        scope = Scope(seen.catalog, seen.entity.key, seen.language)
        target = seen.entity.fields[settings["field"]]
        value = values.read(settings["value"], target, scope)
        if target.key not in seen.policy.writable(seen.entity, "update"):
            return None
        if _reads_hidden(seen, value) if isinstance(value, Rule) else _stands(seen, target.key, value):
            return None
        template = {"en": "Set {field}: {value}", "zh": "设{field}为{value}"}
        usual = pick(template, seen.language).format(
            field=pick(target.label, seen.language, target.key),
            value=values.said(settings["value"], target, scope),
        )
        return Button(seen.label(settings.get("label"), usual), "bolt")

    def press(self, work: Work, policy: Policy, press: Press, settings: Settings) -> Text:
        target = work.catalog.entity(press.entity).fields[settings["field"]]
        value = values.read(settings["value"], target, Scope(work.catalog, press.entity))
        value = values.of_record(value, work, press.entity, press.record_id, policy)
        done = save.save(
            work,
            press.entity,
            {target.key: value},
            policy=policy,
            id=press.record_id,
            expected_version=press.version,
            fixed=(target.key,),
        )
        if done.changes:
            return {"en": "Saved.", "zh": "已保存。"}
        return {"en": "Nothing was different, so nothing was saved.", "zh": "没有不同之处，因此没有保存。"}


def _stands(seen: Seen, key: str, value: Any) -> bool:
    return key in seen.policy.readable(seen.entity) and seen.record.values.get(key) == value


def _reads_hidden(seen: Seen, rule: Rule) -> bool:
    try:
        within.refuse_hidden(seen.work, rule, seen.policy)
    except Problems:
        return True
    return False
