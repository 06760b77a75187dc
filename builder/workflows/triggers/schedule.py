"""At times of the workspace's zone, written as cron does: minute, hour, day, month, weekday (0 is Sunday)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from cronsim import CronSim

from builder.catalog import Catalog
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
        parts = settings["cron"].split()
        if len(parts) == 5 and parts[2:] == ["*", "*", "*"] and parts[0].isdigit() and parts[1].isdigit():
            template = {"en": "Every day at {time}", "zh": "每天 {time}"}
            return pick(template, language).format(time=f"{int(parts[1]):02}:{int(parts[0]):02}")
        template = {"en": "At the times of “{cron}”", "zh": "按“{cron}”的时间"}
        return pick(template, language).format(cron=settings["cron"])


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
