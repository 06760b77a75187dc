"""Days of a calendar: whole weeks, leap days, and nights when clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.pages.desk.views import days

BERLIN, BEIRUT = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Beirut")


@given(st.dates(date(1001, 2, 1), date(9998, 11, 30)), st.sampled_from([0, 6]))
def test_a_month_is_whole_weeks_that_hold_all_of_it(day, begins):
    span = days.month(day, begins)
    assert len(span.days) % 7 == 0
    assert 28 <= len(span.days) <= 42
    assert span.first.weekday() == begins
    assert span.first <= day.replace(day=1) <= day < span.end
    assert (span.next - timedelta(days=1)).month == day.month
    assert span.end - span.next < timedelta(days=7)
    assert days.month(span.previous, begins).next == day.replace(day=1)


@given(st.dates(date(1001, 2, 1), date(9998, 11, 30)), st.sampled_from([0, 6]))
def test_a_week_holds_its_day_and_borders_on_the_next(day, begins):
    span = days.week(day, begins)
    assert span.first <= day < span.end
    assert span.end == days.week(span.next, begins).first


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (BERLIN, date(2026, 3, 28), 24),
        (BEIRUT, date(2026, 3, 29), 23),
    ],
    ids=["clocks go on", "clocks go back", "plain", "no midnight"],
)
def test_a_day_has_the_hours_that_clocks_leave_it(zone, day, hours):
    begin, end = (days.begin_of(one, zone) for one in (day, day + timedelta(days=1)))
    assert end - begin == timedelta(hours=hours)
    assert begin.astimezone(zone).date() == day
    assert (end - timedelta(microseconds=1)).astimezone(zone).date() == day


def test_a_moment_after_midnight_belongs_to_the_new_day():
    shanghai = ZoneInfo("Asia/Shanghai")
    moment = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    assert days.begin_of(date(2026, 3, 2), shanghai) == moment


@pytest.mark.parametrize("text", ["", "x", "2026-02-30", "0999-01-01", "9999-01-01", "2026-3-1x"])
def test_what_is_no_day_is_today(text):
    assert days.day_of(text, date(2026, 3, 2)) == date(2026, 3, 2)
