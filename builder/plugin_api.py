"""Every name a plugin may import; what is not here may change without notice. See docs/plugin-guide.md.

A plugin is a folder `plugins/<key>/` with a `plugin.py`, or an installed package with an entry point of the group
`tessera.plugins`. The module has `about`, an `About`, and a function `register(to: Registration)`:

    about = About(key="greeter", label={"en": "Greeter"})

    def register(to: Registration) -> None:
        to.action(Greet())
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.catalog import Catalog
from builder.fields.contract import BadValue, Field, FieldType, Shown, Widget
from builder.kinds.contract import Kind
from builder.kinds.page_parts import Button, Drawn, HomePart, PagePart, Press, RecordAction
from builder.kinds.view_types.contract import ShownPage, ShownRecord, ViewType
from builder.outbound import Answer, Client, Limits, Unreached
from builder.palette import Offer, Seeker, Source
from builder.records.bulk import Changes
from builder.registry import Registry
from builder.rules.check import check as check_rule
from builder.runs import Run
from builder.work import House, Work
from builder.workflows.actions.contract import (
    Action,
    ChangeAction,
    CreateAction,
    Creation,
    DeliverAction,
    Message,
    OnceAction,
    Scope,
)
from builder.workflows.channels.contract import Channel, Delivery, Passing, Permanent
from builder.workflows.triggers.contract import Trigger
from schema_store.problems import Problem, Problems, pointer
from schema_store.texts import Text, pick

__all__ = [
    "About",
    "Action",
    "Answer",
    "BadValue",
    "Button",
    "Catalog",
    "ChangeAction",
    "Changes",
    "Channel",
    "Client",
    "CreateAction",
    "Creation",
    "DeliverAction",
    "Delivery",
    "Drawn",
    "Field",
    "FieldType",
    "HomePart",
    "House",
    "Kind",
    "Limits",
    "Message",
    "Offer",
    "OnceAction",
    "PagePart",
    "Passing",
    "Permanent",
    "Press",
    "Problem",
    "Problems",
    "RecordAction",
    "Registration",
    "Run",
    "Scope",
    "Seeker",
    "Shown",
    "ShownPage",
    "ShownRecord",
    "Source",
    "Text",
    "Trigger",
    "Unreached",
    "ViewType",
    "Widget",
    "Work",
    "check_rule",
    "pick",
    "pointer",
]


@dataclass(frozen=True)
class About:
    """What people read of a plugin.

    `settings`: JSON Schema of what its operator may set in `<data>/plugins/<key>.json`.
    """

    key: str
    label: Text
    help: Text = ""
    version: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


class Registration:
    """Where a plugin hands in its parts. A key in use raises ValueError; then nothing of the plugin stays."""

    def __init__(self, registry: Registry, about: About, settings: Mapping[str, Any]):
        self._registry = registry
        self._by = about.key
        self.settings = settings
        """What the operator set, checked against `About.settings`."""

    def action(self, action: Action) -> None:
        self._registry.actions.add(action.key, action, by=self._by)

    def channel(self, channel: Channel) -> None:
        self._registry.channels.add(channel.key, channel, by=self._by)

    def trigger(self, trigger: Trigger) -> None:
        self._registry.triggers.add(trigger.key, trigger, by=self._by)

    def field_type(self, field_type: FieldType) -> None:
        self._registry.field_types.add(field_type.key, field_type, by=self._by)

    def view_type(self, view_type: ViewType) -> None:
        """A way to show a view's records: it draws one page of them."""
        self._registry.view_types.add(view_type.key, view_type, by=self._by)

    def page_part(self, part: PagePart) -> None:
        """A part of a record's page."""
        self._registry.page_parts.add(part.key, part, by=self._by)

    def record_action(self, action: RecordAction) -> None:
        """A button of a record's page."""
        self._registry.record_actions.add(action.key, action, by=self._by)

    def home_part(self, part: HomePart) -> None:
        """A part of the first page."""
        self._registry.home_parts.add(part.key, part, by=self._by)

    def kind(self, kind: Kind) -> None:
        self._registry.kinds.add(kind.key, kind, by=self._by)

    def palette(self, source: Source) -> None:
        """A group of what Ctrl K finds."""
        self._registry.palette.add(source.key, source, by=self._by)

    def job(self, key: str, job: Callable[[House], object]) -> None:
        """Call `job(house)` at every tick of the scheduler, a few seconds apart, on every host."""
        self._registry.jobs.add(f"{self._by}.{key}", job, by=self._by)
