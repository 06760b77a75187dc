"""Formula fields of a quick build: what was typed, read with the names of the fields that are built beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from builder.kinds.quick import bodies
from builder.kinds.quick.bodies import Naming
from builder.kinds.quick.proposal import Proposed
from builder.publishing import checking
from builder.rules.check import check
from builder.rules.names import Names, Type
from builder.rules.notation.reading import read, told
from builder.work import Work
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

TYPED = "formula"
"""The setting that holds what was typed until its names are known."""
DIGITS = 2
"""To which a quotient is rounded where nobody says it."""


def settled(work: Work, own: Naming, fields: Sequence[Proposed], language: str) -> list[Proposed]:
    """The fields with their formulas as documents; a formula that is not right has its problems with it."""
    typed = [one for one in fields if isinstance(one.settings.get(TYPED), str)]
    if not typed:
        return list(fields)
    plain = [one for one in fields if one not in typed]
    body = bodies.entity(own, plain, work.registry)
    after = checking.check(work.registry, work.catalog, {("entity", own.key): body}).after if plain else None
    if after is None or own.key not in after.entities:
        late = Problem(
            "quick.formula", template("A formula needs other fields that are right."), {}, "/options"
        )
        return [replace(one, problems=(*one.problems, late)) if one in typed else one for one in fields]
    return [_settled(one, after, own.key, language) if one in typed else one for one in fields]


def marked(fields: Sequence[Proposed], worked: Sequence[Proposed]) -> list[Proposed]:
    """The fields as they were typed, with what came out wrong when their formulas were read."""
    return [replace(one, problems=each.problems) for one, each in zip(fields, worked, strict=True)]


def _settled(one: Proposed, names: Names, entity: str, language: str) -> Proposed:
    try:
        document = read(one.settings[TYPED], names, entity, language=language)
        type_ = check(document, names, entity, wanted="value").type
    except Problems as wrong:
        problems = tuple(replace(told(each), pointer="/options") for each in wrong.problems)
        return replace(one, problems=(*one.problems, *problems))
    if type_.name == "number":
        document, type_ = {"round": [document, DIGITS]}, Type("decimal", scale=DIGITS)
    gives = _gives(type_)
    if gives is None:
        words = template("A formula field cannot hold this sort of value.")
        return replace(one, problems=(*one.problems, Problem("quick.formula", words, {}, "/options")))
    return replace(one, settings={TYPED: document, "gives": gives})


def _gives(type_: Type) -> Mapping[str, Any] | None:
    """The settings of a field that holds values of this type; None where no formula field does."""
    if type_.name == "decimal":
        return {"type": "decimal", "scale": type_.scale}
    plain = {"enum": "text"}.get(type_.name, type_.name)
    return {"type": plain} if plain in ("integer", "text", "date", "datetime", "boolean") else None
