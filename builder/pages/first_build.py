"""The short path of a workspace that is being built: what comes next, told from facts, gone when all of it is done.

It is shown to who may publish, on the studio's overview and on the first page, until they put it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false, or_, select

from builder.access import users
from builder.access.tables import users as people
from builder.pages import web
from builder.pages.reader import Reader, elsewhere
from builder.records import tables
from builder.work import Work
from schema_store.store import definitions

PREFERENCE = "first_build"
AWAY = "away"
LOOKED_INTO = 100
"""Entities that are looked into for a first record."""


@dataclass(frozen=True)
class Step:
    """One step: its button, and whether it is done, can be done now, and comes next. `other`: another way to do it."""

    label: str
    why: str
    href: str
    button: str
    is_done: bool
    is_possible: bool = True
    is_next: bool = False
    other: tuple[str, str] | None = None  # address, words


@dataclass(frozen=True)
class Path:
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)


@dataclass(frozen=True)
class Facts:
    """What the workspace has already."""

    entities: bool
    is_published: bool
    rows: bool
    rules: bool
    people: bool
    drafts: bool


def path(here: Reader, work: Work) -> Path | None:
    """The path for whoever reads; None where it is not theirs, was put away, or is walked to its end."""
    if here.user is None or not here.policy.may("publish") or here.user.preferences.get(PREFERENCE) == AWAY:
        return None
    steps = tuple(_steps(here, facts(work)))
    following = next((step for step in steps if not step.is_done and step.is_possible), None)
    if following is None:
        return None
    return Path(tuple(replace(step, is_next=step is following) for step in steps))


def facts(work: Work) -> Facts:
    """One statement; rules and entities are known from the catalog."""
    catalog = work.catalog
    known = tables.of(catalog)
    filled = [select(known.table(key).c.id).limit(1).exists() for key in list(catalog.entities)[:LOOKED_INTO]]
    drafted = definitions.c.draft.is_not(None)
    row = work.connection.execute(
        select(
            or_(false(), *filled).label("rows"),
            _is_shared().label("people"),
            select(definitions.c.key).where(drafted).exists().label("drafts"),
            select(definitions.c.key)
            .where(drafted, definitions.c.kind == "entity")
            .exists()
            .label("entities"),
            select(definitions.c.key)
            .where(drafted, definitions.c.kind == "workflow")
            .exists()
            .label("rules"),
        )
    ).one()
    return Facts(
        entities=bool(catalog.entities) or row.entities,
        is_published=bool(catalog.entities),
        rows=row.rows,
        rules=bool(catalog.of_kind("workflow")) or row.rules,
        people=row.people,
        drafts=row.drafts,
    )


def _is_shared() -> ColumnElement[bool]:
    """Whether more than one person may work here."""
    other = people.alias()
    return select(people.c.id).where(people.c.is_active, other.c.is_active, other.c.id > people.c.id).exists()


def _steps(here: Reader, known: Facts) -> Iterator[Step]:
    first = next(iter(here.catalog.entities), "")
    yield Step(
        _("Choose an application"),
        _("Or make an entity of your own: what you keep a list of, such as members or orders."),
        "/studio/packages",
        _("Look at the applications"),
        known.entities,
        other=("/studio/entity/new", _("Make an entity")),
    )
    yield Step(
        _("Bring in rows"),
        _("A few are enough to see the pages at work."),
        f"/desk/{first}/new",
        _("Add the first record"),
        known.rows,
        is_possible=known.is_published,
    )
    yield Step(
        _("Make the first rule"),
        _("What shall happen by itself: when something changes, or when time has passed."),
        f"/studio/workflow/new/design?entity={first}",
        _("Make a workflow"),
        known.rules,
        is_possible=known.is_published,
    )
    yield Step(
        _("Say who may work here"),
        _("Each person gets roles: what they see, and what they may change."),
        "/studio/people#user-email",
        _("Add a person"),
        known.people,
        is_possible=here.policy.may("users"),
    )
    yield Step(
        _("Publish"),
        _("What you made is a draft until then; you see first what it does."),
        "/studio/publish",
        _("Look at the plan"),
        known.is_published and not known.drafts,
        is_possible=known.drafts,
    )


@web.needs("signed_in")
def put_away() -> Response:
    """They have seen it; it is not shown to them again."""
    user = web.visit().user
    if user is not None:
        with web.writing() as work:
            users.prefer(work.connection, user, PREFERENCE, AWAY)
    return elsewhere("/desk")
