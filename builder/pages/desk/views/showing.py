"""What a view is drawn from, and what comes out: for the list's page and for the preview in the studio alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from builder.pages.desk.asked import Asked
from builder.pages.desk.lists import Listing, stored
from builder.pages.reader import Reader
from builder.records import conditions, find, within
from builder.work import Work
from schema_store.problems import Problems

PAGE = 50
PREVIEWED = 5


@dataclass(frozen=True)
class Showing:
    """A view to draw. `query` has its rule, filters, search, order and marks; fields and place are the type's.

    `is_preview`: in the studio, where nothing leads on and nothing is written.
    """

    here: Reader
    work: Work
    listing: Listing
    asked: Asked
    query: find.Query
    is_preview: bool = False

    @property
    def page_size(self) -> int:
        return PREVIEWED if self.is_preview else PAGE

    @property
    def may_write(self) -> bool:
        return not self.is_preview and self.here.policy.may("update", self.listing.entity.key)

    def asking_for(self, *fields: str) -> find.Query:
        """The query with what the columns, the actions and these fields need."""
        wanted = (*self.listing.columns, *self.action_fields, *(one for one in fields if one))
        return replace(self.query, fields=stored(wanted))

    @property
    def action_fields(self) -> list[str]:
        """The fields that actions set: a button for what a record has already is not shown."""
        readable = self.here.policy.readable(self.listing.entity)
        named = (one.get("field") for one in self.listing.view.get("actions", ()))
        return [key for key in named if key in readable]

    @cached_property
    def colours(self) -> list[Mapping[str, Any]]:
        """The colours that this reader sees; their rules are the query's marks."""
        return colours_of(self.here, self.work, self.listing)


@dataclass(frozen=True)
class Drawn:
    """A template and what it is given. `number`: records shown; `previous`, `next`: cursors, "" for none.

    `stays`: it is shown empty too. `fragments`: `{id: template}` of parts that htmx may ask for alone.
    """

    template: str
    given: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    previous: str = ""
    next: str = ""
    stays: bool = False
    fragments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """One page of records, and the cursors of those beside it."""

    records: Sequence[find.Record]
    previous: str
    next: str


def asking(here: Reader, work: Work, listing: Listing, query: find.Query) -> find.Query:
    """The query of a listing, beside the rules that `query` has already."""
    marks = tuple(one["when"] for one in colours_of(here, work, listing))
    return replace(query, where=(*listing.where, *query.where), sort=listing.sort, marks=marks)


def colours_of(here: Reader, work: Work, listing: Listing) -> list[Mapping[str, Any]]:
    """The colours whose rules are right and read nothing that is hidden."""
    return [one for one in listing.view.get("colours", ()) if _is_seen(here, work, listing, one.get("when"))]


def _is_seen(here: Reader, work: Work, listing: Listing, document: Any) -> bool:
    if isinstance(document, bool):
        return True
    try:
        rule = conditions.checked(work.catalog, listing.entity.key, document)
    except Problems:
        return False
    return not within.hidden_of(work, rule, here.policy)


def page_of(showing: Showing, query: find.Query, limit: int = 0) -> Stretch:
    """The page behind `after`, or the one before `before`: the same order, read backwards."""
    asked, policy, work = showing.asked, showing.here.policy, showing.work
    query = replace(query, limit=limit or showing.page_size)
    if not asked.before:
        page = find.page(work, replace(query, after=asked.after or None), policy)
        return Stretch(page.records, page.first or "" if asked.after else "", page.after or "")
    page = find.page(work, replace(query, sort=_reversed(query.sort), after=asked.before), policy)
    return Stretch(list(reversed(page.records)), page.after or "", page.first or "")


def _reversed(sort: Sequence[str]) -> tuple[str, ...]:
    return tuple(one[1:] if one.startswith("-") else f"-{one}" for one in sort)
