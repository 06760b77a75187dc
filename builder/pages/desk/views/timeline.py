"""A view as a stream of days, months or years."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from itertools import groupby

from flask_babel import format_date, format_time
from flask_babel import gettext as _

from builder.pages.desk.lists import SYSTEM
from builder.pages.desk.views.cards import cards, legend
from builder.pages.desk.views.showing import Drawn, Showing, page_of
from builder.records import find


def draw(showing: Showing) -> Drawn:
    key, unit = showing.listing.view["date"], showing.listing.view.get("unit", "day")
    found = page_of(showing, showing.asking_for(key))
    made = {card.id: card for card in cards(showing, found.records, without=[key])}
    zone = showing.here.zone
    said = _HEADINGS.get(unit, _day)
    stretches = [
        (heading, [(made[record.id], _when(showing, record, key, unit)) for record in run])
        for heading, run in groupby(found.records, key=lambda record: _heading(record, key, zone, said))
    ]
    given = {"stretches": stretches, "legend": legend(showing)}
    return Drawn("desk/views/_timeline.html", given, len(found.records), found.previous, found.next)


def _value(record: find.Record, key: str) -> date | datetime | None:
    return getattr(record, key) if key in SYSTEM else record.values.get(key)


def _heading(record: find.Record, key: str, zone: object, said: Callable[[date], str]) -> str:
    value = _value(record, key)
    if value is None:
        return _("Without a date")
    return said(value.astimezone(zone).date() if isinstance(value, datetime) else value)  # type: ignore[arg-type]


def _day(day: date) -> str:
    return format_date(day, _("EEEE, d MMMM yyyy"))


def _month(day: date) -> str:
    return format_date(day, _("MMMM yyyy"))


def _year(day: date) -> str:
    return format_date(day, _("yyyy"))


_HEADINGS: Mapping[str, Callable[[date], str]] = {"day": _day, "month": _month, "year": _year}


def _when(showing: Showing, record: find.Record, key: str, unit: str) -> str:
    """What the heading leaves open: the time of a day, the day of a month."""
    value = _value(record, key)
    if value is None:
        return ""
    if isinstance(value, datetime) and unit != "day":
        return showing.here.moment(value)
    if isinstance(value, datetime):
        return format_time(value.astimezone(showing.here.zone), "HH:mm", rebase=False)
    return "" if unit == "day" else showing.here.day(value)
