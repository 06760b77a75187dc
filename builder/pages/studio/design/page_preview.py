"""The preview of a record's page: a real record, as its reader or a chosen role would see it, all tabs at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from builder.pages import web
from builder.pages.desk import record as desk
from builder.pages.desk.pressing import offered
from builder.pages.desk.seen import Seen
from builder.pages.reader import Reader
from builder.pages.studio.design.eyes import eyes, picked
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import Designing
from builder.pages.studio.design.state import Seen as Checked
from schema_store.documents import Body


def panel(here: Reader, designing: Designing, _seen: Checked) -> Panel:
    return Panel("studio/design/_page.html", _given(here, designing.body))


def _given(here: Reader, body: Body) -> Mapping[str, Any]:
    """What the panel's template is given; `note` says why nothing is shown."""
    looking = eyes(here)
    seer, entity = looking.here, here.catalog.entity(body["entity"])
    found: dict[str, Any] = {"roles": looking.roles, "role": looking.role}
    if not seer.policy.may("read", entity.key):
        return {**found, "picked": None, "note": _("This role does not see these records.")}
    with web.reading() as work:
        one = picked(seer, work, entity, is_first=True)
        found["picked"] = one
        if one.record is None:
            return {**found, "note": _("There is no record to show yet.")}
        seen = Seen(seer, work, entity, one.record, figures=desk.figures_of(body, entity))
        tabs = [
            (seen.label(document.get("label"), _("Details")), desk.tab(seen, document, at))
            for at, document in enumerate(body["tabs"])
        ]
        return {
            **found,
            "tabs": tabs,
            "shown": desk.head(seen, body),
            "actions": offered(seen, body),
            "note": "",
        }
