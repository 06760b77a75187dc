"""The published definitions, compiled once per stamp and frozen. Every request reads the same one until it moves."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

from builder.kinds.compiled import Entity
from builder.registry import Registry
from builder.rules.names import Fact, Relation
from schema_store import store
from schema_store.documents import Body, Name
from schema_store.texts import Text

__all__ = ["Catalog", "Catalogs", "Entity", "compile_bodies"]

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Catalog:
    """Everything published, at one stamp. Also the `Names` that rules ask (facts, relations, label).

    `bodies` are the published documents by kind and key; `left_out` the definitions that could not be compiled
    (their plugin is missing, say) with what went wrong. `registry` holds the kinds and types it was compiled with.
    """

    stamp: int
    entities: Mapping[str, Entity]
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # {kind: {key: compiled}}
    bodies: Mapping[Name, Body] = field(default_factory=dict)
    left_out: Mapping[Name, str] = field(default_factory=dict)
    registry: Registry = field(default_factory=Registry, repr=False)
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)
    _making: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    def entity(self, key: str) -> Entity:
        """The entity; raises KeyError."""
        return self.entities[key]

    def facts(self, entity: str) -> Mapping[str, Fact]:
        return self.entities[entity].facts

    def relations(self, entity: str) -> Mapping[str, Relation]:
        return self.entities[entity].relations

    def label(self, entity: str) -> Text:
        return self.entities[entity].label

    def of_kind(self, kind: str) -> Mapping[str, Any]:
        """The compiled definitions of a kind by key: `of_kind("workflow")`."""
        if kind == "entity":
            return self.entities
        return self.others.get(kind, {})

    def cached(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make()` gave for `key`, made once for this catalog: tables, statements, compiled rules.

        Lives and dies with the catalog. Threads wait for each other; a `make` that fails leaves nothing.
        """
        try:
            made: Made = self._made[key]
        except KeyError:
            with self._making:
                if key not in self._made:
                    self._made[key] = make()
                made = self._made[key]
        return made


def compile_bodies(
    registry: Registry, bodies: Mapping[Name, Body], *, stamp: int = 0, beside: Catalog | None = None
) -> Catalog:
    """The catalog of these completed bodies. What cannot be compiled is left out, with the reason.

    What `beside` compiled from the very same body, with the same registry, is taken from there.
    """
    compiled: dict[str, dict[str, Any]] = {}
    left_out: dict[Name, str] = {}
    for (kind, key), body in bodies.items():
        if kind not in registry.kinds:
            left_out[kind, key] = f"the kind “{kind}” is not installed"
            continue
        try:
            found = _compiled_beside((kind, key), body, registry, beside)
            made = registry.kinds[kind].compile(body, registry) if found is None else found
            compiled.setdefault(kind, {})[key] = made
        except Exception as error:  # noqa: BLE001 - one broken definition must not close the house
            left_out[kind, key] = f"{type(error).__name__}: {error}"
    entities = with_relations(compiled.pop("entity", {}))
    return Catalog(stamp, entities, compiled, bodies=dict(bodies), left_out=left_out, registry=registry)


def _compiled_beside(name: Name, body: Body, registry: Registry, beside: Catalog | None) -> Any:
    if beside is None or beside.registry is not registry or beside.bodies.get(name) is not body:
        return None
    return beside.of_kind(name[0]).get(name[1])


def with_relations(entities: Mapping[str, Entity]) -> dict[str, Entity]:
    """The entities, each with the relations that the references of all of them make."""
    relations: dict[str, dict[str, Relation]] = {key: {} for key in entities}
    for child, via in _references(entities.values()):
        target = via.settings["to"]
        inverse = via.settings["inverse"]
        if target in relations:  # the first of two of one name stays; publishing refuses the second
            label = inverse.get("label") or child.label_plural
            relations[target].setdefault(inverse["key"], Relation(inverse["key"], child.key, via.key, label))
    return {
        key: dataclasses.replace(entity, relations=_dated(entity, relations[key]))
        for key, entity in entities.items()
    }


def _dated(entity: Entity, relations: Mapping[str, Relation]) -> dict[str, Relation]:
    """The relations, each with the date that the rollups over it go by, where they agree on one."""
    rollups = [fact.rollup for fact in entity.facts.values() if fact.rollup is not None]
    found: dict[str, Relation] = {}
    for key, relation in relations.items():
        dates = {one.dated_by for one in rollups if one.relation == key and one.dated_by is not None}
        found[key] = dataclasses.replace(relation, dated_by=dates.pop()) if len(dates) == 1 else relation
    return found


def _references(entities: Iterable[Entity]) -> list[tuple[Entity, Any]]:
    return [(entity, one) for entity in entities for one in entity.fields.values() if "to" in one.settings]


class Catalogs:
    """Gives the current catalog: compares the stamp (one integer) and compiles only when it moved.

    Not to be asked in a transaction that has itself published: what is rolled back must not be kept.
    `definitions` reads every live body in the caller's transaction: `schema_store.store.live`.
    """

    def __init__(
        self, registry: Registry, definitions: Callable[[Connection], Mapping[Name, store.Live]] = store.live
    ):
        self._registry = registry
        self._definitions = definitions
        self._current = Catalog(stamp=-1, entities={})
        self._compiling = threading.Lock()

    def current(self, connection: Connection, stamp: int | None = None) -> Catalog:
        """The catalog as `connection` sees it. `stamp`: already read by the caller (saves the only statement)."""
        wanted = store.read_stamp(connection) if stamp is None else stamp
        held = self._current
        return held if held.stamp == wanted else self._compiled(connection, wanted)

    def _compiled(self, connection: Connection, wanted: int) -> Catalog:
        with self._compiling:
            if self._current.stamp == wanted:
                return self._current
            stamp, bodies = self._read(connection)
            made = compile_bodies(self._registry, bodies, stamp=stamp)
            if stamp > self._current.stamp:  # a transaction that began earlier gets its own, the newest stays
                self._current = made
            return made

    def _read(self, connection: Connection) -> tuple[int, dict[Name, Body]]:
        """Bodies and the stamp that belongs to them: PostgreSQL may commit a publish between two reads."""
        while True:
            stamp = store.read_stamp(connection)
            bodies = {name: one.body for name, one in self._definitions(connection).items()}
            if store.read_stamp(connection) == stamp:
                return stamp, bodies
