"""Calendar days: birthdays, joining dates, due dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, ClassVar

from sqlalchemy import Date as Column
from sqlalchemy.types import TypeEngine

from builder.fields.contract import PLAIN, BadValue, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import half_width, require_text
from schema_store.problems import _

DAY = (
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    r"|年\s?([0-9]{1,2})月\s?([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))"
)
PATTERN = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
"""Years have four digits: a browser makes the year 0026 of "26"."""

_TYPED = re.compile(DAY)
_ISO = re.compile(PATTERN)
_AMBIGUOUS = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})")
COLUMN = Column()
FIRST_SAMPLE = date(2024, 1, 1)


class Date(FieldType):
    """Stored as a date. Reads 2026-3-1, 2026/03/01, 2026年3月1日 and 20260301.

    What two people may read differently (03/04/2026) is refused.
    """

    key = "date"
    label: ClassVar[Label] = {"en": "Date", "zh": "日期"}
    operators = (
        "days_since",
        "between",
        ">=",
        "<=",
        "==",
        "in_period",
        "days_until",
        "<",
        ">",
        "!=",
        "is_empty",
    )
    convertible_from = ("text",)

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return COLUMN

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": PATTERN, "maxLength": 10}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "date"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> date | None:
        plain = half_width(text)
        return read_day(plain) if plain else None

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return "" if stored is None else stored.isoformat()

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> date | None:
        if value is None or value == "":
            return None
        if not _ISO.fullmatch(require_text(value)):
            raise not_a_day(value)
        return read_day(value)

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("date", {"type": "date", "min": "1000-01-01", "max": "9999-12-31"})

    def sample(self, random: Random, settings: Mapping[str, Any]) -> date:
        return FIRST_SAMPLE + timedelta(days=random.randrange(900))


def read_day(text: str) -> date:
    """The day that `text` (half-width, without outer blanks) names. Raises BadValue."""
    match = _TYPED.fullmatch(text)
    if match is None:
        raise not_a_day(text)
    year, month, day = [part for part in match.groups() if part is not None]
    return day_of(year, month, day, text)


def day_of(year: str, month: str, day: str, text: str) -> date:
    """The day of these digits. Raises BadValue where the calendar has none."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise bad("date", _("There is no day “{value}”."), value=text) from None
    if found.year < 1000:
        raise bad(
            "date",
            _("“{value}” lies too far in the past."),
            value=text,
            hint=_("Write the year with four digits."),
        )
    return found


def not_a_day(text: str) -> BadValue:
    """The BadValue of a text that is no date."""
    hint = _("Write it as 2026-03-31.")
    if _AMBIGUOUS.fullmatch(text):
        return bad("ambiguous", _("“{value}” may mean more than one day."), value=text, hint=hint)
    return bad("date", _("“{value}” is not a date."), value=text, hint=hint)
