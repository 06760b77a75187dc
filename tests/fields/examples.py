"""Settings with which the contract tests try each field type. A type without a line here is tried without settings."""

from __future__ import annotations

from typing import Any

from builder.fields.all import TYPES
from builder.fields.contract import FieldType

TYPE = {one.key: one for one in TYPES}
OPTIONS = [
    {"value": "new", "label": {"en": "New member", "zh": "新会员"}, "colour": "azure"},
    {"value": "vip", "label": "VIP"},
    {"value": "已流失"},
]
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "text": [{}, {"max_length": 12}],
    "long_text": [{}, {"max_length": 40}],
    "integer": [{}, {"min": 1, "max": 5}],
    "decimal": [{}, {"scale": 0}, {"scale": 6, "min": "-1.5", "max": "1.5"}],
    "money": [{}, {"currency": "USD", "min": "0.00"}],
    "percent": [{}, {"scale": 0, "max": "100"}],
    "boolean": [{}, {"default": False}],
    "select": [{"options": OPTIONS}],
    "stage": [{"options": [OPTIONS[0] | {"counts_as": "prospect"}, *OPTIONS[1:]], "initial": "new"}],
    "tags": [{}, {"suggestions": ["wake-up", "生日礼"]}],
    "phone": [{}, {"region": "GB"}],
    "reference": [
        {"to": "member", "inverse": {"key": "orders", "label": {"en": "Orders"}}, "on_delete": "clear"}
    ],
    "auto_number": [{"unique": True}, {"prefix": "M.会-", "digits": 3, "unique": True}],
    "formula": [
        {"formula": {"+": [{"var": "points"}, 1]}, "gives": gives}
        for gives in (
            {"type": "integer"},
            {"type": "decimal", "scale": 3},
            {"type": "money", "currency": "USD"},
            {"type": "boolean"},
            {"type": "text"},
            {"type": "date"},
            {"type": "datetime"},
        )
    ],
    "rollup": [
        {"relation": "orders", "aggregate": "count", "where": {"==": [{"var": "status"}, "paid"]}},
        *(
            {"relation": "orders", "aggregate": aggregate, "of": "x", "dated_by": "on", "of_type": of_type}
            for aggregate, of_type in [
                ("sum", {"type": "money", "label": "Amount", "min": "0.00"}),
                ("sum", {"type": "integer", "label": "Quantity", "max": 9}),
                ("avg", {"type": "money", "label": "Amount", "currency": "USD"}),
                ("avg", {"type": "decimal", "label": "Weight", "scale": 6}),
                ("min", {"type": "datetime", "label": "At"}),
                ("max", {"type": "date", "label": "On"}),
            ]
        ),
    ],
}
CASES: list[tuple[FieldType, dict[str, Any]]] = [
    (one, {"type": one.key, "label": "X", **settings})
    for one in TYPES
    for settings in SETTINGS.get(one.key, [{}])
]
IDS = [f"{one.key}-{at}" for at, (one, _settings) in enumerate(CASES)]
