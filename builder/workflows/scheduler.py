"""The clock that ticks. APScheduler only ticks: what is due, and who does it, the database knows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from builder.publishing import planned as planned_publishes
from builder.records import imports
from builder.runs import Run
from builder.work import House
from builder.workflows import outbox, planned, slots, undo, wake
from builder.workflows import run as running
from builder.workflows.advancing import Stop, never

log = structlog.get_logger()

SLOTS_EVERY_S, RUNS_EVERY_S, EVENTS_EVERY_S, MESSAGES_EVERY_S = 1.0, 2.0, 0.5, 1.0


@dataclass
class Timetable:
    """Fires due slots; between two slots it asks the database only whether definitions moved."""

    house: House
    _stamp: int = -1
    _next: datetime | None = None
    _before: datetime | None = None

    def tick(self) -> list[int]:
        """The runs opened for what is due now; the caller or anybody else advances them."""
        now = self.house.clock.now()
        with self.house.reading() as work:
            stamp = work.catalog.stamp
        is_quiet = stamp == self._stamp and (self._next is None or now < self._next)
        if is_quiet and self._before is not None and now >= self._before:
            self._before = now
            return []
        slots.watch(self.house)
        opened = [slots.fire(self.house, slot) for slot in slots.due(self.house)]
        self._stamp, self._next, self._before = stamp, slots.next_due(self.house), now
        return [run_id for run_id in opened if run_id is not None]


def advance(house: House, *, should_stop: Stop = never) -> int:
    """Take up every run and undo that nobody works on, and say of dead imports that they are; how many."""
    taken = sum(running.advance(house, one, should_stop=should_stop) for one in running.unfinished(house))
    return taken + undo.resume(house) + imports.close_silent(house)


def settle(house: House, *, should_stop: Stop = never, patience_s: float = 5.0) -> None:
    """Bring all queued work to quiet: runs, events and what they open, messages that are due.

    What another process has in hand is waited for while it moves; one that is still for `patience_s` seconds may be
    dead, and its work is left to whoever comes when its lease has run out. What failed is tried again later.
    """
    seen, since = None, time.monotonic()
    while not should_stop():
        if advance(house, should_stop=should_stop) + wake.drain(house, should_stop=should_stop):
            continue
        held = (wake.in_hand(house), *running.in_hand(house))
        if held != seen:
            seen, since = held, time.monotonic()
        if not (held[0] or held[1]) or time.monotonic() - since > patience_s:
            break
        time.sleep(running.LOOK_AGAIN_S)
    outbox.send(house, should_stop=should_stop)


def run_due(house: House, until: datetime | None = None) -> list[Run]:
    """Every slot since the last one up to `until` (None: now), in order, each asked about its own time.

    What is planned to be published in between is published when its time comes. Between them and at the end all
    queued work is brought to quiet, a dead process's too. The runs, in order.
    """
    slots.watch(house)
    settle(house, patience_s=math.inf)
    end = until or house.clock.now()
    done: list[Run] = []
    for number, due_at in planned_publishes.due(house, end):
        done += _slots_up_to(house, due_at)
        planned.carry_out(house, number)
        slots.watch(house)
    return done + _slots_up_to(house, end)


def _slots_up_to(house: House, until: datetime) -> list[Run]:
    done: list[Run] = []
    for slot in slots.up_to(house, until):
        run_id = slots.fire(house, slot)
        if run_id is None:
            continue
        running.finish(house, run_id)
        settle(house, patience_s=math.inf)
        with house.reading() as work:
            done.append(running.found(work, run_id))
    return done


@dataclass
class Ticking:
    """A running background scheduler; `stop` ends it."""

    _scheduler: BackgroundScheduler
    _stopping: list[bool] = field(default_factory=lambda: [False])

    def stop(self) -> None:
        """No more ticks; what runs ends after its chunk. Waits for it."""
        self._stopping[0] = True
        self._scheduler.shutdown(wait=True)

    def is_stopping(self) -> bool:
        return self._stopping[0]


def start(house: House, *, scheduler: bool = True, worker: bool = True) -> Ticking:
    """Tick in the background: `scheduler` fires slots, `worker` does runs, events, messages and plugins' jobs."""
    background = BackgroundScheduler(
        timezone=house.clock.zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    ticking = Ticking(background)
    for name, seconds, job in _jobs(house, ticking, scheduler=scheduler, worker=worker):
        first = datetime.now(background.timezone)
        background.add_job(_safely(name, job), "interval", seconds=seconds, id=name, next_run_time=first)
    background.start()
    return ticking


def _jobs(
    house: House, ticking: Ticking, *, scheduler: bool, worker: bool
) -> Sequence[tuple[str, float, Callable[[], object]]]:
    stop = ticking.is_stopping
    jobs: list[tuple[str, float, Callable[[], object]]] = []
    if scheduler:
        jobs.append(("slots", SLOTS_EVERY_S, Timetable(house).tick))
    if worker:
        jobs += [
            ("runs", RUNS_EVERY_S, lambda: advance(house, should_stop=stop)),
            ("events", EVENTS_EVERY_S, lambda: wake.drain(house, should_stop=stop)),
            ("messages", MESSAGES_EVERY_S, lambda: outbox.send(house, should_stop=stop)),
        ]
        jobs += [(key, 5.0, _call(job, house)) for key, job in house.registry.jobs.items()]
    return jobs


def _call(job: Callable[[House], object], house: House) -> Callable[[], object]:
    return lambda: job(house)


def _safely(name: str, job: Callable[[], object]) -> Callable[[], None]:
    """A tick that fails is told and comes again: the database may be away for a while."""

    def tick() -> None:
        try:
            job()
        except Exception as error:
            log.error("tick.failed", job=name, exc_info=error)

    return tick
