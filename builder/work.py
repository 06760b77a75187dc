"""One unit of work: a connection in a transaction, the catalog of that moment, the time and the cause.

Rooms above take a `Work` instead of reaching for a request: the engine runs the same from a page, a command,
the scheduler and a test.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from builder.catalog import Catalog, Catalogs
from builder.clock import Clock
from builder.database import Database
from builder.events import Cause
from builder.registry import Registry
from builder.rules.names import Moment
from builder.settings import Settings


@dataclass(frozen=True)
class House:
    """Everything that lives as long as the process: made once by `create_app()` or `commands`."""

    settings: Settings
    clock: Clock
    registry: Registry
    database: Database
    catalogs: Catalogs

    def warm(self) -> None:
        """For a process that serves from now on: all that stays is made, and no garbage collection walks it again.

        A full collection of what the libraries keep costs a small run as much as its work.
        """
        with suppress(SQLAlchemyError), self.reading():  # without a database yet, it is made when asked for
            pass
        gc.collect()
        gc.freeze()

    @contextmanager
    def reading(self, *, catalog: Catalog | None = None, as_of: datetime | None = None) -> Iterator[Work]:
        """A unit of reading work. `catalog`: one already known to be current (saves the stamp's statement)."""
        with self.database.reading() as connection:
            yield self._work(connection, catalog, Cause("read"), as_of)

    @contextmanager
    def writing(self, cause: Cause, *, as_of: datetime | None = None) -> Iterator[Work]:
        """A unit of writing work: committed at the end of the block, rolled back by any exception."""
        with self.database.writing() as connection:
            work = self._work(connection, None, cause, as_of)
            yield work

    def _work(
        self, connection: Connection, catalog: Catalog | None, cause: Cause, as_of: datetime | None
    ) -> Work:
        now = self.clock.now()
        return Work(self, connection, catalog or self.catalogs.current(connection), now, as_of or now, cause)


@dataclass(frozen=True)
class Work:
    """One transaction's worth of work. `now` is when it is done, `as_of` the moment it is asked about."""

    house: House
    connection: Connection
    catalog: Catalog
    now: datetime
    as_of: datetime
    cause: Cause
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        return self.house.registry

    @property
    def moment(self) -> Moment:
        """The moment for rules: an earlier day than today is past, and rollups are taken up to it."""
        clock = self.house.clock
        return Moment(self.as_of, clock.zone, is_past=clock.day(self.as_of) < clock.day(self.now))
