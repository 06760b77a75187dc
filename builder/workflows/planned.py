"""Planned publishes when their time has come: done or refused, and their author told, in one transaction."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from builder.access import users
from builder.access.policy import Policy
from builder.events import Cause
from builder.publishing import planned
from builder.publishing.planned import PUBLISHED, Planned
from builder.work import House, Work
from builder.workflows import notices
from schema_store.problems import Problem, _

CAUSE = Cause("form")
USER = "user:"


def publish_due(house: House, until: datetime | None = None) -> list[int]:
    """Carry out every planned publish that is due up to `until` (None: now); the numbers of those we did."""
    return [number for number, _due_at in planned.due(house, until) if carry_out(house, number) is not None]


def carry_out(house: House, number: int) -> Planned | None:
    """Publish one, or say why not; None where another process was quicker."""
    try:
        with house.writing(CAUSE) as work:
            ended = planned.carry_out(work, number, _who_may)
            if ended is not None:
                _tell(work, ended)
            return ended
    except OperationalError:  # the database is busy or away: the next tick tries again
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, somebody waits for an answer
        structlog.get_logger().error("planned_publish.failed", number=number, exc_info=error)
        return _give_up(house, number)


def _give_up(house: House, number: int) -> Planned | None:
    """A fault of ours comes again each time: the author hears of it instead."""
    problem = Problem(
        "planned.fault", _("An error of the product stopped it; the operator finds it in the log.")
    )
    with house.writing(CAUSE) as work:
        found = planned.get(work.connection, number)
        if found is None or found.state != planned.WAITING:
            return None
        ended = planned.refuse(work, found, (problem,))
        _tell(work, ended)
        return ended


def _who_may(work: Work, one: Planned) -> Problem | None:
    """Who agreed must still be here and have the right when it happens."""
    if not one.by.startswith(USER):
        return None
    person = users.of_id(work.connection, int(one.by.removeprefix(USER)))
    is_here = person is not None and person.is_active
    if person is not None and is_here and Policy.of_user(work.catalog, person).may("publish"):
        return None
    return Problem("planned.right", _("Whoever agreed to it may no longer publish."))


def _tell(work: Work, ended: Planned) -> None:
    if not ended.by.startswith(USER):
        return
    user, day = int(ended.by.removeprefix(USER)), ended.due_at.astimezone(work.house.clock.zone)
    when = f"{day:%Y-%m-%d %H:%M}"
    if ended.state == PUBLISHED:
        text = {"en": f"Published as planned for {when}.", "zh": f"已按计划于 {when} 发布。"}
        link = f"/studio/changes/{ended.change_id}" if ended.change_id else "/studio/changes"
    else:
        text = {
            "en": f"What was planned for {when} was not published. See why.",
            "zh": f"原定于 {when} 的发布没有进行。查看原因。",
        }
        link = f"/studio/publish#planned-{ended.id}"
    notices.write(work, text, user=user, link=link)
