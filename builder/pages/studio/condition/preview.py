"""What a condition means now: its sentence, how many records it finds and a few of them, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from builder.catalog import Entity
from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio.condition.drafted import is_published
from builder.pages.studio.condition.form import Scope
from builder.records import empties, find, samples
from builder.rules.check import check
from builder.rules.operators.leaves import said_value
from builder.rules.rule import Rule
from builder.rules.telling.explain import sentence
from builder.work import Work
from schema_store.problems import Problem, Problems

SHOWN = 5
WORKED_OUT = 3


@dataclass(frozen=True)
class Preview:
    """`note`: why nothing was counted; "" where it was. `problems`: with pointers into the document.

    `values`: what a formula gives for a few records: `(title, address, value in words)`.
    `empties`: where records lack a value, in sentences.
    """

    sentence: str = ""
    count: str = ""
    records: list[tuple[str, str]] = field(default_factory=list)
    values: list[tuple[str, str, str]] = field(default_factory=list)
    note: str = ""
    empties: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_wrong(self) -> bool:
        return any(one.severity == "error" for one in self.problems)


def preview(here: Reader, scope: Scope, document: Any) -> Preview:
    """The preview of a document; a wrong one has problems and nothing else."""
    if scope.entity not in here.catalog.entities:
        return Preview(note=_("These records are not published yet."))
    try:
        rule = check(document, here.catalog, scope.entity, wanted=scope.wanted, trigger=scope.is_trigger)
    except Problems as wrong:
        return Preview(problems=wrong.problems)
    said = sentence(rule, here.language)
    if scope.is_value:
        return _of_value(here, rule, said)
    note = _not_counted(here, rule)
    if note:
        return Preview(said, note=note, problems=rule.warnings)
    try:
        with web.reading() as work:
            count, records = _found(here, work, web.visit().catalog.entity(scope.entity), document)
            lacking = empties.counted(work, rule, here.policy)
    except Problems as refused:
        return Preview(
            said, note=" ".join(here.said(one) for one in refused.problems), problems=rule.warnings
        )
    except SQLAlchemyError:
        return Preview(said, note=_("The database cannot count this just now."), problems=rule.warnings)
    return Preview(said, count, records, empties=lacking.said(here.language), problems=rule.warnings)


def _not_counted(here: Reader, rule: Rule) -> str:
    """Why the records of a rule cannot be counted; "" where they can."""
    if not is_published(rule):
        return _("It reads what is not published yet, so it can only be tried afterwards.")
    if rule.uses_trigger:
        return _("It asks what a change did, so it can only be answered when a record is written.")
    if not here.policy.may("read", rule.entity):
        return _("Your roles do not show these records.")
    return ""


def _found(here: Reader, work: Work, entity: Entity, document: Any) -> tuple[str, list[tuple[str, str]]]:
    """How many there are, in words, and the first few: `(title, address)`."""
    query = find.Query(entity.key, _titles(here, entity), (document,), limit=SHOWN)
    number = find.count(work, query, here.policy)
    records = find.page(work, query, here.policy).records if number else ()
    return _counted(number), [(find.title_of(entity, one), f"/desk/{entity.key}/{one.id}") for one in records]


def _of_value(here: Reader, rule: Rule, said: str) -> Preview:
    """A formula: what it gives for the first records that this person may read."""
    note = _not_counted(here, rule)
    if note:
        return Preview(said, note=note, problems=rule.warnings)
    try:
        with web.reading() as work:
            values = _worked_out(here, work, rule)
    except Problems as refused:
        note = " ".join(here.said(one) for one in refused.problems)
        return Preview(said, note=note, problems=rule.warnings)
    except SQLAlchemyError:
        note = _("The database cannot work this out just now.")
        return Preview(said, note=note, problems=rule.warnings)
    return Preview(said, values=values, problems=rule.warnings)


def _worked_out(here: Reader, work: Work, rule: Rule) -> list[tuple[str, str, str]]:
    entity = web.visit().catalog.entity(rule.entity)
    query = find.Query(entity.key, _titles(here, entity), limit=WORKED_OUT)
    records = find.page(work, query, here.policy).records
    given = samples.worked_out(work, rule, [one.id for one in records], here.policy)
    return [
        (find.title_of(entity, one), f"/desk/{entity.key}/{one.id}", _in_words(here, given.get(one.id), rule))
        for one in records
    ]


def _in_words(here: Reader, value: Any, rule: Rule) -> str:
    """A value as people read it: a text without quotes, a day in their language, a quotient not too long."""
    if value is None or value == "":
        return _("(empty)")
    if isinstance(value, float):
        return format_decimal(round(value, 4))
    if isinstance(value, datetime):
        return here.moment(value)
    if isinstance(value, date):
        return here.day(value)
    return value if isinstance(value, str) else said_value(value, rule.type, here.language)


def _titles(here: Reader, entity: Entity) -> tuple[str, ...]:
    """The fields that say which record is meant, as far as they may be read."""
    readable = here.policy.readable(entity)
    return tuple(
        key for key in dict.fromkeys((entity.title_field, entity.key_field)) if key and key in readable
    )


def _counted(number: int) -> str:
    if number > find.COUNT_CAP:
        return _("More than %(num)s records match now", num=f"{find.COUNT_CAP:,}")
    return ngettext("%(num)s record matches now", "%(num)s records match now", number)
