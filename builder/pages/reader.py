"""Who reads a page, and how things are said to them: labels, problems, days and moments in their language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, make_response, render_template, request
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from builder.access.policy import Policy
from builder.access.users import User
from builder.catalog import Catalog, Entity
from builder.fields.contract import Reading, Shown
from builder.pages import web
from builder.pages.cells import Cells
from schema_store.problems import Problem
from schema_store.texts import Text, pick


@dataclass(frozen=True)
class Reader:
    """The person at the other end, with the catalog and the rights of this moment."""

    user: User | None
    catalog: Catalog
    policy: Policy
    language: str
    zone: ZoneInfo

    def entity(self, key: str) -> Entity:
        """The entity, or the 404 page where there is none or none that may be read."""
        entity = self.catalog.entities.get(key)
        if entity is None or not self.policy.may("read", key):
            abort(404)
        return entity

    def label(self, words: Text | None, otherwise: str = "") -> str:
        return pick(words, self.language, otherwise)

    def said(self, problem: Problem) -> str:
        said, hint = problem.said(_), problem.hinted(_)
        return _("%(said)s %(hint)s", said=said, hint=hint) if hint else said

    def day(self, day: date) -> str:
        return format_date(day, "medium")

    def moment(self, moment: datetime) -> str:
        """Day and time in the workspace's zone; without seconds, which nobody reads."""
        local = moment.astimezone(self.zone)
        return format_datetime(local, _("d MMM yyyy, HH:mm"), rebase=False)

    @property
    def reading(self) -> Reading:
        """How what this person types is read."""
        return Reading(zone=self.zone, language=self.language)

    @property
    def shown(self) -> Shown:
        return self.cells.shown

    @property
    def cells(self) -> Cells:
        """How values are drawn for this person."""
        return Cells.of(self.catalog, self.language, self.zone)

    @property
    def today(self) -> date:
        return web.house().clock.today()


def reader() -> Reader:
    """The reader of this request."""
    visit = web.visit()
    return Reader(visit.user, visit.catalog, visit.policy, web.language(), web.house().clock.zone)


def answer(
    whole: str, fragments: Mapping[str, str] | None = None, *, status: int = 200, **given: Any
) -> Response:
    """The page `whole`; for htmx the fragment whose id it swaps (`{id: template}`), rendered with the same things."""
    response = make_response(render_template((fragments or {}).get(target(), whole), **given), status)
    response.vary.add("HX-Request")
    response.vary.add("HX-Target")
    return response


def elsewhere(address: str) -> Response:
    """Go to `address`: a redirect for a browser, the header that htmx follows with a whole page load."""
    if "HX-Request" in request.headers:
        response = make_response("", 200)
        response.headers["HX-Redirect"] = address
        return response
    response = make_response("", 303)
    response.headers["Location"] = address
    return response


def target() -> str:
    """The id that htmx will swap ("div#list" in its header); "" for a page."""
    return request.headers.get("HX-Target", "").rpartition("#")[2] if "HX-Request" in request.headers else ""


def joined(words: Iterable[str]) -> str:
    """A list as people write it in the reader's language."""
    return _(", ").join(words)
