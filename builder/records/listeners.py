"""What a write tells those who must follow in the same transaction, for one record and for sets alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, select

from builder.events import events
from builder.work import Work


@dataclass(frozen=True)
class Batch:
    """One write of one entity: which records, what happened, which fields changed.

    Created and changed records are in their tables already; deleted ones are still there when listeners are
    told `deleting`, before the rows go.
    """

    id: int
    entity: str
    what: str  # created | changed | deleted
    fields: frozenset[str]
    records: int

    @property
    def ids(self) -> Select[Any]:
        """The ids of the touched records, as a Select of one column."""
        return select(events.c.record_id).where(events.c.batch_id == self.id)


class Listener(Protocol):
    """Follows writes; registered on `registry.write_listeners`."""

    def before(self, work: Work, batch: Batch) -> None:
        """Called when the records are about to change or go: what was true before can still be read."""

    def written(self, work: Work, batch: Batch) -> None:
        """Called when the records stand as they will."""


def about_to_write(work: Work, batch: Batch) -> None:
    for listener in work.registry.write_listeners.values():
        listener.before(work, batch)


def tell(work: Work, batch: Batch) -> None:
    for listener in work.registry.write_listeners.values():
        listener.written(work, batch)
