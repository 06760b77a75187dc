"""The names that a rule of an entity's draft may use: those that are published, and those that the draft brings."""

from __future__ import annotations

from dataclasses import replace

from builder.pages import web
from builder.pages.reader import Reader
from builder.publishing import checking
from builder.rules.rule import Rule
from schema_store import drafts

KIND = "entity"


def with_draft(here: Reader, entity: str) -> Reader:
    """The reader with the catalog as it would be with this entity's draft; as it is where that cannot stand."""
    with web.reading() as work:
        draft = drafts.draft(work.connection, KIND, entity)
    if draft is None:
        return here
    try:
        found = checking.check(web.house().registry, here.catalog, {(KIND, entity): draft.body})
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return here
    is_there = found.after is not None and entity in found.after.entities
    return replace(here, catalog=found.after) if found.after is not None and is_there else here


def is_published(rule: Rule) -> bool:
    """Whether all that a rule reads stands in the tables by now."""
    live = web.visit().catalog
    return rule.entity in live.entities and all(
        of in live.entities and key in live.facts(of) for of, key in rule.reads
    )
