"""A workflow in words: when, for whom, what it does."""

from __future__ import annotations

from builder.kinds.parts import settings_of
from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio.wording import Body, Said, sentence
from builder.workflows.actions.contract import Scope


def say(here: Reader, body: Body) -> Said:
    registry = web.house().registry
    entity, trigger = body["entity"], body["trigger"]
    when = registry.triggers[trigger["type"]].sentence(trigger, entity, here.catalog, here.language)
    is_trigger = trigger["type"] == "record" and "via" not in trigger
    scope = Scope(here.catalog, entity, here.language)
    steps = [registry.actions[one["type"]].sentence(settings_of(one), scope) for one in body["actions"]]
    return Said(
        "studio/_sentence.html",
        {
            "when": when,
            "who": here.label(here.catalog.entity(entity).label_plural, entity),
            "which": sentence(here, entity, body.get("where"), is_trigger=is_trigger),
            "steps": steps,
            "is_enabled": body.get("enabled", True),
            "limit": body.get("approval_above"),
        },
    )
