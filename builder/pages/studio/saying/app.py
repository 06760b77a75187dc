"""An application in words: its menu and its first page."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.pages.reader import Reader, joined
from builder.pages.studio.wording import Body, Said


def say(here: Reader, body: Body) -> Said:
    entities, views = here.catalog.entities, here.catalog.of_kind("view")

    def opened(entry: Body) -> str:
        if "view" in entry:
            return here.label(views.get(entry["view"], {}).get("label"), entry["view"])
        entity = entities.get(entry["entity"])
        return here.label(entity.label_plural, entity.key) if entity else entry["entity"]

    home = [here.label(views.get(key, {}).get("label"), key) for key in body.get("home", {}).get("views", ())]
    facts = [(_("Menu"), joined(opened(entry) for entry in body["menu"])), (_("First page"), joined(home))]
    return Said("studio/_facts.html", {"facts": [one for one in facts if one[1]], "open_url": "/desk"})
