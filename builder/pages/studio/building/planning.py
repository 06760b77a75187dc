"""A change set planned and, once somebody has seen the plan, published: what it does, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from builder.events import Cause
from builder.pages import web
from builder.pages.reader import Reader, joined
from builder.pages.web.visit import forget_visit, let_go
from builder.publishing import publish as publishing
from builder.publishing.plan import Plan, impact
from builder.work import Work
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems

SMALL_NEWS = "{count} views can show {field}."
"""A sentence of plans that says nothing to whoever puts the field into the list at the same time."""


@dataclass(frozen=True)
class Planned:
    """What a change set would do; `tables`: below, in the database. `fingerprint` "": it cannot be published."""

    sentences: Sequence[str] = ()
    fingerprint: str = ""
    problems: tuple[Problem, ...] = ()
    tables: Sequence[str] = ()
    warnings: Sequence[str] = ()


def plan(here: Reader, work: Work, changes: Mapping[Name, Body]) -> Planned:
    try:
        found = impact(work, changes)
    except Problems as wrong:
        return Planned(problems=wrong.problems)
    if found.errors:
        return Planned(problems=tuple(found.errors))
    tables = [one.sentence.said(_, here.language) for one in found.table_changes]
    warnings = [here.said(one) for one in found.warnings]
    return Planned(_sentences(here, found), found.fingerprint, (), tables, list(dict.fromkeys(warnings)))


def _sentences(here: Reader, found: Plan) -> list[str]:
    said: list[str] = []
    for one in found.definitions:
        name = (one.kind, one.key)
        shortly = _shortly(here, found, name)
        said += shortly or [
            line.said(_, here.language) for line in one.sentences if line.template != SMALL_NEWS
        ]
    return list(dict.fromkeys(said))


def _shortly(here: Reader, found: Plan, name: Name) -> list[str]:
    """A list that gets columns, a menu that gets an entry, a role that gets rights: said by their labels."""
    before, after = found.before.bodies.get(name), found.bodies.get(name)
    if not before or not after or found.after is None:
        return []
    label, entities = here.label(after.get("label"), name[1]), found.after.entities
    columns = [key for key in after.get("columns", ()) if key not in before.get("columns", ())]
    entries = [one["entity"] for one in after.get("menu", ()) if one not in before.get("menu", ())]
    said = []
    if columns:
        fields = entities[after["entity"]].fields
        words = joined(here.label(fields[key].label, key) for key in columns)
        said.append(_("The list “%(list)s” shows: %(columns)s.", list=label, columns=words))
    opened = [key for key in after.get("entities", ()) if key not in before.get("entities", {})]
    if opened:
        words = joined(here.label(entities[key].label_plural, key) for key in opened)
        said.append(_("“%(role)s” may see, add and change: %(what)s.", role=label, what=words))
    if entries:
        words = joined(here.label(entities[key].label_plural, key) for key in entries)
        said.append(_("The menu of “%(app)s” opens: %(entries)s.", app=label, entries=words))
    return said


def publish(changes: Mapping[Name, Body], fingerprint: str, note: str) -> None:
    """Publish what the plan of this fingerprint said. Raises Problems where anything has moved."""
    cause = Cause("form", actor=web.visit().actor)
    let_go()
    publishing.publish(web.house(), dict(changes), cause=cause, confirm=fingerprint, note=note)
    forget_visit()
