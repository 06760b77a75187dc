"""A form in words: the fields of each part."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.pages.reader import Reader, joined
from builder.pages.studio.wording import Body, Said, label_of


def say(here: Reader, body: Body) -> Said:
    entity = here.catalog.entity(body["entity"])
    facts = [
        (
            here.label(section.get("label"), _("Details")),
            joined(label_of(here, entity, key) for key in section["fields"]),
        )
        for section in body["sections"]
    ]
    return Said("studio/_facts.html", {"facts": facts, "open_url": f"/desk/{entity.key}/new"})
