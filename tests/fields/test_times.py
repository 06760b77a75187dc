from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from builder.fields.contract import Reading, Shown
from tests.fields.examples import TYPE
from tests.fields.reading import read, refusal

SHANGHAI = Reading(ZoneInfo("Asia/Shanghai"), "zh")
NEW_YORK = Reading(ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    "text",
    [
        "2026-3-1",
        "2026-03-01",
        "2026/03/01",
        "2026/3/1",
        "2026年3月1日",
        "2026年03月01",
        "20260301",
        "２０２６年３月１日",
        " 2026-03-01 ",
    ],
)
def test_a_day_is_read_in_its_usual_spellings(text):
    assert read("date", text) == date(2026, 3, 1)


@pytest.mark.parametrize("text", ["03/04/2026", "3-4-2026", "1.2.26"])
def test_a_day_that_two_people_read_differently_is_refused(text):
    assert refusal("date", text) == "ambiguous"
    assert refusal("datetime", text) == "ambiguous"


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "46082",
        "2026-3",
        "1 March 2026",
        "2026-03-01 09:00",
        "0026-03-01",
        "2026-3/1",
    ],
)
def test_what_is_no_day_is_refused(text):
    assert refusal("date", text) == "date"


@pytest.mark.parametrize("value", ["2026-3-1", "20260301", "2026-03-01T00:00:00Z", "2026-02-30", 20260301])
def test_a_day_in_json_is_iso(value):
    assert refusal("date", value, door="json") in ("date", "type")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31 09:00",
        "2026/3/31 9:00",
        "2026-03-31T09:00:00",
        "2026年3月31日 09:00",
        "20260331 09:00",
        "2026-03-31 01:00Z",
    ],
)
def test_a_time_is_in_the_readers_zone_unless_it_says_its_own(text):
    assert read("datetime", text, SHANGHAI) == datetime(2026, 3, 31, 1, tzinfo=UTC)


def test_a_day_without_a_time_is_its_first_moment_there():
    assert read("datetime", "2026-03-31", SHANGHAI) == datetime(2026, 3, 30, 16, tzinfo=UTC)


def test_both_hours_of_the_night_when_clocks_go_back_can_be_written():
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    written = [TYPE["datetime"].to_text(moment, {}, NEW_YORK) for moment in (first, second)]
    assert written == ["2026-11-01 01:30", "2026-11-01 01:30-0500"]
    assert [read("datetime", text, NEW_YORK) for text in written] == [first, second]


@pytest.mark.parametrize(
    "text",
    ["25:00", "2026-03-31 24:00", "2026-03-31 9", "2026-02-30 09:00", "9999-12-31 23:00", "1000-01-01 00:00"],
)
def test_what_is_no_time_is_refused(text):
    assert refusal("datetime", text) in ("datetime", "date")


def test_a_time_in_json_needs_its_offset():
    assert refusal("datetime", "2026-03-31T09:00:00", door="json") == "datetime"
    assert refusal("datetime", "2026-03-31 09:00:00Z", door="json") == "datetime"
    assert TYPE["datetime"].from_json("2026-03-31T09:00:00.5+08:00", {}) == datetime(
        2026, 3, 31, 1, 0, 0, 500_000, tzinfo=UTC
    )


def test_a_time_is_written_to_json_in_utc_and_to_cells_in_the_zone():
    moment = datetime(2026, 3, 31, 1, tzinfo=UTC)
    assert TYPE["datetime"].to_json(moment, {}) == "2026-03-31T01:00:00Z"
    assert TYPE["datetime"].cell(moment, {}, Shown(zone=SHANGHAI.zone)) == "2026-03-31 09:00"


def test_seconds_and_their_parts_survive_text():
    moment = datetime(2026, 3, 31, 1, 2, 3, 45, tzinfo=UTC)
    assert TYPE["datetime"].to_text(moment, {}) == "2026-03-31 01:02:03.000045"
    assert read("datetime", "2026-03-31 01:02:03.000045") == moment
