"""Days of a calendar: which a month or a week shows, and when each begins in the workspace's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

FIRST_YEAR, LAST_YEAR = 1001, 9998
_TERRITORIES = {"en": "en_US", "zh": "zh_Hans_CN"}
"""Whose customs a language without a country follows."""


def week_begins(language: str, chosen: str) -> int:
    """The weekday with which weeks begin, Monday being 0: as chosen, else as usual in the language."""
    if chosen:
        return 0 if chosen == "monday" else 6
    return Locale.parse(_TERRITORIES.get(language, language)).first_week_day


@dataclass(frozen=True)
class Span:
    """The days from `first` on and before `end`. `previous` and `next`: a day of the spans beside it."""

    first: date
    end: date
    previous: date
    next: date

    @property
    def days(self) -> Sequence[date]:
        return [self.first + timedelta(days=at) for at in range((self.end - self.first).days)]


def day_of(text: str, today: date) -> date:
    """The day that an address names; today for what is none, or lies where no calendar leads."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else today


def month(day: date, begins: int) -> Span:
    """The weeks that the month of `day` touches, whole."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    start = first - timedelta(days=(first.weekday() - begins) % 7)
    rest = (following - start).days % 7
    end = following + timedelta(days=(7 - rest) % 7)
    return Span(start, end, (first - timedelta(days=1)).replace(day=1), following)


def week(day: date, begins: int) -> Span:
    start = day - timedelta(days=(day.weekday() - begins) % 7)
    return Span(start, start + timedelta(days=7), day - timedelta(days=7), day + timedelta(days=7))


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone, in UTC: days have 23 or 25 hours where clocks are changed."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
