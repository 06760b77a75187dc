"""The first page: what the applications of this person put there, and what workflows wrote to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from flask_babel import format_date
from flask_babel import gettext as _

from builder.kinds import for_roles
from builder.kinds.page_parts import Drawn
from builder.kinds.parts import settings_of
from builder.pages import first_build, frame, web
from builder.pages.desk.home_seen import HomeSeen
from builder.pages.reader import Reader, answer, reader
from builder.work import Work
from builder.workflows.notices import Notice, for_user

NOTICES = 5
Body = Mapping[str, Any]


@web.needs("signed_in")
def show() -> Response:
    here = reader()
    apps = [app for app in here.catalog.of_kind("app").values() if for_roles.is_for(app, here.policy.roles)]
    with web.reading() as work:
        notices = [_told(here, one) for one in _notices(here, work)]
        wide, shelves = drawn(HomeSeen(here, work), apps)
        path = first_build.path(here, work)
    name = here.user.name if here.user else ""
    return answer(
        "desk/home.html",
        greeting=said(here, apps, "greeting").replace("{name}", name) or _("Hello, %(name)s", name=name),
        text=said(here, apps, "text"),
        today=format_date(here.today, _("EEEE, d MMMM yyyy")),
        wide=wide,
        shelves=shelves,
        path=path,
        notices=notices,
        studio_url="/studio" if any(here.policy.may(right) for right in frame.STUDIO_RIGHTS) else "",
    )


def _notices(here: Reader, work: Work) -> list[Notice]:
    """The newest notices to this person or to one of their roles."""
    return for_user(work, here.user.id, here.policy.told, limit=NOTICES) if here.user else []


def _told(here: Reader, notice: Notice) -> dict[str, Any]:
    return {
        "text": here.label(notice.text),
        "href": web.local_path(notice.link, "") if notice.link else "",
        "when": here.moment(notice.at),
        "moment": notice.at.isoformat(),
    }


def said(here: Reader, apps: Sequence[Body], key: str) -> str:
    """What the first of these applications says that says something."""
    return next((words for app in apps if (words := here.label(app.get("home", {}).get(key)))), "")


def drawn(seen: HomeSeen, apps: Sequence[Body]) -> tuple[list[Drawn], list[Drawn]]:
    """The parts that have something to show: the wide ones, and those of the column. Each stands there once."""
    wide, column, known = [], [], seen.work.registry.home_parts
    documents = list(_parts(seen.here, apps))
    for at, document in enumerate(documents):
        part = known.get(document["type"])
        if part is None or document in documents[:at]:
            continue
        made = part.draw(seen, settings_of(document))
        if made is not None:
            (wide if part.is_wide else column).append(made)
    return wide, column


def _parts(here: Reader, apps: Sequence[Body]) -> Iterator[Body]:
    """What applications say that is there; a tile for each entity in the menu of those that say nothing."""
    homes = [app.get("home", {}) for app in apps]
    silent = [app for app in apps if "parts" not in app.get("home", {})]
    opened = [entry["entity"] for app in silent for entry in app["menu"] if "entity" in entry]
    if not here.catalog.of_kind("app"):
        opened = list(here.catalog.entities)
    if opened:
        yield {"type": "tiles", "entities": list(dict.fromkeys(opened))}
    for home in homes:
        yield from home.get("parts", ())
        yield from ({"type": "view", "view": key} for key in home.get("views", ()))
