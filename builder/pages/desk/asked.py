"""What a list was asked for, as its address says it; every link of the page is this with one thing changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

SEPARATORS = re.compile("[,;，；、]")
MAX_SEARCH = 100
MAX_FILTERS = 20
MAX_PLACE = 2_000
PLACES = {"as": "shape", "at": "at", "span": "span", "lane": "lane", "card": "card"}
"""`{word in the address: attribute}` of what only some ways to show records know."""


@dataclass(frozen=True)
class Filter:
    """One condition as the address writes it: `stage.==.active`. Nothing of it is checked yet."""

    field: str
    operator: str
    text: str = ""

    @classmethod
    def read(cls, written: str) -> Filter:
        field, _dot, rest = written.partition(".")
        operator, _dot, text = rest.partition(".")
        return cls(field, operator, text)

    @classmethod
    def made(cls, args: MultiDict[str, str]) -> Filter | None:
        """The filter that is being put together in the panel (`field`, `op`, `value`…); None where none is."""
        if not args.get("field"):
            return None
        values = [value.strip() for value in args.getlist("value")]
        if args.get("many"):
            values = [part.strip() for value in values for part in SEPARATORS.split(value)]
        return cls(args["field"], args.get("op", ""), "\n".join(value for value in values if value))

    @property
    def values(self) -> list[str]:
        return [line.strip() for line in self.text.split("\n") if line.strip()]

    @property
    def written(self) -> str:
        return f"{self.field}.{self.operator}.{self.text}"


@dataclass(frozen=True)
class Asked:
    """The state of a list. `after`/`before`: the cursor of the page; `sort` "" is the view's own order.

    `shape` "table" shows any view as a table. `at` is where a calendar or a board is opened (a day, a place among the
    lanes), `span` how much of a calendar; `lane` the only lane of a board that is shown ("=" and its value), `card` the
    card that is to be moved.
    """

    entity: str
    view: str = ""
    search: str = ""
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    after: str = ""
    before: str = ""
    count: bool = False
    shape: str = ""
    at: str = ""
    span: str = ""
    lane: str = ""
    card: str = ""

    @classmethod
    def read(cls, entity: str, args: MultiDict[str, str]) -> Asked:
        """From the query of an address."""
        filters = [Filter.read(written) for written in args.getlist("w")]
        return cls(
            entity,
            view=args.get("view", ""),
            search=args.get("q", "").strip()[:MAX_SEARCH],
            filters=tuple(filters[:MAX_FILTERS]),
            sort=args.get("sort", ""),
            after=args.get("after", ""),
            before=args.get("before", ""),
            count=args.get("count", "") == "1",
            **{name: args.get(word, "")[:MAX_PLACE] for word, name in PLACES.items()},
        )

    @property
    def is_narrowed(self) -> bool:
        """True when something beyond the view itself holds records back."""
        return bool(self.search or self.filters)

    def but(self, **changes: Any) -> Asked:
        """The same list with `changes`, from its first page, uncounted, with all lanes."""
        begun = {"after": "", "before": "", "count": False, "lane": "", "card": ""}
        return replace(self, **(begun | changes))

    def in_lane(self, text: str, after: str = "") -> Asked:
        """One lane of the board alone."""
        return self.but(lane=f"={text}", after=after)

    def adding(self, one: Filter) -> Asked:
        return self.but(filters=(*(other for other in self.filters if other != one), one))

    def without(self, one: Filter) -> Asked:
        return self.but(filters=tuple(other for other in self.filters if other != one))

    def pairs(self, *, but: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """The query as names and values, for links and for hidden inputs; `but` are left out."""
        pairs = [("view", self.view), ("q", self.search)]
        pairs += [("w", one.written) for one in self.filters]
        pairs += [
            ("sort", self.sort),
            ("after", self.after),
            ("before", self.before),
            ("count", "1" if self.count else ""),
            *((word, getattr(self, name)) for word, name in PLACES.items()),
        ]
        return [(name, value) for name, value in pairs if value and name not in but]

    @property
    def path(self) -> str:
        return f"/desk/{self.entity}"

    @property
    def acts_url(self) -> str:
        """Where buttons of this list post to; it brings the list along."""
        return f"{self.path}/acts?{self.query}" if self.query else f"{self.path}/acts"

    @property
    def query(self) -> str:
        """The list as the query of an address, with no card in hand."""
        return urlencode(self.pairs(but=("card",)))

    @cached_property
    def url(self) -> str:
        query = urlencode(self.pairs())
        return f"{self.path}?{query}" if query else self.path
