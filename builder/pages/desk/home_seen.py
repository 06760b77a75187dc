"""The first page as its reader sees it: what its parts draw from. Policy decides, here alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from builder.pages.desk.asked import Asked
from builder.pages.desk.lists import Column, headers, listed, stored
from builder.pages.reader import Reader
from builder.records import find
from builder.work import Work
from schema_store.texts import Text

MOST_COLUMNS = 5


@dataclass(frozen=True)
class Tile:
    """An entity with the ways into it that this person has."""

    label: str
    icon: str
    href: str
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class Shelf:
    """The first records of a view."""

    key: str
    label: str
    columns: list[Column]
    rows: Markup | str
    all_url: str


@dataclass(frozen=True)
class HomeSeen:
    here: Reader
    work: Work

    def label(self, words: Text | None, otherwise: str = "") -> str:
        return self.here.label(words, otherwise)

    def tile(self, key: str) -> Tile | None:
        """None where there is no such entity, or none that may be read."""
        entity = self.here.catalog.entities.get(key)
        if entity is None or not self.here.policy.may("read", key):
            return None
        href = f"/desk/{key}"
        links = [(href, _("Show all"))]
        if self.here.policy.may("create", key):
            links.append((f"{href}/new", _("New")))
        return Tile(self.label(entity.label_plural, key), entity.icon, href, links)

    def new(self, key: str) -> tuple[str, str] | None:
        """Address and words of what makes a new record; None where the reader may not."""
        entity = self.here.catalog.entities.get(key)
        if entity is None or not self.here.policy.may("create", key):
            return None
        return f"/desk/{key}/new", _("New: %(what)s", what=self.label(entity.label, key))

    def shelf(self, view_key: str, limit: int) -> Shelf | None:
        """None where there is no such view, or none of records that may be read."""
        view: Any = self.here.catalog.of_kind("view").get(view_key)
        if view is None or not self.here.policy.may("read", view["entity"]):
            return None
        entity = self.here.catalog.entity(view["entity"])
        asked = Asked(entity.key, view=view_key)
        listing = listed(self.here, entity, asked)
        columns = listing.columns[:MOST_COLUMNS]
        query = find.Query(entity.key, stored(columns), listing.where, listing.sort, limit)
        page = find.page(self.work, query, self.here.policy)
        rows = self.here.cells.rows(entity, columns, page.records) if page.records else ""
        label = self.label(view.get("label"), view_key)
        return Shelf(view_key, label, headers(self.here, entity, columns), rows, asked.url)
