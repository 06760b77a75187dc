"""What publishing adds of its own accord: the indexes without which a timed rule, or a view, reads every record."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from builder.catalog import Catalog
from builder.kinds.compiled import Entity
from builder.kinds.contract import IndexAt, RuleAt
from builder.kinds.entity_document import SYSTEM_LABELS
from builder.kinds.names import checked as checked_rule
from builder.publishing.checking import Changes, Checked
from builder.publishing.words import named
from builder.registry import Registry
from builder.rules.advice.indexing import Index, Wanted, missing
from builder.rules.telling.explain import LANGUAGES
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems, _, pointer
from schema_store.sentences import Sentence
from schema_store.texts import Text, pick

MAX_INDEXES = 6
"""Indexes of one table, its key apart, up to which one is added: each makes every write a little slower."""


@dataclass
class Offer:
    """Bodies to publish too, what is said of them in the plan, and warnings where nothing can be added."""

    bodies: dict[Name, Body] = field(default_factory=dict)
    sentences: dict[Name, list[Sentence]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


NO_OFFER = Offer()


def offered(registry: Registry, checked: Checked, changes: Changes) -> Offer:
    """What to add to a change set that is right: an index for each timed rule, and for what a view reads by.

    So that the same set, published twice, is live the second time: an index stays as long as a rule needs it.
    """
    return NO_OFFER if checked.after is None else _Offering(registry, checked, changes, checked.after).made()


class _Offering:
    def __init__(self, registry: Registry, checked: Checked, changes: Changes, after: Catalog):
        self._registry, self._checked, self._changes, self._after = registry, checked, changes, after
        self._offer = Offer()

    def made(self) -> Offer:
        for name, rule in self._timed():
            entity = self._after.entities[rule.entity]
            for wanted in self._missing(rule, entity):
                if self._has_room(entity):
                    self._add(wanted, entity, name)
                else:
                    self._offer.problems.append(_full(wanted, entity, pointer(*name) + rule.pointer))
        for name, index in self._read_by():
            entity = self._after.entities[index.entity]
            wanted = Wanted(entity.key, index.fields, None)
            is_served = any(one.fields[: len(index.fields)] == index.fields for one in self._known(entity))
            if not is_served and all(_has_column(entity, key) for key in index.fields):
                if self._has_room(entity):
                    self._add(wanted, entity, name)
                else:
                    self._offer.problems.append(_full_for_view(wanted, entity, pointer(*name)))
        return self._offer

    def _has_room(self, entity: Entity) -> bool:
        return len(self._known(entity)) - 1 < MAX_INDEXES  # the key is none that was made

    def _read_by(self) -> Iterator[tuple[Name, IndexAt]]:
        """The indexes that definitions read by, where they or their entity are new or changed."""
        changed, after = self._checked.changed, self._after
        for name, body in sorted(after.bodies.items(), key=lambda item: item[0]):
            found = self._registry.kinds[name[0]].indexes(body, after) if name not in after.left_out else ()
            for index in found:
                is_concerned = name in changed or ("entity", index.entity) in changed
                if is_concerned and index.entity in after.entities:
                    yield name, index

    def _timed(self) -> Iterator[tuple[Name, RuleAt]]:
        """The timed rules that are new or changed, or whose entity is."""
        changed, after = self._checked.changed, self._after
        for name, body in sorted(after.bodies.items(), key=lambda item: item[0]):
            rules = self._registry.kinds[name[0]].rules(body, after) if name not in after.left_out else ()
            for rule in rules:
                is_concerned = name in changed or ("entity", rule.entity) in changed
                if rule.is_timed and is_concerned and rule.entity in after.entities:
                    yield name, rule

    def _missing(self, rule: RuleAt, entity: Entity) -> list[Wanted]:
        """The indexes that the rule lacks, as far as its fields have columns."""
        try:
            found = checked_rule(rule, self._after)
        except Problems:  # a definition that nobody touches, wrong before
            return []
        wanted = missing(found, self._known(entity))
        return [one for one in wanted if all(_has_column(entity, key) for key in one.fields)]

    def _known(self, entity: Entity) -> list[Index]:
        """The entity's indexes, those just added too."""
        body = self._offer.bodies.get(("entity", entity.key))
        added = body["x-tessera"]["indexes"][len(entity.indexes) :] if body else ()
        return [*entity.all_indexes, *(Index(tuple(keys)) for keys in added)]

    def _add(self, wanted: Wanted, entity: Entity, name: Name) -> None:
        owner = ("entity", entity.key)
        body = self._offer.bodies.setdefault(owner, self._authored(owner))
        body["x-tessera"]["indexes"] = [*body["x-tessera"].get("indexes", ()), list(wanted.fields)]
        template = _("Adds an index on {columns} of “{entity}”, so that “{user}” need not read all of them.")
        words = _words(wanted, entity) | {"user": named(self._after.bodies[name])}
        self._offer.sentences.setdefault(owner, []).append(Sentence(template, words))

    def _authored(self, owner: Name) -> Body:
        """The entity as it is to be published, in an author's words."""
        given = self._changes.get(owner)
        if given is None:
            given = self._registry.kinds["entity"].authored(self._checked.before.bodies[owner])
        return deepcopy(dict(given))


def _full_for_view(wanted: Wanted, entity: Entity, place: str) -> Problem:
    template = _(
        "No index on {columns} is added: “{entity}” has {limit} already, so opening this reads all records."
    )
    words = {"columns": ", ".join(wanted.fields), "entity": entity.key, "limit": MAX_INDEXES}
    hint = _("Take away an index that nothing needs, and publish this again.")
    return Problem("index.full", template, words, place, hint, severity="warning")


def _full(wanted: Wanted, entity: Entity, place: str) -> Problem:
    template = _(
        "No index on {columns} is added: “{entity}” has {limit} already, so each run reads all records."
    )
    words = {"columns": ", ".join(wanted.fields), "entity": entity.key, "limit": MAX_INDEXES}
    hint = _("Take away an index that nothing needs, and publish this again.")
    return Problem("index.full", template, words, place, hint, severity="warning")


def _words(wanted: Wanted, entity: Entity) -> dict[str, Text]:
    labels = [entity.facts[key].label or key for key in wanted.fields]
    columns = {language: ", ".join(pick(label, language) for label in labels) for language in LANGUAGES}
    return {"columns": columns, "entity": entity.label_plural}


def _has_column(entity: Entity, key: str) -> bool:
    return key in SYSTEM_LABELS or (key in entity.fields and entity.fields[key].column is not None)
