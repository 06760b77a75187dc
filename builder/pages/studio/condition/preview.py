"""What a condition means now: its sentence, how many records it finds and a few of them, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError

from builder.catalog import Entity
from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio.condition.form import Scope
from builder.records import empties, find
from builder.rules.check import check
from builder.rules.explain import sentence
from builder.rules.rule import Rule
from builder.work import Work
from schema_store.problems import Problem, Problems

SHOWN = 5


@dataclass(frozen=True)
class Preview:
    """`note`: why nothing was counted; "" where it was. `problems`: with pointers into the document.

    `empties`: where records lack a value, in sentences.
    """

    sentence: str = ""
    count: str = ""
    records: list[tuple[str, str]] = field(default_factory=list)
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
    note = _not_counted(here, rule)
    if note:
        return Preview(said, note=note, problems=rule.warnings)
    try:
        with web.reading() as work:
            count, records = _found(here, work, here.catalog.entity(scope.entity), document)
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
    if not rule.is_condition:
        return _("A formula gives a value for each record.")
    if rule.uses_trigger:
        return _("It asks what a change did, so it can only be answered when a record is written.")
    if not here.policy.may("read", rule.entity):
        return _("Your roles do not show these records.")
    return ""


def _found(here: Reader, work: Work, entity: Entity, document: Any) -> tuple[str, list[tuple[str, str]]]:
    """How many there are, in words, and the first few: `(title, address)`."""
    readable = here.policy.readable(entity)
    shown = tuple(
        key for key in dict.fromkeys((entity.title_field, entity.key_field)) if key and key in readable
    )
    query = find.Query(entity.key, shown, (document,), limit=SHOWN)
    number = find.count(work, query, here.policy)
    records = find.page(work, query, here.policy).records if number else ()
    return _counted(number), [(find.title_of(entity, one), f"/desk/{entity.key}/{one.id}") for one in records]


def _counted(number: int) -> str:
    if number > find.COUNT_CAP:
        return _("More than %(num)s records match now", num=f"{find.COUNT_CAP:,}")
    return ngettext("%(num)s record matches now", "%(num)s records match now", number)
