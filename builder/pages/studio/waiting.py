"""What waits to be published: each draft in words, and what is planned for later."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _

from builder.pages.desk import tale
from builder.pages.reader import Reader, joined
from builder.pages.studio.definitions import differences
from builder.pages.studio.plan_words import Said, as_published, kind_label, label, said, what_words
from builder.publishing import planned
from builder.publishing.planned import Planned
from builder.publishing.words import named
from builder.work import Work
from schema_store import change_sets, drafts, store
from schema_store.documents import Name
from schema_store.drafts import Draft

TOLD_FOR = timedelta(days=7)
"""So long what was planned and did not happen is shown."""


@dataclass(frozen=True)
class Waiting:
    """One draft. `trouble` "": it can be published; else stale, gone (retired meanwhile) or planned."""

    name: Name
    id: str
    href: str
    kind: str
    label: str
    word: str
    colour: str
    by: str
    when: str
    sentences: list[str]
    is_chosen: bool
    trouble: str
    planned_for: str = ""

    @property
    def input(self) -> str:
        return input_of(self.name)


@dataclass(frozen=True)
class Coming:
    """A planned publish: what, when, by whom; `drift` says what of it is no longer as it was agreed to."""

    id: int
    when: str
    moment: str
    by: str
    note: str
    labels: str
    drift: list[str]
    problems: list[Said]


def input_of(name: Name) -> str:
    """The name of the tick that takes a draft into the change set."""
    return f"with.{name[0]}/{name[1]}"


class Waits:
    """All that waits, read once: as many statements however many drafts there are."""

    def __init__(self, here: Reader, work: Work):
        self._here = here
        self.drafts = drafts.drafts(work.connection)
        self._planned = planned.waiting(work.connection)
        self._refused = planned.refused_since(work.connection, work.now - TOLD_FOR)
        self._retired = store.retired(work.connection)
        self._began_with = change_sets.bodies(
            work.connection,
            [(*name, one.base) for name, one in self.drafts.items() if one.is_stale and one.base],
        )
        written = {name: one.body for name, one in self.drafts.items() if one.body is not None}
        self._completed = as_published(here, written)
        actors = [one.by for one in (*self.drafts.values(), *self._planned, *self._refused)]
        self._names = tale.names_of(work, actors)
        self._later = {name: one for one in self._planned for name in one.changes}

    @property
    def usual(self) -> list[Name]:
        """What a publish takes along unless somebody chooses: all that can be, without what is planned for later."""
        return [name for name in self.able if name not in self._later]

    @property
    def able(self) -> list[Name]:
        return [name for name, one in self.drafts.items() if not one.is_stale]

    def rows(self, chosen: Collection[Name]) -> list[Waiting]:
        return [
            self._row(name, one, number, is_chosen=name in chosen)
            for number, (name, one) in enumerate(self.drafts.items(), start=1)
        ]

    def _row(self, name: Name, one: Draft, number: int, *, is_chosen: bool) -> Waiting:
        here, live = self._here, self._here.catalog.bodies.get(name)
        word, colour = what_words("retired" if one.body is None else "changed" if live else "new")
        later = self._later.get(name)
        after = self._completed.get(name)
        before = self._began_with.get(name) if one.is_stale else live  # what its author changed, and no more
        return Waiting(
            name,
            f"draft-{number}",
            f"/studio/{name[0]}/{name[1]}",
            kind_label(here, name[0]),
            here.label(named(one.body or live or {}), name[1]),
            word,
            colour,
            tale.actor_name(here, one.by, self._names),
            here.moment(one.at),
            differences(here, name, before, after) or [_("It says the same as what is live.")],
            is_chosen,
            self._trouble(name, one),
            here.moment(later.due_at) if later else "",
        )

    def _trouble(self, name: Name, one: Draft) -> str:
        if one.is_stale:
            return "gone" if name in self._retired else "stale"
        return "planned" if name in self._later else ""

    def coming(self) -> list[Coming]:
        return [self._coming(one, planned.drifted(one, self.drafts)) for one in self._planned]

    def refused(self) -> list[Coming]:
        """What was planned and did not happen, with the reasons, as long as something of it still waits."""
        return [self._coming(one, []) for one in self._refused if self.drafts.keys() & one.changes.keys()]

    def _coming(self, one: Planned, drift: list[Name]) -> Coming:
        here = self._here
        return Coming(
            one.id,
            here.moment(one.due_at),
            one.due_at.isoformat(),
            tale.actor_name(here, one.by, self._names),
            one.note,
            joined(label(here, name, one.changes) for name in one.changes),
            [label(here, name, one.changes) for name in drift],
            [said(here, problem, one.changes) for problem in one.problems],
        )
