"""Slots: when a timed workflow fires, whatever happens to the clock, the process and the definition."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from builder.work import House
from builder.workflows import scheduler, slots
from builder.workflows.scheduler import Timetable, run_due
from builder.workflows.tables import slots as slot_table
from builder.workflows.triggers import schedule
from tests.workflows.days import all_runs, at, member, moment, value, workflow

ZONES = [
    # zone, cron, from, until, the local times expected
    ("Asia/Shanghai", "0 3 * * *", "2026-03-01T00:00", "2026-03-03T00:00", ["03-01 03:00", "03-02 03:00"]),
    (
        "Europe/Berlin",
        "30 2 * * *",
        "2026-03-28T00:00",
        "2026-03-31T00:00",
        ["03-28 02:30", "03-29 03:00", "03-30 02:30"],
    ),
    (
        "Europe/Berlin",
        "30 2 * * *",
        "2026-10-24T00:00",
        "2026-10-27T00:00",
        ["10-24 02:30", "10-25 02:30", "10-26 02:30"],
    ),
    (
        "America/New_York",
        "30 1 * * *",
        "2026-11-01T00:00",
        "2026-11-02T12:00",
        ["11-01 01:30", "11-02 01:30"],
    ),
    (
        "Australia/Lord_Howe",
        "45 1 * * *",
        "2026-04-04T00:00",
        "2026-04-06T00:00",
        ["04-04 01:45", "04-05 01:45"],
    ),
    ("UTC", "0 0 29 2 *", "2026-01-01T00:00", "2029-01-01T00:00", ["02-29 00:00"]),
    ("Asia/Shanghai", "59 23 31 12 *", "2026-12-31T00:00", "2027-01-01T00:00", ["12-31 23:59"]),
    ("Asia/Shanghai", "0 9 * * 1", "2026-03-01T00:00", "2026-03-08T00:00", ["03-02 09:00"]),  # 1 is Monday
    ("Asia/Shanghai", "0 9 * * 0", "2026-03-01T00:00", "2026-03-08T00:00", ["03-01 09:00"]),  # 0 is Sunday
]


@pytest.mark.parametrize(("zone", "cron", "after", "until", "expected"), ZONES)
def test_slots_of_a_zone_come_once_each_on_days_when_clocks_change(
    zone: str, cron: str, after: str, until: str, expected: list[str]
) -> None:
    place = ZoneInfo(zone)
    first, last = (
        datetime.fromisoformat(text).replace(tzinfo=place).astimezone(UTC) for text in (after, until)
    )
    forward = list(schedule.slots(cron, after=first, until=last, zone=place))
    backward = list(schedule.latest_slots(cron, after=first, until=last, zone=place))
    assert [time.astimezone(place).strftime("%m-%d %H:%M") for time in forward] == expected
    assert backward == forward[::-1]


def test_every_hour_fires_twice_in_the_hour_that_comes_twice() -> None:
    place = ZoneInfo("Europe/Berlin")
    first, last = datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 3, 0, tzinfo=UTC)
    assert len(list(schedule.slots("0 * * * *", after=first, until=last, zone=place))) == 4


def test_first_slot_is_the_first_after_publication(shop: House) -> None:
    assert run_due(at(shop, "2026-03-02T12:01")) == []
    assert [one.slot for one in run_due(at(shop, "2026-03-03T03:00"))] == [moment("2026-03-03T03:00")]
    assert run_due(at(shop, "2026-03-03T03:00:30")) == []


def test_scheduler_that_was_off_catches_up_once_and_notes_what_it_skipped(shop: House) -> None:
    later = at(shop, "2026-03-06T09:00")
    (opened,) = Timetable(later).tick()
    assert [(one.id, one.slot, one.as_of) for one in all_runs(shop)] == [
        (opened, moment("2026-03-06T03:00"), moment("2026-03-06T03:00"))
    ]
    with shop.reading() as work:
        rows = work.connection.execute(
            select(slot_table.c.due_at, slot_table.c.state).order_by(slot_table.c.due_at)
        ).all()
    assert [row.state for row in rows] == ["skipped", "skipped", "skipped", "fired"]
    assert run_due(later) == []


def test_slot_of_another_process_is_not_fired_again(shop: House) -> None:
    night = at(shop, "2026-03-03T03:00:01")
    (slot,) = slots.due(night)
    assert slots.fire(night, slot) is not None
    assert slots.fire(night, slot) is None
    assert slots.due(night) == []


def test_clock_that_jumps_back_fires_nothing_twice(shop: House) -> None:
    assert len(run_due(at(shop, "2026-03-04T03:30"))) == 2
    assert run_due(at(shop, "2026-03-03T02:00")) == []
    assert run_due(at(shop, "2026-03-03T03:30")) == []
    assert run_due(at(shop, "2026-03-04T03:30")) == []


def test_clock_set_before_publication_fires_what_comes_from_there(shop: House) -> None:
    early = at(shop, "1998-06-30T02:59")
    timetable = Timetable(early)
    assert timetable.tick() == []
    assert len(run_due(at(shop, "1998-07-02T03:30"))) == 3
    assert len(run_due(at(shop, "2026-03-03T03:30"))) == 1


def test_until_a_later_day_does_each_slot_as_of_its_own_time(shop: House) -> None:
    from datetime import date

    ann = member(shop, "M1", joined_on=date(2025, 9, 5))  # day 181 is 5 March
    done = run_due(shop, moment("2026-03-06T12:00"))
    assert [(one.as_of, one.changed) for one in done] == [
        (moment("2026-03-03T03:00"), 0),
        (moment("2026-03-04T03:00"), 0),
        (moment("2026-03-05T03:00"), 1),
        (moment("2026-03-06T03:00"), 0),
    ]
    assert value(shop, ann, "stage") == "dormant"


def test_new_schedule_counts_from_its_publication_and_a_new_label_changes_nothing(shop: House) -> None:
    first = at(shop, "2026-03-02T13:00")
    workflow(first, "seen", trigger={"type": "schedule", "cron": "0 5 * * *"})
    relabelled = at(shop, "2026-03-04T13:00")
    workflow(relabelled, "seen", trigger={"type": "schedule", "cron": "0 5 * * *"}, label={"en": "New name"})
    run_due(relabelled)
    assert len(all_runs(shop, "seen")) == 2
    moved = at(shop, "2026-03-06T13:00")
    workflow(moved, "seen", trigger={"type": "schedule", "cron": "0 6 * * *"})
    run_due(moved)
    assert len(all_runs(shop, "seen")) == 2
    run_due(at(shop, "2026-03-07T06:00"))
    assert len(all_runs(shop, "seen")) == 3


def test_disabled_workflow_does_not_fire_and_makes_up_for_nothing(shop: House) -> None:
    workflow(shop, "seen", enabled=False)
    run_due(at(shop, "2026-03-05T12:00"))
    assert all_runs(shop, "seen") == []
    workflow(at(shop, "2026-03-05T12:00"), "seen", enabled=True)
    run_due(at(shop, "2026-03-05T12:01"))
    assert all_runs(shop, "seen") == []


def test_ticking_fires_at_the_time_of_the_shifted_clock(shop: House) -> None:
    ticking = scheduler.start(at(shop, "1998-06-30T02:59:59"))
    try:
        until = time.monotonic() + 20
        while not [one for one in all_runs(shop) if one.status == "done"]:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        ticking.stop()
    (only,) = all_runs(shop)
    assert only.slot == moment("1998-06-30T03:00")


def test_ticks_between_two_slots_ask_only_for_the_stamp(shop: House) -> None:
    from sqlalchemy import event

    timetable = Timetable(at(shop, "2026-03-03T04:00"))
    timetable.tick()
    asked: list[str] = []
    listen = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(shop.database.engine, "before_cursor_execute", listen)
    timetable.tick()
    event.remove(shop.database.engine, "before_cursor_execute", listen)
    (only,) = [one for one in asked if one != "BEGIN"]
    assert "definition_stamp" in only
