"""A record's page in words: its head, what can be done, and what each tab shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.pages import web
from builder.pages.reader import Reader, joined
from builder.pages.studio.wording import Body, Said, label_of


def say(here: Reader, body: Body) -> Said:
    entity, registry = here.catalog.entity(body["entity"]), web.house().registry
    header = body.get("header", {})
    head = [
        key
        for key in (header.get("title_field"), *header.get("subtitle", ()), *header.get("badges", ()))
        if key
    ]
    facts = [
        (_("Shows"), here.label(entity.label_plural, entity.key)),
        (_("For roles"), _for(here, body)),
        (_("Head"), joined(label_of(here, entity, key) for key in head)),
        (_("Key figures"), joined(label_of(here, entity, key) for key in body.get("figures", ()))),
        (_("Actions"), joined(_of(here, entity, registry.record_actions, body.get("actions", ())))),
    ]
    for tab in body["tabs"]:
        parts = [*tab["parts"], *tab.get("beside", ())]
        words = joined(_of(here, entity, registry.page_parts, parts))
        facts.append((_("Tab: %(label)s", label=here.label(tab.get("label"))), words))
    return Said(
        "studio/_facts.html", {"facts": [one for one in facts if one[1]], "open_url": f"/desk/{entity.key}"}
    )


def _for(here: Reader, body: Body) -> str:
    roles = here.catalog.of_kind("role")
    return joined(here.label(roles.get(key, {}).get("label"), key) for key in body.get("roles", ()))


def _of(here: Reader, entity: Entity, shelf: Any, documents: Any) -> Iterator[str]:
    """Each part by its own label, else by its sort and what it is about."""
    for one in documents:
        known = shelf.get(one["type"])
        sort = here.label(known.label, one["type"]) if known else one["type"]
        relation = entity.relations.get(one.get("relation", ""))
        about = here.label(relation.label, relation.key) if relation else ""
        about = about or label_of(here, entity, one.get("field"))
        yield here.label(one.get("label")) or (
            _("%(kind)s: %(name)s", kind=sort, name=about) if about else sort
        )
