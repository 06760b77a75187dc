"""An application in words: its menu and its first page."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, joined
from builder.pages.studio.wording import Body, Said
from schema_store.texts import Text


def say(here: Reader, body: Body) -> Said:
    home = body.get("home", {})
    parts = [_part(here, one) for one in home.get("parts", ())]
    views = [_named(here, "view", key) for key in home.get("views", ())]
    roles = [_named(here, "role", key) for key in body.get("roles", ())]
    facts = [
        (_("Menu"), joined(_opened(here, entry) for entry in body["menu"])),
        (_("First page"), joined([*parts, *views])),
        (_("For roles"), joined(roles)),
    ]
    return Said("studio/_facts.html", {"facts": [one for one in facts if one[1]], "open_url": "/desk"})


def _opened(here: Reader, entry: Body) -> str:
    """An entry of the menu as it reads there."""
    own = here.label(entry.get("label", entry.get("heading")))
    kind = next((one for one in ("entity", "view", "public_form") if one in entry), "")
    return own or (_named(here, kind, entry[kind]) if kind else entry.get("link", ""))


def _named(here: Reader, kind: str, key: str) -> str:
    if kind == "entity":
        entity = here.catalog.entities.get(key)
        return here.label(entity.label_plural, key) if entity else key
    label: Text | None = here.catalog.of_kind(kind).get(key, {}).get("label")
    return here.label(label, key)


def _part(here: Reader, document: Body) -> str:
    """A part of the first page: what it is, and what it shows."""
    known = web.house().registry.home_parts.get(document["type"])
    sort = here.label(known.label, document["type"]) if known else document["type"]
    shown = [_named(here, "entity", key) for key in document.get("entities", document.get("new", ()))]
    shown += [_named(here, "view", document["view"])] if "view" in document else []
    return _("%(kind)s: %(name)s", kind=sort, name=joined(shown)) if shown else sort
