"""What every record has beside its fields, as fields: so that lists, filters and exports show them like any other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

from builder.fields.contract import Field, Label, Shown
from builder.fields.datetime import DateTime
from builder.fields.integer import Integer


class RecordNumber(Integer):
    """The record's id, or its version; given by the engine, shown without grouping."""

    key = "record_number"
    label: ClassVar[Label] = {"en": "Record number", "zh": "记录编号"}
    is_computed = True

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else str(stored)


class RecordTime(DateTime):
    """When the record was made or last changed."""

    key = "record_time"
    label: ClassVar[Label] = {"en": "Record time", "zh": "记录时间"}
    is_computed = True


_NUMBER, _TIME = RecordNumber(), RecordTime()
_SYSTEM = {
    "id": (_NUMBER, {"en": "Number", "zh": "编号"}),
    "version": (_NUMBER, {"en": "Version", "zh": "版本"}),
    "created_at": (_TIME, {"en": "Created", "zh": "创建时间"}),
    "updated_at": (_TIME, {"en": "Last changed", "zh": "更新时间"}),
}


@lru_cache(maxsize=1_000)
def system_fields(entity: str) -> Mapping[str, Field]:
    """`id`, `version`, `created_at` and `updated_at` of `entity`, each with its column."""
    return MappingProxyType(
        {
            key: Field(
                key, entity, type_, label, {"type": type_.key, "label": label}, required=True, column=key
            )
            for key, (type_, label) in _SYSTEM.items()
        }
    )
