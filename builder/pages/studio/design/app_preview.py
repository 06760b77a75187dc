"""The preview of an application: its menu and its first page, as its reader or a chosen role would see them."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.kinds import for_roles
from builder.pages import frame, web
from builder.pages.desk import home
from builder.pages.desk.home_seen import HomeSeen
from builder.pages.reader import Reader
from builder.pages.studio.design.eyes import eyes
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import Designing, Seen


def panel(here: Reader, designing: Designing, _seen: Seen) -> Panel:
    looking, body = eyes(here), designing.body
    seer = looking.here
    given = {"roles": looking.roles, "role": looking.role, "note": ""}
    if not for_roles.is_for(body, seer.policy.roles):
        return Panel("studio/design/_app.html", {**given, "note": _("This application is not for them.")})
    links = frame.links_of(body, seer.catalog, seer.policy, seer.language)
    with web.reading() as work:
        wide, shelves = home.drawn(HomeSeen(seer, work), [body])
    name = here.user.name if here.user else ""
    given |= {
        "links": links,
        "wide": wide,
        "shelves": shelves,
        "greeting": home.said(seer, [body], "greeting").replace("{name}", name),
        "text": home.said(seer, [body], "text"),
    }
    return Panel("studio/design/_app.html", given)
