"""When a workflow wakes, in words."""

from __future__ import annotations

import pytest

from builder.workflows.triggers.schedule import Schedule


@pytest.mark.parametrize(
    ("cron", "english", "chinese"),
    [
        ("0 3 * * *", "Every day at 03:00", "每天 03:00"),
        ("30 18 * * 5", "Every Friday at 18:30", "每周五 18:30"),
        ("0 9 * * 7", "Every Sunday at 09:00", "每周日 09:00"),
        ("0 9 1 * *", "On day 1 of every month at 09:00", "每月 1 日 09:00"),
        ("*/5 * * * *", "At the times of “*/5 * * * *”", "按“*/5 * * * *”的时间"),
    ],
)
def test_times_are_said_as_people_choose_them(cron, english, chinese):
    said = [Schedule().sentence({"cron": cron}, "member", None, language) for language in ("en", "zh")]
    assert said == [english, chinese]
