"""When a schedule comes next, for people."""

from __future__ import annotations

from cronsim import CronSimError

from builder.pages import web
from builder.pages.reader import Reader
from builder.workflows.triggers.schedule import next_slot

SHOWN = 3


def next_times(here: Reader, cron: str) -> list[str]:
    """The next times of a cron text in the workspace's zone; [] where it is none, or they never come."""
    found, moment = [], web.house().clock.now()
    while len(found) < SHOWN:
        try:
            later = next_slot(cron, moment, here.zone)
        except (CronSimError, ValueError):
            return []
        if later is None:
            return found
        found.append(here.moment(later))
        moment = later
    return found
