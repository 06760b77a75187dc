"""A view in words: which records, which columns, in which order, drawn how, for whom."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.kinds.view import type_of
from builder.kinds.view_types.contract import field_settings
from builder.pages.reader import Reader, joined
from builder.pages.studio.design.view_preview import whom
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
        (_("Shown as"), _shown_as(here, body)),
        (_("Which"), sentence(here, entity.key, body.get("where"))),
        (_("Columns"), joined(label_of(here, entity, key) for key in body["columns"])),
        (_("Order"), joined(sort) or _("newest first")),
        (_("For whom"), whom(here, body)),
    ]
    return Said("studio/_facts.html", {"facts": facts, "open_url": f"/desk/{entity.key}?view={body['key']}"})


def _shown_as(here: Reader, body: Body) -> str:
    """The way it is drawn, and the fields by which it is."""
    type_ = type_of(body, here.catalog.registry)
    if type_ is None:
        return str(body.get("type"))
    known = type_.settings["properties"]
    by = [
        _(
            "%(what)s: %(field)s",
            what=here.label({"en": known[one.key]["title"], "zh": known[one.key].get("x-zh-title", "")}),
            field=label_of(here, here.catalog.entity(body["entity"]), one.field),
        )
        for one in field_settings(type_, body)
        if "title" in known[one.key]
    ]
    label = here.label(type_.label, type_.key)
    return _("%(type)s (%(by)s)", type=label, by=joined(by)) if by else label
