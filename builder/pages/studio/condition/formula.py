"""A value as people type it, `[Total spent] / [Order count]`: read, marked where it is wrong, and what to put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from builder.pages.reader import Reader
from builder.rules.names import Fact, Relation
from builder.rules.notation import fields
from builder.rules.notation.offering import Offered, functions
from builder.rules.notation.reading import Span, reading, span_of, told
from builder.rules.notation.writing import write
from schema_store import strict_json
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

UNPUBLISHED = Problem("entity.unpublished", template("These records are not published yet."))
MOST_BEYOND = 40
"""Fields of one referenced entity that are offered; the others can be typed."""


@dataclass(frozen=True)
class Formula:
    """`was`: the document that it was opened with, None for a new one; it stays as it was while nothing is changed.

    `document` is what it says; None, with `problems`, where that cannot be told.
    """

    text: str
    was: Any = None
    document: Any = None
    spans: Mapping[str, Span] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def finished(self) -> Any:
        """The document. Raises Problems."""
        if self.problems:
            raise Problems(self.problems)
        return self.document


def opened(here: Reader, entity: str, document: Any) -> Formula | None:
    """The formula of a document; an empty one where nothing stands yet. None where no formula says it."""
    if document in (None, {}):
        return typed(here, entity, "", document)
    if entity not in here.catalog.entities:
        return None
    text = write(document, here.catalog, entity, here.language)
    return None if text is None else typed(here, entity, text, document)


def typed(here: Reader, entity: str, text: str, was: Any) -> Formula:
    """What was typed, read. `was`: the document that the form was opened with."""
    text = text.replace("\r\n", "\n")
    if entity not in here.catalog.entities:
        return Formula(text, was, problems=(UNPUBLISHED,))
    try:
        found = reading(text, here.catalog, entity, language=here.language)
    except Problems as wrong:
        return Formula(text, was, problems=wrong.problems)
    is_same = was is not None and text == write(was, here.catalog, entity, here.language)
    return Formula(text, was, was if is_same else found.document, found.spans)


def was_in(text: str) -> Any:
    """The document that rode along in the form."""
    try:
        return strict_json.read(text) if text else None
    except Problems:
        return None


@dataclass(frozen=True)
class Marked:
    """Something wrong with a formula: the words for it, and the text around the place where it is."""

    words: str
    before: str = ""
    at: str = ""
    after: str = ""


def marked(here: Reader, formula: Formula, problems: Sequence[Problem]) -> list[Marked]:
    """What is wrong, each with its place in the text."""
    found = []
    for one in dict.fromkeys(
        (one.code, one.pointer, here.said(told(one)), span_of(one, formula.spans)) for one in problems
    ):
        _code, _pointer, said, span = one
        start, end = span or (0, 0)
        text = formula.text
        is_shown = bool(span) and bool(text.strip())
        at = text[start:end] if end > start else " "
        found.append(Marked(said, text[:start], at, text[end:]) if is_shown else Marked(said))
    return found


# --- what can be put in ---


@dataclass(frozen=True)
class Offers:
    """A group of things to put in: `(what is put in, what it is called, what it gives)`."""

    label: str
    choices: Sequence[tuple[str, str, str]]


def offered_fields(here: Reader, entity: str) -> list[Offers]:
    """The fields of the records, their lists of others, and the fields that stand behind references."""
    if entity not in here.catalog.entities:
        return []
    facts = here.catalog.facts(entity)
    found = [Offers(_("Fields"), [_choice(here, entity, key, one) for key, one in facts.items()])]
    relations = here.catalog.relations(entity)
    if relations:
        many = [_choice(here, entity, key, one) for key, one in relations.items()]
        found.append(Offers(_("Lists of other records"), many))
    for key, fact in facts.items():
        if key != "id" and fact.type.name == "ref" and fact.type.entity in here.catalog.entities:
            found.append(Offers(here.label(fact.label, key), _beyond(here, entity, key, fact)))
    return found


def _beyond(here: Reader, entity: str, key: str, fact: Fact) -> list[tuple[str, str, str]]:
    known = list(here.catalog.facts(fact.type.entity).items())[:MOST_BEYOND]
    return [_choice(here, entity, f"{key}.{beyond}", one) for beyond, one in known]


def _choice(here: Reader, entity: str, path: str, one: Fact | Relation) -> tuple[str, str, str]:
    text = fields.said(path, here.catalog, entity, here.language, records=isinstance(one, Relation))
    return text, here.label(one.label, one.key), ""


def offered_functions(here: Reader, *, is_trigger: bool) -> list[Offers]:
    """The functions by what they are about."""
    return [
        Offers(group, [(one.text, _signature(one), one.does) for one in found])
        for group, found in functions(here.language, is_trigger=is_trigger)
    ]


def _signature(one: Offered) -> str:
    return f"{one.name}({one.takes})"
