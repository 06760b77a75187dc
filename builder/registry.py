"""Where upper floors and plugins hand in their parts; one list of calls in `create_app()` fills it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Parts of one sort by key, in the order they came. A key given twice stops the start."""

    def __init__(self, sort: str):
        self.sort = sort
        self._things: dict[str, Thing] = {}
        self._by: dict[str, str] = {}

    def add(self, key: str, thing: Thing, *, by: str = "builder") -> None:
        """Put `thing` on the shelf; `by` is the plugin that brings it. Raises ValueError for a key in use."""
        if key in self._things:
            raise ValueError(f"{self.sort} “{key}” is registered twice: by {self._by[key]} and by {by}")
        self._things[key] = thing
        self._by[key] = by

    def get(self, key: str) -> Thing | None:
        return self._things.get(key)

    def __getitem__(self, key: str) -> Thing:
        return self._things[key]

    def __contains__(self, key: str) -> bool:
        return key in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def items(self) -> Iterator[tuple[str, Thing]]:
        return iter(self._things.items())

    def values(self) -> Iterator[Thing]:
        return iter(self._things.values())

    def brought_by(self, key: str) -> str:
        """Who registered `key`: "builder" or a plugin's name."""
        return self._by[key]

    def take_back(self, by: str) -> None:
        """Remove everything that `by` registered: a plugin that failed half-way leaves nothing behind."""
        for key in [key for key, name in self._by.items() if name == by]:
            del self._things[key], self._by[key]


class Registry:
    """All shelves of one application. What stands on each is defined by the room that reads it."""

    def __init__(self) -> None:
        self.field_types: Shelf[Any] = Shelf("field type")  # fields.contract.FieldType
        self.kinds: Shelf[Any] = Shelf("kind")  # kinds.contract.Kind
        self.publish_steps: Shelf[Any] = Shelf("publish step")  # publishing.Step, by kind
        self.write_listeners: Shelf[Any] = Shelf(
            "write listener"
        )  # records.listeners, run inside the transaction
        self.actions: Shelf[Any] = Shelf("action")  # workflows.actions.contract.Action
        self.channels: Shelf[Any] = Shelf("channel")  # workflows.channels.contract.Channel
        self.triggers: Shelf[Any] = Shelf("trigger")  # workflows.triggers
        self.view_types: Shelf[Any] = Shelf("view type")  # kinds.view_types.contract.ViewType
        self.row_actions: Shelf[Any] = Shelf("row action")  # kinds.row_actions.RowAction
        self.page_parts: Shelf[Any] = Shelf("page part")  # kinds.page_parts.PagePart
        self.record_actions: Shelf[Any] = Shelf("record action")  # kinds.page_parts.RecordAction
        self.home_parts: Shelf[Any] = Shelf("home part")  # kinds.page_parts.HomePart
        self.jobs: Shelf[Any] = Shelf("job")  # scheduler ticks: callables(house)
        self.palette: Shelf[Any] = Shelf("group of the palette")  # palette.Source, of plugins
        self.plugins: Shelf[Any] = Shelf("plugin")  # plugins.Plugin, loaded or fenced with its reason

    def shelves(self) -> list[Shelf[Any]]:
        return [shelf for shelf in vars(self).values() if isinstance(shelf, Shelf)]
