"""Run a workflow for this record alone, now: its condition is still asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.access.policy import Policy
from builder.kinds.page_parts import Button, Press, RecordAction, Settings
from builder.pages.parts.settings import LABEL, WHERE
from builder.work import Work
from builder.workflows import singly
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.pages.desk.seen import Seen


class RunWorkflow(RecordAction):
    key = "run_workflow"
    label: ClassVar[Text] = {"en": "Run a workflow", "zh": "运行流程"}
    help: ClassVar[Text] = {
        "en": "Runs a workflow for this record alone, if its condition holds. It needs the right to run workflows.",
        "zh": "只对这条记录运行一个流程（须满足其条件）。需要运行流程的权限。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "workflow": {
                "type": "string",
                "title": "Workflow",
                "x-zh-title": "流程",
                "description": "A workflow about these records.",
                "x-zh": "针对这类记录的流程。",
                "x-names": {"kind": "workflow", "about": "/entity"},
            },
            "label": LABEL,
            "where": WHERE,
        },
        "required": ["workflow"],
        "additionalProperties": False,
    }

    def button(self, seen: Seen, settings: Settings) -> Button | None:
        workflow = seen.catalog.of_kind("workflow").get(settings["workflow"])
        if workflow is None or not seen.policy.may("run"):
            return None
        words = seen.label(settings.get("label", workflow["label"]), settings["workflow"])
        return Button(words, "player-play")

    def press(self, work: Work, policy: Policy, press: Press, settings: Settings) -> Text:
        policy.require("run")
        if singly.run_for(work, settings["workflow"], press.record_id, actor=work.cause.actor):
            return {"en": "The workflow has run for this record.", "zh": "流程已对这条记录运行。"}
        return {
            "en": "Its condition does not hold for this record, so nothing was done.",
            "zh": "这条记录不满足流程的条件，因此没有执行任何操作。",
        }
