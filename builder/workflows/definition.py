"""A published workflow, compiled: its rules checked, its actions found. Kept with the catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from builder.catalog import Catalog
from builder.kinds.parts import settings_of
from builder.registry import Registry
from builder.rules.check import check
from builder.rules.rule import Rule
from builder.runs import Run
from builder.work import Work
from builder.workflows.actions.contract import Action, Scope
from schema_store import store
from schema_store.problems import Problem, Problems, _
from schema_store.texts import Text

SCHEDULE, RECORD = "schedule", "record"


@dataclass(frozen=True)
class Step:
    """One action of a workflow with its settings."""

    type: str
    action: Action
    settings: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Workflow:
    """A workflow as the engine runs it. `where` and `episode` None: every record, and once per slot or event."""

    key: str
    version: int
    label: Text
    entity: str
    enabled: bool
    trigger: Mapping[str, Any]
    where: Rule | None
    episode: Rule | None
    steps: Sequence[Step]
    approval_above: int | None
    on_import: bool

    @property
    def is_record_triggered(self) -> bool:
        return self.trigger["type"] == RECORD

    def scope(self, catalog: Catalog, language: str = "en") -> Scope:
        return Scope(catalog, self.entity, language)


@dataclass(frozen=True)
class Published:
    """Which version of a workflow is live, and since when its schedule stands as it does now."""

    version: int
    scheduled_since: datetime | None


def of(work: Work, key: str) -> Workflow:
    """The live workflow. Raises Problems where there is none, or its actions' plugin is missing."""
    body = work.catalog.of_kind("workflow").get(key)
    if body is None:
        raise Problems(Problem("workflow.unknown", _("There is no workflow “{key}”."), {"key": key}))
    version = published(work)[key].version
    return work.catalog.cached(
        ("workflow", key), lambda: compiled(body, version, work.catalog, work.registry)
    )


def of_run(work: Work, run: Run) -> Workflow:
    """The workflow in the version with which the run began, live or not. Raises Problems."""
    key, version = str(run.workflow), run.workflow_version or 0
    live = published(work).get(key)
    if live is not None and live.version == version:
        return of(work, key)
    body = store.body_of_version(work.connection, "workflow", key, version)
    if body is None:
        raise Problems(Problem("workflow.unknown", _("There is no workflow “{key}”."), {"key": key}))
    return compiled(body, version, work.catalog, work.registry)


def enabled(work: Work) -> list[Workflow]:
    """The workflows that run by themselves. One whose plugin is missing is among them: its runs fail and say why."""
    return work.catalog.cached("workflows.enabled", lambda: _enabled(work))


def _enabled(work: Work) -> list[Workflow]:
    found = []
    for key, body in work.catalog.of_kind("workflow").items():
        if not body.get("enabled", True):
            continue
        try:
            found.append(of(work, key))
        except Problems:
            version = published(work)[key].version
            found.append(compiled(body, version, work.catalog, work.registry, step=_step_or_gap))
    return found


def compiled(
    body: Mapping[str, Any],
    version: int,
    catalog: Catalog,
    registry: Registry,
    *,
    step: Callable[[Mapping[str, Any], Registry], Step] | None = None,
) -> Workflow:
    """The workflow of a published body; `step` makes one of an action's document. Raises Problems."""
    entity, trigger = body["entity"], body["trigger"]
    if entity not in catalog.entities:
        raise Problems(Problem("workflow.entity", _("The entity “{key}” is not published."), {"key": entity}))
    asks_change = trigger["type"] == RECORD and "via" not in trigger
    where, episode = body.get("where", True), body.get("episode")
    return Workflow(
        key=body["key"],
        version=version,
        label=body["label"],
        entity=entity,
        enabled=body.get("enabled", True),
        trigger=trigger,
        where=None if where is True else check(where, catalog, entity, trigger=asks_change),
        episode=None if episode is None else check(episode, catalog, entity, wanted="value"),
        steps=tuple((step or _step)(action, registry) for action in body["actions"]),
        approval_above=body.get("approval_above"),
        on_import=body.get("on_import", False),
    )


def _step(document: Mapping[str, Any], registry: Registry) -> Step:
    action = registry.actions.get(document["type"])
    if action is None:
        template = _("The action “{type}” is not installed.")
        hint = _("Its plugin is missing or did not load; the plugins page says why.")
        raise Problems(Problem("workflow.action", template, {"type": document["type"]}, hint=hint))
    return Step(document["type"], action, settings_of(document))


class Gap(Action):
    """Stands where an action's plugin is missing."""

    key = "gap"
    label = "?"
    settings: ClassVar[Mapping[str, Any]] = {}
    effect = "none"

    def sentence(self, settings: Mapping[str, Any], scope: Scope) -> str:
        return "?"


def _step_or_gap(document: Mapping[str, Any], registry: Registry) -> Step:
    return (
        _step(document, registry)
        if document["type"] in registry.actions
        else Step(document["type"], Gap(), {})
    )


def require_whole(workflow: Workflow, registry: Registry) -> None:
    """Raises Problems where the plugin of one of its actions is missing."""
    for step in workflow.steps:
        _step({"type": step.type}, registry)


def published(work: Work) -> Mapping[str, Published]:
    """Every live workflow's version, read once per catalog."""
    return work.catalog.cached("workflows.published", lambda: _published(work))


def _published(work: Work) -> dict[str, Published]:
    live = store.live(work.connection, kind="workflow")
    return {key: Published(one.version, _since(work, key)) for (_kind, key), one in live.items()}


def _since(work: Work, key: str) -> datetime | None:
    """When the line of versions began that ends in the live one and has its schedule, always enabled."""
    versions = store.versions(work.connection, "workflow", key)
    schedule = _schedule(versions[0].body)
    if schedule is None:
        return None
    since = versions[0].at
    for version in versions[1:]:
        if _schedule(version.body) != schedule:
            break
        since = version.at
    return since


def _schedule(body: Mapping[str, Any] | None) -> str | None:
    if body is None or not body.get("enabled", True) or body["trigger"]["type"] != SCHEDULE:
        return None
    return str(body["trigger"]["cron"])
