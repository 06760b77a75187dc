"""Sample rows out of an application's sample.json: the same file and day always give the same rows.

`{"entities": {entity: [group, …]}}`, in the order in which records refer to each other. A group is
`{"rows": [row, …]}` or `{"count": 40, "row": row}`, a row `{field: value}`. A value is a text as an import reads it,
or says how it is made:

- `{"one_of": [text, …]}` · `{"between": [1, 9]}` · `{"number": "L-{:03}"}` counts the entity's rows
- `{"days": [-30, -1]}` from today on, or from the row's own day with `"from": "lent_on"`
- `{"record": "item"}` the key of a row made before; with `"once": true` of one that no such row has yet
- `{"person": true}` a name · `{"sample": true}` whatever the field's type thinks believable

Beside any of them `"share": 0.7` fills that part of the rows only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from builder.catalog import Catalog, Entity
from builder.upkeep.sample import names

SEED = 20_260_302

Row = dict[str, str]


@dataclass
class _Made:
    """What has been made so far, and what the next row may draw from."""

    random: Random
    today: date
    catalog: Catalog
    rows: dict[str, list[Row]] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)


def rows(document: Mapping[str, Any], catalog: Catalog, today: date) -> dict[str, list[Row]]:
    """The rows by entity, in the order of writing; every entity of `document` is in `catalog`."""
    made = _Made(Random(SEED), today, catalog)  # noqa: S311 - invented records need no secrets
    for entity, groups in document["entities"].items():
        made.rows[entity], made.left = [], {}
        for group in groups:
            for wanted in group.get("rows") or [group["row"]] * group["count"]:
                made.rows[entity].append(_row(made, catalog.entity(entity), wanted))
    return made.rows


def _row(made: _Made, entity: Entity, wanted: Mapping[str, Any]) -> Row:
    row: Row = {}
    for key, value in wanted.items():
        row[key] = _value(made, entity, key, value, row)
    return row


def _value(made: _Made, entity: Entity, key: str, value: Any, row: Row) -> str:
    if isinstance(value, str):
        return value
    if made.random.random() >= value.get("share", 1):
        return ""
    how = next(name for name in _MAKERS if name in value)
    return _MAKERS[how](made, entity, key, value, row)


def _number(made: _Made, entity: Entity, _key: str, value: Any, _row: Row) -> str:
    return value["number"].format(len(made.rows[entity.key]) + 1)


def _days(made: _Made, _entity: Entity, _key: str, value: Any, row: Row) -> str:
    start = date.fromisoformat(row[value["from"]]) if "from" in value else made.today
    return (start + timedelta(days=made.random.randint(*value["days"]))).isoformat()


def _record(made: _Made, _entity: Entity, key: str, value: Any, _row: Row) -> str:
    of = value["record"]
    named = made.catalog.entity(of).key_field
    there = [one[named] for one in made.rows[of]] if named else []
    if not value.get("once"):
        return made.random.choice(there)
    left = made.left.setdefault(key, there)
    return left.pop(made.random.randrange(len(left)))


def _person(made: _Made, *_rest: Any) -> str:
    is_female = made.random.random() < 0.5
    write = names.chinese if made.random.random() < 0.6 else names.english
    return write(made.random, is_female=is_female)


def _sample(made: _Made, entity: Entity, key: str, _value: Any, _row: Row) -> str:
    one = entity.fields[key]
    return one.type.to_text(one.type.sample(made.random, one.settings), one.settings)


_MAKERS = {
    "one_of": lambda made, _entity, _key, value, _row: made.random.choice(value["one_of"]),
    "between": lambda made, _entity, _key, value, _row: str(made.random.randint(*value["between"])),
    "number": _number,
    "days": _days,
    "record": _record,
    "person": _person,
    "sample": _sample,
}
