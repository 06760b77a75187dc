"""Parts of definitions that stand on a shelf of the registry: triggers, actions, what a page is made of.

What a kind asks of each: `settings`, the JSON Schema of its keys in the document (all but `type`), closed;
`check(settings, entity, catalog) -> list[Problem]`, optional: what the schema cannot see, pointers inside the settings;
`rules(settings, entity, catalog) -> list[RuleAt]`, optional. `entity` is the key of what the definition is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog

from builder.kinds.contract import RuleAt
from builder.kinds.names import unknown
from builder.registry import Shelf
from schema_store.problems import Problem, _
from schema_store.shapes import Shape

if TYPE_CHECKING:
    from builder.catalog import Catalog

log = structlog.get_logger()

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Scope:
    """Where a part stands: the entity that its definition is about and the published definitions it may name."""

    catalog: Catalog
    entity: str
    language: str = "en"


def settings_of(part: Document) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key != "type"}


def problems_of(
    part: Document, shelf: Shelf[Any], place: str, entity: str, catalog: Catalog
) -> list[Problem]:
    """Is it known, do its settings fit, what does it say itself?"""
    known = shelf.get(part["type"])
    if known is None:
        return [unknown(_("“{name}” is not known here."), part["type"], shelf, place + "/type")]
    settings = settings_of(part)
    found = _settings_shape(known).problems(settings)
    if not found and hasattr(known, "check"):
        found = _said(known, settings, entity, catalog)
    return [problem.at(place) for problem in found]


def _said(known: Any, settings: Document, entity: str, catalog: Catalog) -> Sequence[Problem]:
    """What the part itself says; one that cannot say is a plugin's mistake, and nothing is published with it."""
    try:
        return list(known.check(settings, entity, catalog))
    except Exception as error:
        log.error("plugin.stumbled", part=known.key, exc_info=error)
        template = _("“{name}” cannot check its settings; its plugin is broken.")
        return [Problem("workflow.part", template, {"name": known.key})]


@cache
def _settings_shape(part: Any) -> Shape:
    return Shape(part.settings)


def rules_of(part: Document, shelf: Shelf[Any], place: str, entity: str, catalog: Catalog) -> list[RuleAt]:
    """The rules that stand in a part, with their places in the whole document."""
    known = shelf.get(part.get("type", ""))
    if known is None or not hasattr(known, "rules"):
        return []
    return [
        replace(one, pointer=place + one.pointer) for one in known.rules(settings_of(part), entity, catalog)
    ]
