"""Kind workflow: when something happens or time has passed, do something to the records concerned.

Triggers and actions stand on `registry.triggers` and `registry.actions`. What this kind asks of each:

- `settings`: the JSON Schema of its keys in the document (all but `type`), closed;
- `check(settings, entity, catalog) -> list[Problem]`, optional: what the schema cannot see, pointers inside
  the settings; `entity` is the key of the workflow's entity, which exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import structlog
from cronsim import CronSim, CronSimError

from builder.kinds.compiled import Entity
from builder.kinds.contract import Kind, Reference, RuleAt
from builder.kinds.names import of_rule, unknown
from builder.registry import Registry, Shelf
from schema_store.problems import Problem, _, pointer
from schema_store.shapes import Shape
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

log = structlog.get_logger()


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
        found = _of_part(trigger, registry.triggers, "/trigger", entity, catalog)
        if not found:
            found = [*_of_cron(trigger), *_of_record_trigger(trigger, entity, catalog)]
        for rule in self.rules(body, catalog):
            found += of_rule(rule, catalog)
        for at, action in enumerate(body["actions"]):
            found += _of_part(action, registry.actions, pointer("actions", at), entity, catalog)
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


def _of_part(
    part: Mapping[str, Any], shelf: Shelf[Any], place: str, entity: Entity, catalog: Catalog
) -> list[Problem]:
    """Problems of a trigger or an action: is it known, do its settings fit, what does it say itself?"""
    known = shelf.get(part["type"])
    if known is None:
        return [unknown(_("“{name}” is not known here."), part["type"], shelf, place + "/type")]
    settings = {key: value for key, value in part.items() if key != "type"}
    found = _settings_shape(known).problems(settings)
    if not found and hasattr(known, "check"):
        found = _said(known, settings, entity, catalog)
    return [problem.at(place) for problem in found]


def _said(known: Any, settings: Mapping[str, Any], entity: Entity, catalog: Catalog) -> Sequence[Problem]:
    """What the part itself says; one that cannot say is a plugin's mistake, and nothing is published with it."""
    try:
        return list(known.check(settings, entity.key, catalog))
    except Exception as error:
        log.error("plugin.stumbled", part=known.key, exc_info=error)
        template = _("“{name}” cannot check its settings; its plugin is broken.")
        return [Problem("workflow.part", template, {"name": known.key})]


@cache
def _settings_shape(part: Any) -> Shape:
    return Shape(part.settings)


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
