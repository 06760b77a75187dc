"""Where a record stands in its life: prospect, active, dormant. Plain states, without ways between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from builder.fields.contract import Label
from builder.fields.select import OPTION, Select, options_of, options_setting
from schema_store.problems import Problem, _

MEANINGS = ("prospect", "active", "dormant", "churned")
MEANING_WORDS = {
    "prospect": {"en": "not a customer yet", "zh": "潜在客户"},
    "active": {"en": "active", "zh": "活跃"},
    "dormant": {"en": "dormant", "zh": "沉睡"},
    "churned": {"en": "lost", "zh": "流失"},
}
_STATE = {
    **OPTION,
    "counts_as": {
        "enum": list(MEANINGS),
        "title": "Counts as",
        "x-zh-title": "统计为",
        "x-options": MEANING_WORDS,
        "description": "What this stage means to reports, whatever it is called.",
        "x-zh": "报表按哪一类统计本阶段，与名称无关。",
    },
}


class Stage(Select):
    """A select whose options are stages of a life; a new record begins at `initial`."""

    key = "stage"
    label: ClassVar[Label] = {"en": "Stage", "zh": "阶段"}
    settings: ClassVar[dict[str, Any]] = {
        "options": options_setting(
            _STATE, "The stages, in the order of a usual life.", "各阶段，按通常的先后排列。"
        ),
        "initial": {
            **OPTION["value"],
            "title": "Stage at the beginning",
            "x-zh-title": "初始阶段",
            "x-names": {"only": "option"},
            "description": "The stage of a new record, where `default` does not say.",
            "x-zh": "新记录所处的阶段（未设默认值时）。",
        },
    }
    convertible_from = ("select", "text")

    def default(self, settings: Mapping[str, Any]) -> str | None:
        return self.from_json(settings.get("default", settings.get("initial")), settings)

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        problems = super().check_settings(settings)
        initial = settings.get("initial")
        if initial is not None and initial not in options_of(settings).values:
            problems.append(
                Problem(
                    "settings.initial",
                    _("“{value}” is not one of the stages."),
                    {"value": initial},
                    "/initial",
                )
            )
        return problems
