"""A definition as people read it: fields as a table, rules as sentences, rights as a matrix. Never as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from builder.catalog import Entity
from builder.fields.contract import Field
from builder.pages import web
from builder.pages.reader import Reader, joined
from builder.rules import explain
from builder.rules.check import check
from builder.workflows.actions.contract import Scope
from schema_store.problems import Problems

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """What a page shows of a definition: a template, and what it is given."""

    template: str
    given: Mapping[str, Any]


def of(here: Reader, kind: str, body: Body) -> Said | None:
    """The definition in words; None for a kind that has none (a plugin's): its text says it all."""
    say = _SAYERS.get(kind)
    try:
        return say(here, body) if say else None
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return None


def gist(here: Reader, kind: str, body: Body) -> str:
    """One line about a definition, for the overview."""
    if kind == "entity":
        count = sum(
            "x-tessera" in one and not one["x-tessera"].get("retired")
            for one in body.get("properties", {}).values()
        )
        return ngettext("%(num)s field", "%(num)s fields", count)
    entity = here.catalog.entities.get(str(body.get("entity")))
    return here.label(entity.label_plural, entity.key) if entity else ""


def sentence(here: Reader, entity: str, rule: Any, *, is_trigger: bool = False) -> str:
    """A rule as a sentence; its problem where it is wrong."""
    if rule in (None, True):
        return _("every record")
    try:
        return explain.sentence(check(rule, here.catalog, entity, trigger=is_trigger), here.language)
    except Problems as problems:
        return here.said(problems.problems[0])


def _entity(here: Reader, body: Body) -> Said:
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
        (_("Title"), _label_of(here, entity, entity.title_field)),
        (_("Key"), _label_of(here, entity, entity.key_field)),
        (_("Searched by"), joined(_label_of(here, entity, key) for key in entity.search_fields)),
        (
            _("Belongs to each record"),
            joined(here.label(one.label, one.key) for one in entity.relations.values()),
        ),
    ]
    return [(label, words) for label, words in found if words]


def _label_of(here: Reader, entity: Entity, key: str | None) -> str:
    if key is None:
        return ""
    fact = entity.facts.get(key)
    field = entity.fields.get(key)
    return here.label(field.label if field else fact.label if fact else key, key)


def _view(here: Reader, body: Body) -> Said:
    entity = here.catalog.entity(body["entity"])
    sort = [
        _("%(field)s, descending", field=_label_of(here, entity, one[1:]))
        if one.startswith("-")
        else _label_of(here, entity, one)
        for one in body.get("sort", ())
    ]
    facts = [
        (_("Shows"), here.label(entity.label_plural, entity.key)),
        (_("Which"), sentence(here, entity.key, body.get("where"))),
        (_("Columns"), joined(_label_of(here, entity, key) for key in body["columns"])),
        (_("Order"), joined(sort) or _("newest first")),
    ]
    return Said("studio/_facts.html", {"facts": facts, "open_url": f"/desk/{entity.key}?view={body['key']}"})


def _form(here: Reader, body: Body) -> Said:
    entity = here.catalog.entity(body["entity"])
    facts = [
        (
            here.label(section.get("label"), _("Details")),
            joined(_label_of(here, entity, key) for key in section["fields"]),
        )
        for section in body["sections"]
    ]
    return Said("studio/_facts.html", {"facts": facts, "open_url": f"/desk/{entity.key}/new"})


def _role(here: Reader, body: Body) -> Said:
    rows = []
    for key, rights in body.get("entities", {}).items():
        entity = here.catalog.entities.get(key)
        fields = rights.get("fields", {})
        rows.append(
            {
                "label": here.label(entity.label_plural, key) if entity else key,
                "may": [bool(rights.get(action)) for action in ("read", "create", "update", "delete")],
                "rows": sentence(here, key, rights.get("rows")),
                "hidden": joined(
                    _label_of(here, entity, one)
                    for one, level in fields.items()
                    if level == "hide" and entity
                ),
                "fixed": joined(
                    _label_of(here, entity, one)
                    for one, level in fields.items()
                    if level == "read" and entity
                ),
            }
        )
    words = {
        "publish": _("publish definitions"),
        "run": _("run workflows"),
        "undo": _("undo runs"),
        "export": _("export"),
        "import": _("import"),
        "users": _("manage users"),
    }
    actions = [_("See"), _("Add"), _("Change"), _("Delete")]
    may = joined(words.get(one, one) for one in body.get("may", ()))
    return Said("studio/_role.html", {"actions": actions, "rows": rows, "may": may})


def _app(here: Reader, body: Body) -> Said:
    entities, views = here.catalog.entities, here.catalog.of_kind("view")

    def opened(entry: Body) -> str:
        if "view" in entry:
            return here.label(views.get(entry["view"], {}).get("label"), entry["view"])
        entity = entities.get(entry["entity"])
        return here.label(entity.label_plural, entity.key) if entity else entry["entity"]

    home = [here.label(views.get(key, {}).get("label"), key) for key in body.get("home", {}).get("views", ())]
    facts = [(_("Menu"), joined(opened(entry) for entry in body["menu"])), (_("First page"), joined(home))]
    return Said("studio/_facts.html", {"facts": [one for one in facts if one[1]], "open_url": "/desk"})


def _workflow(here: Reader, body: Body) -> Said:
    registry = web.house().registry
    entity, trigger = body["entity"], body["trigger"]
    when = registry.triggers[trigger["type"]].sentence(trigger, entity, here.catalog, here.language)
    is_trigger = trigger["type"] == "record" and "via" not in trigger
    scope = Scope(here.catalog, entity, here.language)
    steps = [
        registry.actions[one["type"]].sentence(
            {key: value for key, value in one.items() if key != "type"}, scope
        )
        for one in body["actions"]
    ]
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


_SAYERS: dict[str, Callable[[Reader, Body], Said]] = {
    "entity": _entity,
    "view": _view,
    "form": _form,
    "role": _role,
    "app": _app,
    "workflow": _workflow,
}
