"""The first page: what there is to work with, what is open, what workflows wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from builder.kinds import for_roles
from builder.pages import frame, web
from builder.pages.desk.asked import Asked
from builder.pages.desk.lists import Column, headers, listed, stored
from builder.pages.reader import Reader, answer, reader
from builder.records import find
from builder.work import Work
from builder.workflows.notices import Notice, for_user

SHOWN = 5


@dataclass(frozen=True)
class Tile:
    """An entity with the ways into it that this person has."""

    label: str
    icon: str
    href: str
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class Shelf:
    """The first records of a view that the application puts on the first page."""

    key: str
    label: str
    columns: list[Column]
    rows: Markup | str
    all_url: str


@web.needs("signed_in")
def show() -> Response:
    here = reader()
    with web.reading() as work:
        notices = [_told(here, one) for one in _notices(here, work)]
        shelves = [one for key in _views(here) if (one := _shelf(here, work, key))]
    return answer(
        "desk/home.html",
        greeting=_("Hello, %(name)s", name=here.user.name if here.user else ""),
        today=format_date(here.today, _("EEEE, d MMMM yyyy")),
        tiles=_tiles(here),
        shelves=shelves,
        notices=notices,
        studio_url="/studio" if any(here.policy.may(right) for right in frame.STUDIO_RIGHTS) else "",
    )


def _notices(here: Reader, work: Work) -> list[Notice]:
    """The newest notices to this person or to one of their roles."""
    return for_user(work, here.user.id, here.policy.told, limit=SHOWN) if here.user else []


def _told(here: Reader, notice: Notice) -> dict[str, Any]:
    return {
        "text": here.label(notice.text),
        "href": web.local_path(notice.link, "") if notice.link else "",
        "when": here.moment(notice.at),
        "moment": notice.at.isoformat(),
    }


def _views(here: Reader) -> list[str]:
    """The views of the first pages of the applications that are for this person, each once."""
    apps = [app for app in here.catalog.of_kind("app").values() if for_roles.is_for(app, here.policy.roles)]
    wanted = [key for app in apps for key in app.get("home", {}).get("views", ())]
    return list(dict.fromkeys(wanted))


def _shelf(here: Reader, work: Work, view_key: str) -> Shelf | None:
    view: Any = here.catalog.of_kind("view").get(view_key)
    if view is None or not here.policy.may("read", view["entity"]):
        return None
    entity = here.catalog.entity(view["entity"])
    asked = Asked(entity.key, view=view_key)
    listing = listed(here, entity, asked)
    columns = listing.columns[:5]
    query = find.Query(entity.key, stored(columns), listing.where, listing.sort, SHOWN)
    page = find.page(work, query, here.policy)
    rows = here.cells.rows(entity, columns, page.records) if page.records else ""
    return Shelf(
        view_key, here.label(view.get("label"), view_key), headers(here, entity, columns), rows, asked.url
    )


def _tiles(here: Reader) -> list[Tile]:
    found = []
    for section in frame.sections(here.catalog, here.policy, here.language):
        for link in section.links:
            key = link.href.removeprefix("/desk/")
            if not link.is_view and key in here.catalog.entities:
                links = [(link.href, _("Show all"))]
                if here.policy.may("create", key):
                    links.append((f"{link.href}/new", _("New")))
                found.append(Tile(link.label, link.icon, link.href, links))
    return found
