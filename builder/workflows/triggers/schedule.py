"""At times of the workspace's zone, written as cron does: minute, hour, day, month, weekday (0 is Sunday)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from cronsim import CronSim

from builder.catalog import Catalog
from builder.kinds.design import cron
from builder.workflows.triggers.contract import Trigger
from schema_store.texts import Text, pick


class Schedule(Trigger):
    key = "schedule"
    label: ClassVar[Text] = {"en": "At set times", "zh": "定时"}
    help: ClassVar[Text] = {
        "en": "Wakes at times of the workspace's zone; a time that was missed is caught up once.",
        "zh": "按工作区时区定时唤醒；错过的时点会补跑一次。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "cron": {
                "type": "string",
                "maxLength": 100,
                "title": "Times",
                "x-zh-title": "时间",
                "description": "Minute, hour, day, month, weekday: “0 3 * * *” is every day at 03:00.",
                "x-zh": "分 时 日 月 周：“0 3 * * *”表示每天 03:00。",
                "x-widget": "cron",
            }
        },
        "required": ["cron"],
        "additionalProperties": False,
    }

    def sentence(self, settings: Mapping[str, Any], entity: str, catalog: Catalog, language: str) -> str:
        times = cron.read(settings["cron"])
        day = DAYS[language if language in DAYS else "en"][int(times.weekday)]
        template = pick(_SAID[times.how], language)
        return template.format(time=times.time, weekday=day, day=times.day, cron=settings["cron"])


DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "zh": ("周日", "周一", "周二", "周三", "周四", "周五", "周六"),
}
_SAID: Mapping[str, Text] = {
    cron.DAILY: {"en": "Every day at {time}", "zh": "每天 {time}"},
    cron.WEEKLY: {"en": "Every {weekday} at {time}", "zh": "每{weekday} {time}"},
    cron.MONTHLY: {"en": "On day {day} of every month at {time}", "zh": "每月 {day} 日 {time}"},
    cron.TEXT: {"en": "At the times of “{cron}”", "zh": "按“{cron}”的时间"},
}


def slots(cron: str, *, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The times in `(after, until]`, oldest first, as UTC. On days when clocks change each time comes once."""
    times = (time.astimezone(UTC) for time in CronSim(cron, after.astimezone(zone)))
    later = (time for time in times if time > after)
    return takewhile(lambda time: time <= until, later)


def latest_slots(cron: str, *, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The same times, newest first."""
    times = (time.astimezone(UTC) for time in CronSim(cron, _after(until, zone), reverse=True))
    earlier = (time for time in times if time <= until)
    return takewhile(lambda time: time > after, earlier)


def next_slot(cron: str, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first time after `after`; None where there is none (30 February)."""
    times = (time.astimezone(UTC) for time in CronSim(cron, after.astimezone(zone)))
    return next((time for time in times if time > after), None)


def _after(moment: datetime, zone: ZoneInfo) -> datetime:
    """A little later: cronsim leaves out the moment from which it starts."""
    return datetime.fromtimestamp(moment.timestamp() + 60, zone)
