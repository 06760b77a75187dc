"""An entity in words: its fields as a table, and what it is known by."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from builder.catalog import Entity
from builder.fields.contract import Field
from builder.pages.reader import Reader, joined
from builder.pages.studio import layouts
from builder.pages.studio.wording import Body, Said, label_of, sentence


def say(here: Reader, body: Body) -> Said:
    entity = here.catalog.entities.get(body["x-tessera"]["key"])
    if entity is None:
        return Said("studio/_text_only.html", {})
    return Said(
        "studio/_entity.html",
        {
            "fields": [_field(here, one) for one in entity.fields.values()],
            "facts": entity_facts(here, entity),
        },
    )


def gist(body: Body) -> str:
    count = sum(
        "x-tessera" in one and not one["x-tessera"].get("retired")
        for one in body.get("properties", {}).values()
    )
    return ngettext("%(num)s field", "%(num)s fields", count)


def _field(here: Reader, one: Field) -> dict[str, Any]:
    marks = [
        (one.required, _("required")),
        (one.unique, _("unique")),
        (one.is_computed, _("worked out")),
        (one.indexed, _("indexed")),
    ]
    options = [
        (here.label(option.get("label"), str(option["value"])), option.get("colour", ""))
        for option in one.settings.get("options", ())
        if not option.get("retired")
    ]
    target = here.catalog.entities.get(one.settings.get("to", ""))
    return {
        "key": one.key,
        "label": here.label(one.label, one.key),
        "type": here.label(one.type.label),
        "help": here.label(one.help),
        "marks": [words for holds, words in marks if holds],
        "options": options,
        "to": (f"/studio/entity/{target.key}", here.label(target.label)) if target else None,
        "detail": rollup(here, one),
    }


def rollup(here: Reader, one: Field) -> str:
    """How a rollup is worked out, in words."""
    fact = here.catalog.entities[one.entity].facts.get(one.key)
    rollup = fact.rollup if fact else None
    if rollup is None:
        return ""
    relation = here.catalog.entities[one.entity].relations[rollup.relation]
    child = here.catalog.entities[relation.entity]
    of = here.label(child.fields[rollup.of].label, rollup.of) if rollup.of in child.fields else ""
    what = {
        "count": _("number of"),
        "sum": _("sum of"),
        "min": _("first of"),
        "max": _("last of"),
        "avg": _("average of"),
    }[rollup.aggregate]
    words = _(
        "%(what)s %(of)s of %(relation)s", what=what, of=of, relation=here.label(relation.label, relation.key)
    )
    if rollup.aggregate == "count":
        words = _("number of %(relation)s", relation=here.label(relation.label, relation.key))
    if rollup.where in (None, True):
        return words
    return _("%(what)s, where %(rule)s", what=words, rule=sentence(here, relation.entity, rollup.where))


def entity_facts(here: Reader, entity: Entity) -> list[tuple[str, str]]:
    found = [
        (_("Title"), label_of(here, entity, entity.title_field)),
        (_("Key"), label_of(here, entity, entity.key_field)),
        (_("Searched by"), joined(label_of(here, entity, key) for key in entity.search_fields)),
        (
            _("Belongs to each record"),
            joined(here.label(one.label, one.key) for one in entity.relations.values()),
        ),
        (_("Forms"), layouts.sentence(here, entity.key)),
        (_("Record pages"), layouts.sentence(here, entity.key, kind="page")),
    ]
    return [(label, words) for label, words in found if words]
