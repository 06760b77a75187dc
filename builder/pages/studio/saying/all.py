"""The kinds that say themselves in words of their own: one line here, one file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from builder.pages.reader import Reader
from builder.pages.studio.saying import app, entity, form, page, public_form, role, view, workflow
from builder.pages.studio.wording import Body, Said

SAYERS: Mapping[str, Callable[[Reader, Body], Said]] = {
    "entity": entity.say,
    "view": view.say,
    "form": form.say,
    "public_form": public_form.say,
    "role": role.say,
    "page": page.say,
    "app": app.say,
    "workflow": workflow.say,
}
ANY_JSON = (KeyError, TypeError, AttributeError, ValueError)
"""What saying a draft may run into: it may be any JSON."""
GISTS: Mapping[str, Callable[[Body], str]] = {"entity": entity.gist}


def of(here: Reader, kind: str, body: Body) -> Said | None:
    """The definition in words; None for a kind that has none (a plugin's): its text says it all."""
    say = SAYERS.get(kind)
    try:
        return say(here, body) if say else None
    except ANY_JSON:
        return None


def gist(here: Reader, kind: str, body: Body) -> str:
    """One line about a definition, for the overview; else the records that it is about."""
    if kind in GISTS:
        try:
            return GISTS[kind](body)
        except ANY_JSON:
            return ""
    entity = here.catalog.entities.get(str(body.get("entity")))
    return here.label(entity.label_plural, entity.key) if entity else ""
