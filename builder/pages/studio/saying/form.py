"""A form in words: the fields of each part, and who gets which form."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from builder.kinds.form_parts import placed_in, tabs
from builder.pages.reader import Reader, joined
from builder.pages.studio.layouts import sentence
from builder.pages.studio.wording import Body, Said, label_of


def say(here: Reader, body: Body) -> Said:
    entity = here.catalog.entity(body["entity"])
    sections = body["sections"]
    facts = [
        (
            _heading(here, tab, sections[at]),
            joined(label_of(here, entity, one.key) for one in placed_in(sections[at])),
        )
        for tab, numbers in tabs(sections)
        for at in numbers
    ]
    facts.append((_("Who gets which"), sentence(here, entity.key)))
    return Said("studio/_facts.html", {"facts": facts, "open_url": f"/desk/{entity.key}/new"})


def _heading(here: Reader, tab: Any, section: Body) -> str:
    label = here.label(section.get("label"), _("Details"))
    return f"{here.label(tab)} · {label}" if tab else label
