"""From a visitor's answer to a record: new, or what it adds to that of somebody who is known already."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.fields.contract import Field
from builder.kinds.public_form import DRAWN_LENGTH, asked
from builder.kinds.public_form_fields import fact_name
from builder.mechanics.public_forms import consents, known, rights, turns
from builder.mechanics.public_forms.turns import Turn
from builder.records import find, save
from builder.work import Work
from schema_store.problems import Problem, Problems, _, pointer

OPERATOR = Policy.operator()
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what people take for one another: 0 and O, 1 and I."""
TRIES = 20

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a visitor sent: `values` `{field: stored value}` of what is asked; `source`: the word behind `?from=`."""

    values: Mapping[str, Any]
    language: str
    source: str = ""
    has_agreed: bool = False


@dataclass(frozen=True)
class Kept:
    """What became of an answer. `record_id` None: nothing was written, for the person is known."""

    record_id: int | None
    is_known: bool = False


def drawn() -> str:
    """Characters that nobody guesses."""
    return "".join(secrets.choice(LETTERS) for _place in range(DRAWN_LENGTH))


def take(work: Work, form: Body, answer: Answer, turn: Turn, draw: Callable[[], str] = drawn) -> Kept:
    """Count the answer and write it, by `work.cause`.

    Raises Problems (pointers `/<field>`, `/consent`), and what `turns.take` raises.
    """
    turns.take(work, form, turn)
    entity = work.catalog.entity(form["entity"])
    if lacking := unfinished(entity, form, answer.values, has_agreed=answer.has_agreed):
        raise Problems(lacking)
    same = known.records(work, entity, form, answer.values)
    if not same:
        try:
            return _created(work, entity, form, answer, draw)
        except Problems as refused:
            same = known.records(work, entity, form, answer.values)
            if not same:
                raise refused from None
    return _of_known(work, entity, form, answer, same)


def unfinished(entity: Entity, form: Body, values: Mapping[str, Any], *, has_agreed: bool) -> list[Problem]:
    """What a visitor must fill in or agree to, and did not."""
    needs = _("This field needs a value.")
    found = [
        Problem("field.required", needs, {}, pointer(key))
        for key in asked(form)
        if values.get(key) is None and (entity.fields[key].required or key in form.get("required", ()))
    ]
    if must_agree(form) and not has_agreed:
        words = _("Please agree to this: it cannot be sent without.")
        found.append(Problem("public_form.consent", words, {}, "/consent"))
    return found


def must_agree(form: Body) -> bool:
    """Whether nothing is taken without the consent."""
    return bool(form.get("consent")) and form["consent"].get("required", True)


def _created(work: Work, entity: Entity, form: Body, answer: Answer, draw: Callable[[], str]) -> Kept:
    """A new record; a number that is taken already is drawn anew."""
    policy, number = rights.policy_of(work.catalog, form), form.get("number", {})
    values = _values(work, entity, form, answer)
    for tries_left in reversed(range(TRIES)):
        own = {number["field"]: number.get("prefix", "") + draw()} if number else {}
        try:
            with work.connection.begin_nested():
                saved = save.save(work, entity.key, values | own, policy=policy, fixed=form.get("set", {}))
        except Problems as refused:
            if not tries_left or not own or not _is_taken(refused, number["field"]):
                raise
            continue
        _keep_consent(work, form, answer, saved)
        return Kept(saved.id)
    raise AssertionError("unreachable: the last try returns or raises")


def _of_known(work: Work, entity: Entity, form: Body, answer: Answer, same: list[int]) -> Kept:
    """What a form says of people who have a record; of two with the same value nobody knows which is meant."""
    turns.note_known(work, form["key"])
    if form.get("on_known") != "update_empty" or len(same) > 1:
        return Kept(None, is_known=True)
    record = find.get(work, entity.key, same[0], OPERATOR)
    if record is None:
        return Kept(None, is_known=True)
    values = _values(work, entity, form, answer)
    added = {key: value for key, value in values.items() if record.values.get(key) in (None, frozenset())}
    added |= {
        key: record.values[key] | value
        for key, value in values.items()
        if isinstance(value, frozenset) and record.values.get(key)
    }
    policy = rights.policy_of(work.catalog, form, rights.UPDATE)
    saved = save.save(work, entity.key, added, policy=policy, id=record.id, fixed=form.get("set", {}))
    _keep_consent(work, form, answer, saved)
    return Kept(record.id, is_known=True)


def _values(work: Work, entity: Entity, form: Body, answer: Answer) -> dict[str, Any]:
    """All that the answer writes: what was filled in, and what the form adds."""
    values = {key: value for key, value in answer.values.items() if value is not None}
    for key, constant in form.get("set", {}).items():
        values[key] = entity.fields[key].type.from_json(constant, entity.fields[key].settings)
    for key in form.get("dated", ()):
        values[key] = _now_as(work, entity.fields[key])
    for one in form.get("tags", ()):
        if one.get("from", answer.source) == answer.source:
            values[one["field"]] = values.get(one["field"], frozenset()) | {one["tag"]}
    agreed = form.get("consent", {}).get("field")
    if agreed and answer.has_agreed:
        values[agreed] = _now_as(work, entity.fields[agreed])
    return values


def _now_as(work: Work, field: Field) -> Any:
    """That it happened, or when: as this field keeps it."""
    written = {"date": work.house.clock.day(work.now), "datetime": work.now, "boolean": True}
    return written[fact_name(field)]


def _keep_consent(work: Work, form: Body, answer: Answer, saved: save.Saved) -> None:
    if answer.has_agreed and form.get("consent"):
        consents.keep(work, form, (saved.id, saved.version), answer.language)


def _is_taken(refused: Problems, key: str) -> bool:
    return any(one.code == "value.taken" and one.pointer == pointer(key) for one in refused.problems)
