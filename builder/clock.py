"""The one clock. Every time in the product comes from here or was handed in as `as_of`."""

from __future__ import annotations

import time as wall
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schema_store.problems import Problem, Problems, _


class Clock:
    """Now, and what a day means, in the workspace's zone.

    `start` shifts the clock: it reads `start` when the object is made and goes on from there.
    """

    def __init__(self, zone: ZoneInfo, start: datetime | None = None):
        self.zone = zone
        self._shift_s = start.timestamp() - wall.time() if start else 0.0

    @property
    def is_shifted(self) -> bool:
        """True when an operator set the time (TESSERA_NOW): nothing may reach the outside then."""
        return self._shift_s != 0.0

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.fromtimestamp(wall.time() + self._shift_s, UTC)

    def day(self, moment: datetime) -> date:
        """The workspace's calendar day in which `moment` lies."""
        return moment.astimezone(self.zone).date()

    def today(self) -> date:
        """The workspace's calendar day now."""
        return self.day(self.now())

    def end_of(self, day: date) -> datetime:
        """The last moment (microsecond) of `day` in the workspace's zone, in UTC."""
        next_day = datetime.combine(day + timedelta(days=1), time(), self.zone)
        return next_day.astimezone(UTC) - timedelta(microseconds=1)

    def moment(self, text: str) -> datetime:
        """The moment that an operator wrote: an ISO date (its end) or time, in the workspace's zone, as UTC."""
        try:
            return self.end_of(date.fromisoformat(text))  # 2026-03-31, and its other ISO forms
        except (ValueError, OverflowError):
            pass
        try:
            written = datetime.fromisoformat(text)
            return (written if written.tzinfo else written.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Problems(
                Problem(
                    "time.syntax",
                    _("“{text}” is not a date (2026-03-31) or a time (2026-03-31T09:00)."),
                    {"text": text},
                )
            ) from None
