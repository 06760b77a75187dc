"""When a schedule comes next, for people."""

from __future__ import annotations

from typing import Any

from cronsim import CronSimError
from flask_babel import gettext as _

from builder.kinds.design import cron
from builder.pages import web
from builder.pages.reader import Reader
from builder.workflows.triggers.schedule import next_slot

SHOWN = 3


def given(here: Reader, text: str) -> dict[str, Any]:
    """What the template of a schedule is given: what can be chosen, what is, and the next times."""
    hows = {cron.DAILY: _("Every day"), cron.WEEKLY: _("Every week"), cron.MONTHLY: _("Every month")}
    week = (_("Sunday"), _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"))
    return {
        "times": cron.read(text),
        "text": text,
        "hows": [*hows.items(), (cron.TEXT, _("As cron text"))],
        "dates": [(str(day), str(day)) for day in range(1, 32)],
        "days": [(str(at), day) for at, day in enumerate(week)],
        "next": next_times(here, text),
    }


def next_times(here: Reader, text: str) -> list[str]:
    """The next times of a cron text in the workspace's zone; [] where it is none, or they never come."""
    found, moment = [], web.house().clock.now()
    while len(found) < SHOWN:
        try:
            later = next_slot(text, moment, here.zone)
        except (CronSimError, ValueError):
            return []
        if later is None:
            return found
        found.append(here.moment(later))
        moment = later
    return found
