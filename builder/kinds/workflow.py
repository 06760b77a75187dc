"""Kind workflow: when something happens or time has passed, do something to the records concerned.

Triggers and actions stand on `registry.triggers` and `registry.actions`; what they answer is in `kinds/parts.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from cronsim import CronSim, CronSimError

from builder.kinds.compiled import Entity
from builder.kinds.contract import Kind, Reference, RuleAt
from builder.kinds.names import of_rule, unknown
from builder.kinds.parts import problems_of
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog


class WorkflowKind(Kind):
    key = "workflow"
    label: ClassVar[Text] = {"en": "Workflow", "zh": "流程"}
    label_plural: ClassVar[Text] = {"en": "Workflows", "zh": "流程"}
    order = 50

    def complete(self, body: dict[str, Any], registry: Registry) -> dict[str, Any]:
        """With `enabled`, `approval_above` and `on_import` written out."""
        return {**body, **{key: body.get(key, usual) for key, usual in USUAL.items()}}

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """Everything it names exists: entity, trigger, actions, fields; settings and rules are right."""
        entity = catalog.entities.get(body["entity"])
        if entity is None:
            return [unknown(_("“{name}” is not an entity."), body["entity"], catalog.entities, "/entity")]
        trigger = body["trigger"]
        found = problems_of(trigger, registry.triggers, "/trigger", entity.key, catalog)
        if not found:
            found = [*_of_cron(trigger), *_of_record_trigger(trigger, entity, catalog)]
        for rule in self.rules(body, catalog):
            found += of_rule(rule, catalog)
        for at, action in enumerate(body["actions"]):
            found += problems_of(action, registry.actions, pointer("actions", at), entity.key, catalog)
        return found

    def rules(self, body: Mapping[str, Any], catalog: Catalog) -> list[RuleAt]:
        is_trigger = body["trigger"]["type"] == "record" and "via" not in body["trigger"]
        found = []
        if "where" in body:
            is_timed = body["trigger"]["type"] == "schedule" and body.get("enabled", True)
            found.append(
                RuleAt(body["entity"], body["where"], "/where", is_trigger=is_trigger, is_timed=is_timed)
            )
        if "episode" in body:
            found.append(RuleAt(body["entity"], body["episode"], "/episode", is_value=True))
        return found

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        """The entities it works on, and the fields that its trigger and actions name by `entity` and `field`."""
        needed: list[Reference] = [("entity", body["entity"], "/entity")]
        parts = [
            ("/trigger", body["trigger"]),
            *((pointer("actions", at), one) for at, one in enumerate(body["actions"])),
        ]
        for place, part in parts:
            entity = part.get("entity", body["entity"])
            if isinstance(part.get("entity"), str):
                needed.append(("entity", entity, place + "/entity"))
            if isinstance(part.get("field"), str):
                needed.append(("field", f"{entity}.{part['field']}", place + "/field"))
        return needed


USUAL: Mapping[str, Any] = {"enabled": True, "approval_above": None, "on_import": False}
"""What a workflow does where its author does not say."""


def _of_cron(trigger: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(trigger.get("cron"), str):
        return
    try:
        CronSim(trigger["cron"], datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as wrong:
        params = {"cron": trigger["cron"][:60], "why": str(wrong)}
        hint = _("Write minute, hour, day, month, weekday: “0 3 * * *” is every day at 03:00.")
        yield Problem("workflow.cron", _("“{cron}” is not a schedule: {why}."), params, "/trigger/cron", hint)


def _of_record_trigger(trigger: Mapping[str, Any], entity: Entity, catalog: Catalog) -> Iterator[Problem]:
    """The entity whose records wake the workflow, the fields that must change, the reference that leads here."""
    if trigger["type"] != "record":
        return
    named = trigger.get("entity", entity.key)
    woken_by = catalog.entities.get(named) if isinstance(named, str) else None
    if woken_by is None:
        yield unknown(_("“{name}” is not an entity."), named, catalog.entities, "/trigger/entity")
        return
    fields = trigger.get("fields")
    for at, key in enumerate(fields if isinstance(fields, list) else ()):
        if not isinstance(key, str) or key not in woken_by.fields:
            yield unknown(
                _("The field “{name}” does not exist."),
                key,
                woken_by.fields,
                pointer("trigger", "fields", at),
            )
    via = trigger.get("via")
    if via is None:
        if woken_by.key != entity.key:
            params = {"entity": woken_by.key, "own": entity.key}
            template = _("Records of “{entity}” wake this workflow, but nothing says which “{own}” is meant.")
            yield Problem(
                "workflow.via",
                template,
                params,
                "/trigger",
                _("Write “via”: the reference that leads there."),
            )
        return
    leading = [key for key, field in woken_by.fields.items() if field.settings.get("to") == entity.key]
    if via not in leading:
        yield unknown(
            _("“{name}” is not a reference to the workflow's records."), via, leading, "/trigger/via"
        )
