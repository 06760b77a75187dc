"""Times of a schedule as people choose them: every day, every week on, every month on, or cron's own text."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAILY, WEEKLY, MONTHLY, TEXT = "day", "week", "month", "text"
HOWS = (DAILY, WEEKLY, MONTHLY, TEXT)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]?\d)(:\d\d)?")
_NUMBER = re.compile(r"\d{1,2}")


@dataclass(frozen=True)
class Times:
    """`time` "03:00"; `weekday` 0 (Sunday) to 6; `day` of the month; `text` is what cron would be told."""

    how: str = DAILY
    time: str = "03:00"
    weekday: str = "1"
    day: str = "1"
    text: str = ""


def read(cron: str) -> Times:
    """The choice that a cron text is; `TEXT` where it is none of them."""
    parts = cron.split()
    if len(parts) != 5 or not (_is(parts[0], 59) and _is(parts[1], 23)) or parts[3] != "*":
        return Times(TEXT, text=cron)
    own = Times(DAILY, f"{int(parts[1]):02}:{int(parts[0]):02}", text=cron)
    day, weekday = parts[2], parts[4]
    if day == "*" and weekday == "*":
        return own
    if day == "*" and _is(weekday, 7):
        return Times(WEEKLY, own.time, str(int(weekday) % 7), text=cron)
    if weekday == "*" and _is(day, 31) and int(day):
        return Times(MONTHLY, own.time, day=str(int(day)), text=cron)
    return Times(TEXT, text=cron)


def write(times: Times, was: Times | None = None) -> str:
    """The cron text of a choice. A time of the day or a day that is none is that of `was`, else the usual one."""
    if times.how not in (DAILY, WEEKLY, MONTHLY):
        return times.text
    usual = was or Times()
    clock = _CLOCK.fullmatch(times.time.strip().replace("：", ":")) or _CLOCK.fullmatch(usual.time)
    at = f"{int(clock[2])} {int(clock[1])}" if clock else "0 3"
    if times.how == WEEKLY:
        return f"{at} * * {times.weekday if _is(times.weekday, 6) else usual.weekday}"
    day = times.day.strip() if _is(times.day.strip(), 31) and int(times.day) else usual.day
    return f"{at} {day} * *" if times.how == MONTHLY else f"{at} * * *"


def _is(text: str, most: int) -> bool:
    return bool(_NUMBER.fullmatch(text)) and int(text) <= most
