"""A view as a calendar: the first records of each day of a month or a week, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import format_date, format_time
from flask_babel import gettext as _

from builder.pages.desk.asked import Filter
from builder.pages.desk.lists import SYSTEM
from builder.pages.desk.views import days
from builder.pages.desk.views.cards import Card, cards, legend
from builder.pages.desk.views.days import Span
from builder.pages.desk.views.showing import Drawn, Showing
from builder.records import find
from builder.records.firsts import Compared, Part, firsts

SHOWN = {"month": 4, "week": 30}
BEYOND = 10
"""Further records of a day that are counted; more are “more than 10”."""


@dataclass(frozen=True)
class Day:
    """A day with its first records, each `(time, card)`. `more`: what is said of the others, "" for none."""

    number: str
    label: str
    iso: str
    is_today: bool
    cards: Sequence[tuple[str, Card]]
    more: str = ""
    more_url: str = ""
    new_url: str = ""


@dataclass(frozen=True)
class Dated:
    """By what records stand on days. `until` "": each on one day."""

    date: str
    until: str
    types: Mapping[str, str]

    @classmethod
    def of(cls, showing: Showing) -> Dated:
        view, facts = showing.listing.view, showing.listing.entity.facts
        until = view.get("until", "")
        keys = [key for key in (view["date"], until) if key]
        return cls(view["date"], until, {key: facts[key].type.name for key in keys})


def draw(showing: Showing) -> Drawn:
    here, asked, dated = showing.here, showing.asked, Dated.of(showing)
    today = here.today
    opened = days.day_of(asked.at, today)
    is_week = asked.span == "week" and not showing.is_preview
    begins = days.week_begins(here.language, showing.listing.view.get("week", ""))
    span = days.week(opened, begins) if is_week else days.month(opened, begins)
    shown = SHOWN["week" if is_week else "month"]
    parts = [_part(showing, dated, day) for day in span.days]
    query = showing.asking_for(dated.date, dated.until)
    pages = firsts(showing.work, query, here.policy, parts, shown + BEYOND)
    known = _cards(showing, dated, [page.records[:shown] for page in pages])
    made = [
        _day(showing, dated, day, (page.records[:shown], page), known)
        for day, page in zip(span.days, pages, strict=True)
    ]
    given = {
        "weeks": [made[at : at + 7] for at in range(0, len(made), 7)],
        "weekdays": [(format_date(day, "EEE"), format_date(day, "EEEE")) for day in span.days[:7]],
        "is_week": is_week,
        "month": None if is_week else f"{opened:%Y-%m}",
        "title": _title(span, opened, is_week=is_week),
        "is_preview": showing.is_preview,
        "legend": legend(showing),
        **_ways(showing, span, opened),
    }
    return Drawn("desk/views/_calendar.html", given, sum(len(one.cards) for one in made), stays=True)


def _part(showing: Showing, dated: Dated, day: date) -> Part:
    """Records of a day: those that begin on it, and those that began before and are not over."""
    tomorrow = day + timedelta(days=1)

    def at(key: str, of: date) -> Any:
        return days.begin_of(of, showing.here.zone) if dated.types[key] == "datetime" else of

    key, until = dated.date, dated.until
    begins = [Compared(key, ">=", at(key, day)), Compared(key, "<", at(key, tomorrow))]
    if not until:
        return [begins]
    reaches = ">" if dated.types[until] == "datetime" else ">="
    return [begins, [Compared(key, "<", at(key, day)), Compared(until, reaches, at(until, day))]]


def _cards(showing: Showing, dated: Dated, shown: Sequence[Sequence[find.Record]]) -> Mapping[int, Card]:
    """The cards by record, each made once, on however many days it stands."""
    records = {record.id: record for of_day in shown for record in of_day}
    return {card.id: card for card in cards(showing, list(records.values()), without=[dated.date])}


def _day(
    showing: Showing,
    dated: Dated,
    day: date,
    filled: tuple[Sequence[find.Record], find.Page],
    known: Mapping[int, Card],
) -> Day:
    shown, page = filled
    number = len(page.records) - len(shown)
    return Day(
        str(day.day),
        format_date(day, _("EEEE, d MMMM yyyy")),
        day.isoformat(),
        day == showing.here.today,
        [(_time(showing, dated, record, day), known[record.id]) for record in shown],
        _more(number, is_all=page.after is None) if number > 0 else "",
        _more_url(showing, dated, day) if number > 0 else "",
        _new_url(showing, dated, day),
    )


def _time(showing: Showing, dated: Dated, record: find.Record, day: date) -> str:
    """The time at which a record begins on this day; "" for one without, or one that began before."""
    value = getattr(record, dated.date) if dated.date in SYSTEM else record.values.get(dated.date)
    if not isinstance(value, datetime):
        return ""
    local = value.astimezone(showing.here.zone)
    return format_time(local, "HH:mm", rebase=False) if local.date() == day else ""


def _more(number: int, *, is_all: bool) -> str:
    return _("+%(number)s more", number=number) if is_all else _("more than %(number)s more", number=BEYOND)


def _more_url(showing: Showing, dated: Dated, day: date) -> str:
    """All of a day as a list; where no filter can say it, the week of the day."""
    asked = showing.asked
    if dated.until or dated.date in SYSTEM:
        return asked.but(at=day.isoformat(), span="week").url
    tomorrow = (day + timedelta(days=1)).isoformat()
    of_day = (Filter(dated.date, ">=", day.isoformat()), Filter(dated.date, "<", tomorrow))
    return replace(asked.but(), shape="table", at="", span="", filters=(*asked.filters, *of_day)).url


def _new_url(showing: Showing, dated: Dated, day: date) -> str:
    """The form of a new record of this day, for those who may make one."""
    entity, policy = showing.listing.entity, showing.here.policy
    is_open = not showing.is_preview and policy.may("create", entity.key)
    if (
        not is_open
        or dated.types[dated.date] != "date"
        or dated.date not in policy.writable(entity, "create")
    ):
        return ""
    return f"/desk/{entity.key}/new?{dated.date}={day.isoformat()}"


def _title(span: Span, opened: date, *, is_week: bool) -> str:
    if not is_week:
        return format_date(opened, _("MMMM yyyy"))
    last = span.days[-1]
    return _(
        "%(first)s – %(last)s", first=format_date(span.first, "medium"), last=format_date(last, "medium")
    )


def _ways(showing: Showing, span: Span, opened: date) -> dict[str, str]:
    """Where the calendar leads; nowhere from a preview."""
    asked, today = showing.asked, showing.here.today
    if showing.is_preview:
        return {}
    back, on = span.previous, span.next
    return {
        "previous_url": asked.but(at=back.isoformat()).url if back.year >= days.FIRST_YEAR else "",
        "next_url": asked.but(at=on.isoformat()).url if on.year <= days.LAST_YEAR else "",
        "today_url": asked.but(at="").url if asked.at else "",
        "month_url": asked.but(span="", at=opened.isoformat()).url,
        "week_url": asked.but(span="week", at=(opened if asked.at else today).isoformat()).url,
    }
