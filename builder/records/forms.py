"""From what people and programs hand in to stored values, and back: one reading of values for form, API and import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import PLAIN, BadValue, Reading
from builder.records.values import Stored, to_json
from schema_store.problems import Problem, Problems, _, pointer

__all__ = ["Draft", "begun", "from_json", "from_post", "texts_of", "to_json"]


@dataclass(frozen=True)
class Draft:
    """A posted form: what could be read (`values`, stored forms), all that was typed (`texts`), what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def from_post(
    entity: Entity, posted: Mapping[str, Sequence[str]], policy: Policy, reading: Reading = PLAIN
) -> Draft:
    """Read a posted form, `{name: all that was posted under it}`.

    Only writable fields that the form held are read; nothing typed is lost.
    """
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    writable = policy.writable(entity)
    for key, one in entity.fields.items():
        if key not in writable or key not in posted:
            continue
        texts[key] = posted[key][-1] if posted[key] else ""
        try:
            values[key] = one.type.from_form(posted[key], one.settings, reading)
        except BadValue as bad:
            problems.append(bad.problem.at(pointer(key)))
    return Draft(values, texts, tuple(problems))


def from_json(entity: Entity, document: Any, policy: Policy) -> dict[str, Any]:
    """`{field: stored value}` of an API document. Raises Problems, for all bad values at once."""
    if not isinstance(document, Mapping):
        raise Problems(Problem("type.object", _("A record is written as a JSON object.")))
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    writable = policy.writable(entity)
    for key, value in document.items():
        one = entity.fields.get(key)
        if one is None:
            problems.append(
                Problem("field.unknown", _("There is no field “{field}”."), {"field": key}, pointer(key))
            )
        elif one.is_computed or key not in writable:
            problems.append(
                Problem("field.readonly", _("“{field}” cannot be written."), {"field": key}, pointer(key))
            )
        else:
            try:
                values[key] = one.type.from_json(value, one.settings)
            except BadValue as bad:
                problems.append(bad.problem.at(pointer(key)))
    if problems:
        raise Problems(problems)
    return values


def begun(entity: Entity, reading: Reading = PLAIN) -> dict[str, str]:
    """`{field: text}` of what a new record begins with, as a form shows it."""
    return {
        one.key: one.type.to_form(one.default, one.settings, reading)
        for one in entity.fields.values()
        if one.default is not None
    }


def texts_of(entity: Entity, record: Stored, reading: Reading = PLAIN) -> dict[str, str]:
    """`{field: text}` of a record, as a form shows it for editing."""
    fields = entity.fields
    return {
        key: fields[key].type.to_form(value, fields[key].settings, reading)
        for key, value in record.values.items()
    }
