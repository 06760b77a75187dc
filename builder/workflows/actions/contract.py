"""What an action answers. Its settings are the keys of its object in a workflow's `actions`, all but `type`.

An action never touches a record itself. It says what is to happen, in one of four ways, and the engine does it
for the whole set: derive from ChangeAction, CreateAction, OnceAction or DeliverAction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from builder.catalog import Catalog
from builder.kinds.parts import Scope
from builder.records.bulk import Changes
from builder.rules.rule import Rule
from builder.runs import Run
from builder.work import Work
from schema_store.problems import Problem
from schema_store.texts import Text

Settings = Mapping[str, Any]

Value = Any | Rule
"""A value in stored form (see fields.contract), or a checked rule that gives one for each record."""


class Action(ABC):
    """One sort of action. One instance serves all workflows; everything comes in as arguments."""

    key: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    settings: ClassVar[Mapping[str, Any]]
    """JSON Schema of the settings, an object with `additionalProperties: false`, each property with a description."""
    effect: ClassVar[str]
    """How the engine does it: change | create | once | deliver. Set by the four classes below."""

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        """What the schema cannot see: fields, options and rules that are wrong. Pointers inside the settings."""
        return []

    @abstractmethod
    def sentence(self, settings: Settings, scope: Scope) -> str:
        """What happens, for people, in the language of `scope`: "set Stage to Dormant"."""


class ChangeAction(Action):
    """Changes the workflow's own records. All such actions together are one write: one version, one history row."""

    effect = "change"

    @abstractmethod
    def changes(self, settings: Settings, scope: Scope) -> Changes:
        """What happens to every record of the set."""


@dataclass(frozen=True)
class Creation:
    """Records to make: one of `entity` for each record of the set, with `values` `{field: value or rule}`."""

    entity: str
    values: Mapping[str, Value]


class CreateAction(Action):
    """Makes a record for each record of the set."""

    effect = "create"

    @abstractmethod
    def creation(self, settings: Settings, scope: Scope) -> Creation:
        """What is made; rules are over the workflow's entity, whose `id` is a value like any other."""


class OnceAction(Action):
    """Does something once in a run that touched at least one record, in the transaction that ends the run."""

    effect = "once"

    @abstractmethod
    def once(self, work: Work, settings: Settings, run: Run) -> int:
        """Do it; how many things were done (notices written, say). `run.changed` counts the records."""


@dataclass(frozen=True)
class Message:
    """What a delivery carries: constants of the workflow (`settings`) and values of the record, by name.

    `settings` must hold no secret: it is kept with the delivery and shown to people.
    """

    channel: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)


class DeliverAction(Action):
    """Sends something outside for each record: a delivery row each in the run's transaction, sent later."""

    effect = "deliver"

    @abstractmethod
    def message(self, settings: Settings, scope: Scope) -> Message:
        """What is sent for a record, and on which channel."""
