"""What definitions are said with: a template and what it is given, rules as sentences, fields by their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.pages.reader import Reader
from builder.rules.check import check
from builder.rules.notation.writing import write
from builder.rules.rule import Rule
from builder.rules.telling import explain
from schema_store import strict_json
from schema_store.problems import Problems

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What a page shows of a definition: a template, and what it is given."""

    template: str
    given: Mapping[str, Any]


def sentence(here: Reader, entity: str, rule: Any, *, is_trigger: bool = False) -> str:
    """A rule as a sentence; its problem where it is wrong."""
    if rule in (None, True):
        return _("every record")
    try:
        return explain.sentence(_checked(here, entity, rule, is_trigger=is_trigger), here.language)
    except Problems as problems:
        return here.said(problems.problems[0])


def formula(here: Reader, entity: str, document: Any) -> str:
    """A value as people type it; "" where no formula says it."""
    return (
        (write(document, here.catalog, entity, here.language) or "")
        if entity in here.catalog.entities
        else ""
    )


def _checked(here: Reader, entity: str, rule: Any, *, is_trigger: bool) -> Rule:
    """Checked once per catalog: a form may have hundreds."""
    name = ("studio.rule", entity, is_trigger, strict_json.write(rule))
    return here.catalog.cached(name, lambda: check(rule, here.catalog, entity, trigger=is_trigger))


def label_of(here: Reader, entity: Entity, key: str | None) -> str:
    """What people call the field, fact or system property `key`; its key where it has no label."""
    if key is None:
        return ""
    fact = entity.facts.get(key)
    field = entity.fields.get(key)
    return here.label(field.label if field else fact.label if fact else key, key)
