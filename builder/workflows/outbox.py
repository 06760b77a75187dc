"""Messages to the outside, sent one by one: claimed with a lease, tried again later and later, never lost.

A message is decided and keyed once, in its run. What happened to it is always one of: waiting, being sent, sent,
failed (it cannot arrive), unknown (the process was cut off while sending), parked or cancelled (by a person).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, and_, func, or_, select, update

from builder.clock import Clock
from builder.events import Cause
from builder.registry import Registry
from builder.work import House, Work
from builder.workflows import leases, undelivered
from builder.workflows.advancing import Stop, never
from builder.workflows.channels.contract import Channel, Delivery, Passing, Permanent, Undelivered
from builder.workflows.tables import CANCELLED, FAILED, PARKED, SENDING, SENT, UNKNOWN, WAITING, deliveries
from schema_store.problems import Problem, Problems, _

log = structlog.get_logger()

MAX_ATTEMPTS = 8
"""Tries of a message: with pauses of half a minute, doubled each time, they reach over an hour."""
FIRST_PAUSE = timedelta(seconds=30)

_row = deliveries.c


def send(house: House, *, should_stop: Stop = never) -> int:
    """Send what is due, one by one; how many messages arrived."""
    _settle_cut_off(house)
    arrived = 0
    while not should_stop():
        delivery = _claim(house)
        if delivery is None:
            return arrived
        arrived += _try(house, delivery)
    return arrived


@dataclass(frozen=True)
class _Claimed:
    channel: Channel
    delivery: Delivery


def require_real_time(clock: Clock, registry: Registry) -> None:
    """Raises Problems where an operator set the clock while a channel is on that reaches the outside."""
    outside = [
        key for key, channel in registry.channels.items() if channel.reaches_outside and _is_on(channel)
    ]
    if clock.is_shifted and outside:
        template = _(
            "TESSERA_NOW: refused, since messages would leave by “{channels}” at a time that is not."
        )
        hint = _("Unset it, or use a data folder (TESSERA_DATA) in which no such channel is set up.")
        raise Problems(Problem("settings.now", template, {"channels": ", ".join(outside)}, hint=hint))


def _channels(house: House) -> dict[str, Channel]:
    """The channels that may send now: set up, and at a shifted clock none that reaches the outside."""
    return {
        key: channel
        for key, channel in house.registry.channels.items()
        if _is_on(channel) and not (house.clock.is_shifted and channel.reaches_outside)
    }


def _is_on(channel: Channel) -> bool:
    """False too where the channel cannot say: one that is broken must not stop the others."""
    try:
        return channel.is_on
    except Exception as error:
        log.error("channel.stumbled", channel=channel.key, exc_info=error)
        return False


def _claim(house: House) -> _Claimed | None:
    """The next message that is due, marked as being sent."""
    channels = _channels(house)
    is_due = and_(_row.state == WAITING, _row.next_at <= house.clock.now(), _row.channel.in_(list(channels)))
    with house.database.reading() as connection:
        if connection.execute(select(_row.id).where(is_due).limit(1)).first() is None:
            return None
    with house.writing(Cause("workflow")) as work:
        asked = select(deliveries).where(is_due).order_by(_row.next_at, _row.id).limit(1)
        row = work.connection.execute(asked.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        values = {
            "state": SENDING,
            "attempts": _row.attempts + 1,
            "lease_until": leases.later(leases.DELIVERY_S),
        }
        work.connection.execute(update(deliveries).where(_row.id == row.id).values(values))
    return _Claimed(channels[row.channel], _delivery(row))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        settings=row.settings,
        values={
            name: _json_form(value, row.types.get(name)) for name, value in row._mapping["values"].items()
        },
        workflow=row.workflow,
        run_id=row.run_id,
        entity=row.entity,
        record_id=row.record_id,
        decided_at=row.decided_at,
        attempt=row.attempts + 1,
    )


def _json_form(value: Any, kind: Sequence[Any] | None) -> Any:
    """The *json* form of a value as the database wrote it into a JSON document."""
    name, scale = kind or ("text", 0)
    if value is None:
        return None
    if name == "boolean":
        return bool(value)
    if name == "decimal":
        digits = f"{abs(int(value)):0{scale + 1}}"
        sign = "-" if int(value) < 0 else ""
        return sign + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)
    if name == "datetime":
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value


def _try(house: House, claimed: _Claimed) -> bool:
    delivery = claimed.delivery
    try:
        answer = claimed.channel.deliver(delivery, house)
    except Permanent as error:
        _note(house, delivery, state=FAILED, trouble=error.trouble)
    except Exception as error:
        if not isinstance(error, Undelivered):
            log.error("delivery.stumbled", delivery=delivery.id, exc_info=error)
        _again(house, delivery, error)
    else:
        _note(house, delivery, state=SENT, trouble=None, answer=dict(answer or {}), sent_at=house.clock.now())
        return True
    return False


def _again(house: House, delivery: Delivery, error: Exception) -> None:
    trouble = error.trouble if isinstance(error, Undelivered) else f"{type(error).__name__}: {error}"
    if delivery.attempt >= MAX_ATTEMPTS:
        _note(house, delivery, state=FAILED, trouble=trouble)
        return
    pause = FIRST_PAUSE * 2 ** (delivery.attempt - 1)
    if isinstance(error, Passing) and error.retry_after_s:
        pause = max(pause, timedelta(seconds=min(error.retry_after_s, 86_400)))
    _note(house, delivery, state=WAITING, trouble=trouble, next_at=house.clock.now() + pause)


def _note(house: House, delivery: Delivery, **values: Any) -> None:
    """Write what became of an attempt, unless somebody settled it meanwhile."""
    mine = and_(_row.id == delivery.id, _row.state == SENDING, _row.attempts == delivery.attempt)
    with house.writing(Cause("workflow")) as work:
        noted = work.connection.execute(update(deliveries).where(mine).values(lease_until=None, **values))
        if noted.rowcount and values["state"] == FAILED:
            undelivered.one_more(work, delivery.run_id)


def _settle_cut_off(house: House) -> None:
    """Messages whose sender fell silent: sent again where the receiver knows the key, else shown as unknown."""
    silent = and_(_row.state == SENDING, _row.lease_until < leases.later(0))
    with house.database.reading() as connection:
        if connection.execute(select(_row.id).where(silent).limit(1)).first() is None:
            return
    repeatable = [key for key, channel in house.registry.channels.items() if channel.is_repeatable]
    with house.writing(Cause("workflow")) as work:
        again = update(deliveries).where(silent, _row.channel.in_(repeatable))
        work.connection.execute(again.values(state=WAITING, lease_until=None))
        trouble = "The process was cut off while sending; whether it arrived is not known."
        lost = update(deliveries).where(silent).values(state=UNKNOWN, lease_until=None, trouble=trouble)
        for run_id in set(work.connection.execute(lost.returning(_row.run_id)).scalars()):
            undelivered.recount(work, run_id)


def counts(work: Work, run_id: int | None = None) -> Mapping[str, int]:
    """How many messages there are in each state, of one run or of all."""
    asked = select(_row.state, func.count()).group_by(_row.state)
    if run_id is not None:
        asked = asked.where(_row.run_id == run_id)
    return dict(work.connection.execute(asked).all())  # type: ignore[arg-type] - pairs


OPEN = (WAITING, FAILED, UNKNOWN, PARKED)
"""States that are not the end of it."""


def listed(
    work: Work, *, states: Sequence[str] = OPEN, run_id: int | None = None, limit: int = 100
) -> list[Row[Any]]:
    """Messages in these states, of one run or of all, newest first."""
    asked = select(deliveries).where(_row.state.in_(states)).order_by(_row.id.desc()).limit(limit)
    return list(work.connection.execute(asked if run_id is None else asked.where(_row.run_id == run_id)))


def retry(work: Work, delivery_id: int) -> None:
    """Send again what failed, is unknown or was parked; with the same key. Raises Problems."""
    again = {"state": WAITING, "attempts": 0, "next_at": work.now, "lease_until": None}
    _settle(work, delivery_id, (FAILED, UNKNOWN, PARKED, WAITING), again)


def park(work: Work, delivery_id: int) -> None:
    """Hold back what waits, until `retry`. Raises Problems."""
    _settle(work, delivery_id, (WAITING, UNKNOWN, FAILED), {"state": PARKED})


def _settle(work: Work, delivery_id: int, states: Sequence[str], values: Mapping[str, Any]) -> None:
    found = and_(_row.id == delivery_id, _row.state.in_(states))
    settled = update(deliveries).where(found).values(**values).returning(_row.run_id)
    run_id = work.connection.execute(settled).scalar()
    if run_id is None:
        params = {"delivery": delivery_id}
        raise Problems(
            Problem("delivery.unknown", _("Message {delivery} is not there, or was sent."), params)
        )
    undelivered.recount(work, run_id)


def cancel(work: Work, run_id: int) -> int:
    """Take back what a run decided and nobody sent yet; how many messages."""
    unsent = and_(_row.run_id == run_id, or_(_row.state == WAITING, _row.state == PARKED))
    return work.connection.execute(update(deliveries).where(unsent).values(state=CANCELLED)).rowcount
