"""What a part and an action of a record's page answer. Plugins bring their own by `Registration`.

Their settings are the keys of their object in the document, all but `type`; a JSON Schema says which, and the designer
draws it (`x-names`, `x-widget`; see kinds/design/plan). One instance serves all pages; what it needs are arguments.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.contract import RuleAt
from schema_store.problems import Problem
from schema_store.texts import Text, pick

if TYPE_CHECKING:
    from builder.access.policy import Policy
    from builder.catalog import Catalog
    from builder.kinds.parts import Scope
    from builder.pages.desk.home_seen import HomeSeen
    from builder.pages.desk.seen import Seen
    from builder.work import Work

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A template, rendered with `given`. It renders alone: htmx may swap it."""

    template: str
    given: Mapping[str, Any]


class Part(ABC):
    """What both have in common."""

    key: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    settings: ClassVar[Mapping[str, Any]]
    """JSON Schema of the settings, an object with `additionalProperties: false`."""

    def check(self, settings: Settings, entity: str, catalog: Catalog) -> list[Problem]:
        """What the schema and `x-names` cannot see. Pointers inside the settings."""
        return []

    def rules(self, settings: Settings, entity: str, catalog: Catalog) -> list[RuleAt]:
        """The rules that stand in the settings, pointers inside these."""
        return []

    def sentence(self, settings: Settings, scope: Scope) -> str:
        """What it is and what it is about, for people, in the language of `scope`: "Related records: Orders"."""
        sort, about = pick(self.label, scope.language, self.key), _about(settings, scope)
        return f"{sort} – {about}" if about else sort


def _about(settings: Settings, scope: Scope) -> str:
    """The relation or the field that settings name first, in words."""
    entity = scope.catalog.entities.get(scope.entity)
    relation = entity.relations.get(settings.get("relation", "")) if entity else None
    field = entity.fields.get(settings.get("field", "")) if entity else None
    known = relation or field
    return pick(known.label, scope.language, known.key) if known else ""


class PagePart(Part):
    """One part of a tab. It shows what the reader's policy shows; its statements do not grow with rows."""

    @abstractmethod
    def draw(self, seen: Seen, settings: Settings) -> Drawn | None:
        """What is shown of the record; None for nothing."""


class HomePart(Part):
    """One part of the first page. `is_wide`: it stands above, as wide as the page; else in the column of lists."""

    is_wide: ClassVar[bool] = False

    @abstractmethod
    def draw(self, seen: HomeSeen, settings: Settings) -> Drawn | None:
        """What is shown to the reader; None for nothing."""


@dataclass(frozen=True)
class Button:
    """An action as it is offered. `href` "": pressing it posts; `is_quiet`: it stands in the menu behind the dots."""

    label: str
    icon: str = ""
    href: str = ""
    is_quiet: bool = False
    is_danger: bool = False
    is_elsewhere: bool = False
    shortcut: str = ""


@dataclass(frozen=True)
class Press:
    """Of which record a button is pressed, seen at `version` (None: nobody said). `work.cause` says by whom."""

    entity: str
    record_id: int
    version: int | None


class RecordAction(Part):
    """One button at the top of the page. Where its settings say `where`, only records that meet it have it."""

    def rules(self, settings: Settings, entity: str, catalog: Catalog) -> list[RuleAt]:
        is_known = "where" in self.settings.get("properties", {}) and "where" in settings
        return [RuleAt(entity, settings["where"], "/where")] if is_known else []

    @abstractmethod
    def button(self, seen: Seen, settings: Settings) -> Button | None:
        """The button; None where the reader may not, or there is nothing to do."""

    def press(self, work: Work, policy: Policy, press: Press, settings: Settings) -> Text:
        """Do it in the caller's transaction, and what to tell. Only asked where `button` had no `href`.

        Raises Problems, Refused, save.Missing and save.Conflict.
        """
        raise NotImplementedError
