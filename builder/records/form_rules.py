"""What the conditions of a form say of a record as it stands there: what is hidden, required, not to be changed.

A field that is held back (hidden or read-only) counts with its stored value in all conditions, and with its stored
value in those that hold itself back: so what one has just chosen does not lock itself before it is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder.access.policy import Policy
from builder.kinds.form_parts import KEEPING, RULES, placed
from builder.records import conditions
from builder.records.edited import EditedRow, blank
from builder.records.row import StoredRow, row_of
from builder.records.save import Missing
from builder.rules import evaluate
from builder.rules.names import Moment, Row
from builder.work import Work
from schema_store import strict_json

ROUNDS = 20
"""Conditions that hang on each other are asked again this often; a chain of that length is longer than any form's."""


@dataclass(frozen=True)
class Standing:
    """What holds now, by field; `hidden_sections` by their numbers.

    `missing`: the required that are empty. `asked`: the fields that conditions read.
    """

    hidden: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    hidden_sections: frozenset[int] = frozenset()
    missing: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()

    @property
    def held_back(self) -> frozenset[str]:
        """What a save leaves as it is stored."""
        return self.hidden | self.read_only


PLAIN = Standing()
"""Of a form without conditions."""


@dataclass(frozen=True)
class _Asked:
    """One condition as a callable. `keys`: the fields it decides about, `reads`: the record's own that it asks."""

    rule: str
    keys: frozenset[str]
    section: int | None
    ask: Callable[[Row, Moment], Any]
    reads: frozenset[str]


def standing(
    work: Work, form: Mapping[str, Any], record_id: int | None, typed: Mapping[str, Any], policy: Policy
) -> Standing:
    """How a form stands for a record (`record_id` None: a new one) over which `{field: stored value}` was typed.

    Asks the database only where the form has conditions. Raises Problems where one of them is wrong, Missing where
    there is no such record.
    """
    asked = _conditions(work, form)
    if not asked:
        return PLAIN
    entity = work.catalog.entity(form["entity"])
    stored = _stored(work, entity.key, record_id) if record_id else None
    known = {} if stored else blank(entity)
    rows = _Rows(EditedRow(work, entity, stored, known, policy), typed)
    moment = conditions.moment_of(work, policy)
    found = PLAIN
    for _round in range(ROUNDS):
        before = found.held_back
        found = _answered(asked, rows, before, moment)
        if found.held_back == before:
            break
    row = rows.but(found.held_back)
    missing = frozenset(key for key in found.required if row.value(key) in (None, frozenset()))
    return replace(found, missing=missing)


def _stored(work: Work, entity: str, record_id: int) -> StoredRow:
    try:
        return row_of(work, entity, record_id)
    except KeyError:
        raise Missing(entity, record_id) from None


@dataclass(frozen=True)
class _Rows:
    """The record with what was typed, some fields of it left as they were."""

    plain: EditedRow
    typed: Mapping[str, Any]

    def but(self, kept: frozenset[str]) -> EditedRow:
        typed = {key: value for key, value in self.typed.items() if key not in kept}
        return replace(self.plain, typed={**self.plain.typed, **typed})


def _answered(asked: list[_Asked], rows: _Rows, held_back: frozenset[str], moment: Moment) -> Standing:
    """One round: every condition asked, with what the last round held back as it is stored."""
    usual = rows.but(held_back)
    found: dict[str, frozenset[str]] = dict.fromkeys(RULES, frozenset())
    hidden_sections = set()
    for one in asked:
        own = one.keys & one.reads if one.rule in KEEPING else frozenset()
        holds = bool(one.ask(rows.but(held_back | own) if own else usual, moment))
        if holds is (one.rule != "show"):
            found[one.rule] |= one.keys
            hidden_sections |= set() if one.section is None else {one.section}
    hidden = found["show"]
    read_only = found["read_only"] - hidden
    return Standing(
        hidden,
        read_only,
        found["require"] - hidden - read_only,
        frozenset(hidden_sections),
        asked=frozenset(key for one in asked for key in one.reads),
    )


def _conditions(work: Work, form: Mapping[str, Any]) -> list[_Asked]:
    fields = placed(form)
    found = [
        _asked(work, form["entity"], section["show"], at, [one.key for one in fields if one.section == at])
        for at, section in enumerate(form.get("sections", ()))
        if "show" in section
    ]
    return found + [
        replace(_asked(work, form["entity"], one.said[rule], None, [one.key]), rule=rule)
        for one in fields
        for rule in RULES
        if rule in one.said
    ]


def _asked(work: Work, entity: str, document: Any, section: int | None, keys: list[str]) -> _Asked:
    checked = conditions.checked(work.catalog, entity, document)
    name = ("records.asked", entity, strict_json.write(document))
    ask = work.catalog.cached(name, lambda: evaluate.compile(checked))
    reads = frozenset(key for of, key in checked.reads if of == entity)
    return _Asked("show", frozenset(keys), section, ask, reads)
