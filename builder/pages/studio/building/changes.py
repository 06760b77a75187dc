"""The change sets of a quick build, ready to be planned: every definition that a new entity or a child brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from builder.kinds.quick import bodies, child
from builder.kinds.quick.bodies import Naming
from builder.kinds.quick.proposal import Proposed, entity_key, key_from, text_of
from builder.pages.studio.building.asked import Asked
from builder.work import Work
from schema_store import drafts, store
from schema_store.documents import Body, Name, is_key
from schema_store.problems import Problem
from schema_store.problems import _ as template
from schema_store.texts import Text, pick

NEW_APP = "+"
COLUMNS = 50
Changes = dict[Name, Body]


@dataclass(frozen=True)
class Taken:
    """The keys of each kind that are in use: live, drafted, or retired."""

    names: frozenset[Name]

    @classmethod
    def of(cls, work: Work) -> Taken:
        known = {*work.catalog.bodies, *drafts.drafts(work.connection), *store.retired(work.connection)}
        return cls(frozenset(known))

    def of_kind(self, kind: str) -> set[str]:
        return {key for of, key in self.names if of == kind}

    def free(self, kind: str, stem: str) -> str:
        """`stem`, or the first of stem_2, stem_3 … that nothing of the kind is called."""
        return key_from(stem, self.of_kind(kind), kind)


def naming(asked: Asked, taken: Taken, prefix: str = "") -> tuple[Naming, list[Problem]]:
    """What the new entity is called, and what is wrong with that. `prefix`: of the inputs."""
    words = asked.text(f"{prefix}name")[:200]
    label = text_of(words) if words else ""
    many = asked.text(f"{prefix}plural")[:200]
    given = asked.text(f"{prefix}key")
    key = given or _key_of(pick(label, "en"), taken.of_kind("entity"))
    found = Naming(
        key, label, text_of(many) if many else _many(label), asked.text(f"{prefix}icon") or "database"
    )
    return found, list(_of_naming(words, key, taken))


def _key_of(label: str, taken: set[str]) -> str:
    """The key that a name gives, though it may be taken: that is said. Names without Latin letters get a free one."""
    plain = entity_key(label)
    return entity_key(label, taken) if plain.startswith("entity_") else plain


def _of_naming(words: str, key: str, taken: Taken) -> list[Problem]:
    if not words:
        return [Problem("quick.name", template("Say what one of them is called."), {}, "/name")]
    if not is_key(key):
        hint = template("A key begins with a small letter a–z and has only a–z, 0–9 and _, 30 at most.")
        return [Problem("quick.key", template("“{key}” cannot be a key."), {"key": key[:60]}, "/key", hint)]
    if ("entity", key) in taken.names:
        words = template("There is, or was, an entity “{key}” already; choose another key.")
        return [Problem("quick.key", words, {"key": key}, "/key")]
    return []


def _many(label: Text) -> Text:
    if isinstance(label, str):
        return bodies.plural(label)
    return {language: bodies.plural(words) for language, words in label.items()}


def of_entity(work: Work, taken: Taken, own: Naming, fields: Sequence[Proposed]) -> Changes:
    """The entity with its list and its form."""
    registry = work.registry
    view, form = taken.free("view", f"all_{own.key}"), taken.free("form", f"{own.key}_form")
    found: Changes = {
        ("entity", own.key): bodies.entity(own, fields, registry),
        ("view", view): bodies.view(view, own, fields, registry),
    }
    filled_in = bodies.form(form, own, fields, registry)
    return {**found, ("form", form): filled_in} if filled_in else found


def in_app(work: Work, taken: Taken, asked: Asked, own: Naming) -> Changes:
    """The application in whose menu the entity appears: a chosen one, or a new one.

    The first application of a workspace takes in what stood in the menu without one.
    """
    apps = work.catalog.of_kind("app")
    chosen = asked.text("app") or default_app(apps)
    if chosen in apps:
        return {("app", chosen): bodies.in_menu(apps[chosen], own.key)}
    words = asked.text("app_name")[:200]
    label = text_of(words) if words else own.label_plural
    key = taken.free("app", pick(label, "en"))
    before = [] if apps else list(work.catalog.entities)
    return {("app", key): bodies.app(key, label, [*before, own.key])}


RIGHTS = {"create": True, "read": True, "update": True, "delete": False}
"""What a role is given that is ticked: to see, to add and to change."""


def for_roles(work: Work, roles: Sequence[str], entity: str) -> Changes:
    """The roles that may work with the entity from now on."""
    known = work.catalog.of_kind("role")
    return {
        ("role", key): {
            **deepcopy(dict(known[key])),
            "entities": {**deepcopy(dict(known[key].get("entities", {}))), entity: dict(RIGHTS)},
        }
        for key in dict.fromkeys(roles)
        if key in known
    }


def default_app(apps: Mapping[str, Body]) -> str:
    return next(iter(apps), NEW_APP)


def app_of(apps: Mapping[str, Body], entity: str) -> str:
    """The application whose menu opens an entity; else the first."""
    found = (key for key, app in apps.items() if {"entity": entity} in app.get("menu", ()))
    return next(found, default_app(apps))


def reference(work: Work, parent: str, own: Naming, asked: Asked) -> Proposed:
    """The reference from a new child to `parent`, and the way back."""
    words, many = asked.text("reference")[:200], asked.text("inverse")[:200]
    label = text_of(words) if words else work.catalog.entities[parent].label
    relation = key_from(pick(own.label_plural, "en"), names_of(work, parent), f"{own.key}s"[:28])
    return child.reference(parent, label, parent, relation, text_of(many) if many else own.label_plural)


def names_of(work: Work, entity: str) -> set[str]:
    """The names that an entity has already: fields, retired ones too, and relations."""
    known = work.catalog.entities[entity]
    return {*known.facts, *known.retired, *known.relations}


def of_child(
    work: Work, taken: Taken, own: Naming, fields: Sequence[Proposed], *, chosen: Sequence[child.Offer]
) -> Changes:
    """The child, whose first field is its reference, and its parent with the chosen rollups, shown in its list too."""
    parent = fields[0].settings["to"]
    found = of_entity(work, taken, own, fields)
    if not chosen:
        return found
    live = work.registry.kinds["entity"].authored(work.catalog.bodies["entity", parent])
    body, keys = child.with_rollups(live, chosen, fields, work.registry, taken=names_of(work, parent))
    return {**found, ("entity", parent): body, **_listed(work, parent, keys)}


def _listed(work: Work, entity: str, keys: Sequence[str]) -> Changes:
    """The entity's own list with more columns."""
    for key, view in work.catalog.of_kind("view").items():
        if view["entity"] == entity and view.get("default") and len(view["columns"]) + len(keys) <= COLUMNS:
            return {("view", key): {**deepcopy(dict(view)), "columns": [*view["columns"], *keys]}}
    return {}
