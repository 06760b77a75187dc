"""A view in words: which records, which columns, in which order."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.pages.reader import Reader, joined
from builder.pages.studio.wording import Body, Said, label_of, sentence


def say(here: Reader, body: Body) -> Said:
    entity = here.catalog.entity(body["entity"])
    sort = [
        _("%(field)s, descending", field=label_of(here, entity, one[1:]))
        if one.startswith("-")
        else label_of(here, entity, one)
        for one in body.get("sort", ())
    ]
    facts = [
        (_("Shows"), here.label(entity.label_plural, entity.key)),
        (_("Which"), sentence(here, entity.key, body.get("where"))),
        (_("Columns"), joined(label_of(here, entity, key) for key in body["columns"])),
        (_("Order"), joined(sort) or _("newest first")),
    ]
    return Said("studio/_facts.html", {"facts": facts, "open_url": f"/desk/{entity.key}?view={body['key']}"})
