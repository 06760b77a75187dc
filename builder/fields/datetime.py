"""Moments: when something happened, to the second or finer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.database import Moment
from builder.fields.contract import PLAIN, BadValue, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.date import DAY, day_of, not_a_day, read_day
from builder.fields.plain import half_width, require_text
from schema_store.problems import _

_DAY = "[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
READ_PATTERN = f"^{_DAY}T{_TIME}Z$"
WRITE_PATTERN = rf"^{_DAY}[Tt]{_TIME}([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"

_RFC_3339 = re.compile(WRITE_PATTERN)
_TYPED = re.compile(
    rf"{DAY}(?:[Tt]|\s+)([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:\.([0-9]{{1,6}}))?)?\s*([Zz]|[+-][0-9]{{2}}:?[0-9]{{2}})?"
)
_FIRST = datetime(1000, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)
_FIRST_SAMPLE = datetime(2024, 1, 1, tzinfo=UTC)
COLUMN = Moment()


class DateTime(FieldType):
    """Stored aware, in UTC. Text is in the reader's zone unless it says its own offset.

    A day without a time is its first moment.
    """

    key = "datetime"
    label: ClassVar[Label] = {"en": "Date and time", "zh": "日期时间"}
    operators = (
        "days_since",
        "between",
        ">=",
        "<=",
        "in_period",
        "days_until",
        "<",
        ">",
        "==",
        "!=",
        "is_empty",
    )
    convertible_from = ("text", "date")

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return COLUMN

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": READ_PATTERN, "maxLength": 27}

    def write_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": WRITE_PATTERN, "maxLength": 32}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "datetime"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> datetime | None:
        plain = half_width(text)
        return _typed(plain, reading) if plain else None

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        if stored is None:
            return ""
        local = stored.astimezone(reading.zone)
        written = _written(local)
        # The second 01:30 of a night when clocks go back needs its offset to be told from the first.
        return written + local.strftime("%z") if local.fold else written

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> datetime | None:
        if value is None or value == "":
            return None
        text = require_text(value)
        if not _RFC_3339.fullmatch(text):
            raise bad(
                "datetime",
                _("“{value}” is not a time."),
                value=text,
                hint=_("Write it with its offset, as 2026-03-31T09:00:00+08:00."),
            )
        try:
            return _fitting(datetime.fromisoformat(text.upper()), text)
        except ValueError:
            raise bad("date", _("There is no day “{value}”."), value=text) from None

    def to_json(self, stored: Any, settings: Mapping[str, Any]) -> str | None:
        return None if stored is None else stored.astimezone(UTC).isoformat()[:-6] + "Z"

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return "" if stored is None else f"{stored.astimezone(shown.zone or UTC):%Y-%m-%d %H:%M}"

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("datetime", {"type": "datetime-local", "step": "any"})

    def sample(self, random: Random, settings: Mapping[str, Any]) -> datetime:
        return _FIRST_SAMPLE + timedelta(minutes=random.randrange(1_300_000))


def _typed(text: str, reading: Reading) -> datetime:
    match = _TYPED.fullmatch(text)
    if match is None:
        try:
            return _fitting(datetime.combine(read_day(text), time(), reading.zone), text)
        except BadValue:
            raise _not_a_time(text) from None
    *parts, hour, minute, second, fraction, offset = match.groups()
    year, month, day = [part for part in parts if part is not None]
    found = day_of(year, month, day, text)
    try:
        clock = time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))
        zone = _offset(offset) if offset else reading.zone
    except ValueError:
        raise bad("datetime", _("There is no time “{value}”."), value=text) from None
    return _fitting(datetime.combine(found, clock, zone), text)


def _not_a_time(text: str) -> BadValue:
    if not_a_day(text).problem.code == "value.ambiguous":
        return not_a_day(text)
    return bad("datetime", _("“{value}” is not a time."), value=text, hint=_("Write it as 2026-03-31 09:00."))


def _offset(text: str) -> timezone:
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if text[0] == "-" else ahead)


def _fitting(moment: datetime, text: str) -> datetime:
    """The moment in UTC. Days at the calendar's very ends are refused: no zone could show them."""
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        utc = None
    if utc is None or not _FIRST <= utc <= _LAST:
        raise bad("datetime", _("“{value}” lies too far from today."), value=text)
    return utc


def _written(local: datetime) -> str:
    if local.microsecond:
        return f"{local:%Y-%m-%d %H:%M:%S.%f}"
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
