"""A value gathered from the records that point to this one: how many orders, how much spent, when last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnElement, case, cast, func

from builder.fields.contract import FieldType, Label, Shown
from builder.fields.decimal import Decimal
from builder.fields.following import Following
from builder.fields.integer import Integer
from builder.fields.scaled import rounded
from schema_store.problems import Problem, _

AGGREGATES = ("count", "sum", "min", "max", "avg")
AGGREGATE_WORDS = {
    "count": {"en": "how many", "zh": "个数"},
    "sum": {"en": "sum", "zh": "合计"},
    "min": {"en": "least or first", "zh": "最小或最早"},
    "max": {"en": "greatest or last", "zh": "最大或最近"},
    "avg": {"en": "average", "zh": "平均"},
}
AVERAGE_SCALE = 4
"""Digits after the point of an average (more where the averaged field has more): exact half away from zero."""

_KEY = "^[a-z][a-z0-9_]{0,29}$"
_INTEGER, _DECIMAL = Integer(), Decimal()


class Rollup(Following):
    """Kept by the engine in the parent's row. Its values are those of the child's field `of`, whose `x-tessera`
    publishing writes into `of_type`; a count is an integer, an average a decimal of at least four digits.

    Of no records, count and sum are 0 and min, max and avg empty. `measures` are the types that can be gathered.
    """

    key = "rollup"
    label: ClassVar[Label] = {"en": "Rollup", "zh": "汇总"}
    settings: ClassVar[dict[str, Any]] = {
        "relation": {
            "type": "string",
            "pattern": _KEY,
            "title": "Gathers from",
            "x-zh-title": "汇总来源",
            "x-names": {"only": "relation"},
            "description": "The records to gather from: the inverse name of a reference to this entity.",
            "x-zh": "从哪些记录汇总：指向本实体的关联的反向短名。",
        },
        "aggregate": {
            "enum": list(AGGREGATES),
            "title": "How",
            "x-zh-title": "汇总方式",
            "x-options": AGGREGATE_WORDS,
            "description": "How they are gathered.",
            "x-zh": "汇总方式。",
        },
        "of": {
            "type": "string",
            "pattern": _KEY,
            "title": "Of the field",
            "x-zh-title": "汇总字段",
            "x-names": {"only": "measure"},
            "description": "The field that is gathered; count needs none.",
            "x-zh": "汇总哪个字段；计数无需填写。",
        },
        "where": {
            "type": ["object", "boolean"],
            "title": "Condition",
            "x-zh-title": "条件",
            "description": "A rule over those records: only they are gathered.",
            "x-zh": "只汇总符合此规则的记录。",
        },
        "dated_by": {
            "type": "string",
            "pattern": _KEY,
            "title": "Counts from the day of",
            "x-zh-title": "计入日期",
            "x-names": {"only": "day"},
            "description": "The date field by which a record counts from a day on, for questions about earlier days.",
            "x-zh": "记录从哪一天起计入的日期字段，用于查询过去某天的值。",
        },
        "of_type": {
            "type": "object",
            "title": "Gathered type",
            "x-zh-title": "被汇总类型",
            "readOnly": True,
            "description": "The settings of the gathered field. Publishing writes them; leave them as they are.",
            "x-zh": "被汇总字段的设置，由发布过程写入，请勿修改。",
        },
    }
    needs = ("relation", "aggregate")
    align = "end"

    def __init__(self, measures: Sequence[FieldType]):
        super().__init__()
        self._measures = {one.key: one for one in measures}

    def _follow(self, settings: Mapping[str, Any]) -> tuple[FieldType, Mapping[str, Any]]:
        """Without `of_type`: whole numbers."""
        child, child_settings = self._child(settings)
        if settings["aggregate"] == "count":
            return _INTEGER, {"min": 0}
        if settings["aggregate"] == "avg":
            return _DECIMAL, {"scale": max(AVERAGE_SCALE, _scale(child, child_settings))}
        return child, child_settings

    def _child(self, settings: Mapping[str, Any]) -> tuple[FieldType, Mapping[str, Any]]:
        """The gathered field's type and settings, without what bounds a single value only."""
        document = settings.get("of_type") or {}
        kept = {name: value for name, value in document.items() if name not in ("min", "max", "default")}
        return self._measures.get(document.get("type", "integer"), _INTEGER), kept

    def average(self, total: Any, count: Any, settings: Mapping[str, Any]) -> ColumnElement[Any]:
        """SQL of the stored average of `count` values whose stored sum is `total`; NULL of none."""
        _type, own = self.follows(settings)
        factor = 2 * 10 ** (own["scale"] - _scale(*self._child(settings)))
        whole, number = cast(total, BigInteger), cast(count, BigInteger)
        divisor = func.nullif(number * 2, 0, type_=BigInteger)
        up = (whole * factor + number) // divisor
        down = (whole * -factor + number) // divisor
        return case((whole < 0, -down), else_=up)

    def default(self, settings: Mapping[str, Any]) -> int | None:
        """What a record without any child has."""
        return 0 if settings["aggregate"] in ("count", "sum") else None

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        """As the gathered field shows its values; an average rounded to its digits, of whole numbers to two."""
        follows, own = self.follows(settings)
        if settings["aggregate"] != "avg" or stored is None:
            return follows.cell(stored, own, shown)
        child, child_settings = self._child(settings)
        digits = _scale(child, child_settings)
        if isinstance(child, Integer):
            return follows.cell(rounded(stored, own["scale"] - 2), {"scale": 2}, shown)
        return child.cell(rounded(stored, own["scale"] - digits), child_settings, shown)

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        aggregate = settings["aggregate"]
        if aggregate == "count":
            return []
        if "of" not in settings:
            return [Problem("settings.of", _("Say which field is gathered."), {}, "/of")]
        if "of_type" not in settings:
            return []  # publishing has not looked at the child's field yet
        child = self._measures.get(settings["of_type"].get("type", ""))
        if child is None or (aggregate in ("sum", "avg") and not _is_number(child)):
            template = _("The field “{field}” cannot be gathered by “{aggregate}”.")
            return [
                Problem("settings.of", template, {"field": settings["of"], "aggregate": aggregate}, "/of")
            ]
        return []


def _scale(type_: FieldType, settings: Mapping[str, Any]) -> int:
    return type_.fact(settings).get("scale", 0)


def _is_number(type_: FieldType) -> bool:
    return isinstance(type_, (Integer, Decimal))
