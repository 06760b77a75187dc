"""Runs: chunks, bad records, approval, resuming, several processes on one database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import func, select, update

from builder import runs
from builder.events import events
from builder.records import bulk, tables
from builder.records.history import history
from builder.work import House
from builder.workflows import advancing, leases, scheduler, slots, undo
from builder.workflows import run as running
from builder.workflows.rehearse import rehearse
from builder.workflows.scheduler import run_due
from builder.workflows.tables import ITEM_FAILED, run_items
from schema_store.problems import Problems
from tests.workflows.days import all_runs, at, ids, member, moment, order, value, workflow

OLD = date(2025, 1, 1)


def many(shop: House, count: int) -> None:
    """That many overdue members, in one write."""
    from builder.events import Cause
    from builder.records.sql import given_rows

    with shop.writing(Cause("command")) as work:
        table = tables.of(work.catalog).table("member")
        rows = [[f"M{number:07}", OLD] for number in range(count)]
        columns = {"member_no": table.c.member_no.type, "joined_on": table.c.joined_on.type}
        bulk.create(work, "member", given_rows(work.connection, columns, rows))


def dormant(shop: House) -> int:
    with shop.reading() as work:
        table = tables.of(work.catalog).table("member")
        asked = select(func.count()).select_from(table).where(table.c.stage == "dormant")
        return work.connection.execute(asked).scalar_one()


def assert_each_once(shop: House, count: int) -> None:
    """Every member changed once, with one history row, one event and one task."""
    with shop.reading() as work:
        ask = work.connection.execute
        second = (history.c.entity == "member") & (history.c.version == 2)
        assert ask(select(func.count()).select_from(history).where(second)).scalar_one() == count
        later = (history.c.entity == "member") & (history.c.version > 2)
        assert ask(select(func.count()).select_from(history).where(later)).scalar_one() == 0
        assert (
            ask(select(func.count()).select_from(events).where(events.c.version == 2)).scalar_one() == count
        )
        task = tables.of(work.catalog).table("task")
        per_member = select(task.c.member).group_by(task.c.member).having(func.count() == 1).subquery()
        assert ask(select(func.count()).select_from(per_member)).scalar_one() == count
    assert dormant(shop) == count


def test_many_records_are_done_in_several_transactions(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "LIST", 7)
    many(shop, 100)
    done = running.run(shop, "member_dormant")
    assert (done.matched, done.changed, done.status) == (100, 100, "done")
    assert done.effects == {"changed": 100, "created": 100, "notices": 1}
    assert_each_once(shop, 100)


def test_record_that_the_database_refuses_fails_alone(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "LIST", 10)
    taken = {"entity": "member", "values": {"member_no": {"cat": ["X-", {"var": "member_no"}]}}}
    workflow(
        shop,
        "twins",
        where={"!": [{"ends_with": [{"var": "name"}, "x"]}]},
        episode={"var": "joined_on"},
        actions=[{"type": "create_record", **taken}],
    )
    for number in range(25):
        member(shop, f"M{number}", joined_on=OLD)
    member(shop, "X-M13", name="x")
    member(shop, "X-M21", name="x")
    done = running.run(shop, "twins")
    assert (done.matched, done.failed, done.status) == (25, 2, "partial")
    assert done.effects["created"] == 23
    assert "unique" in str(done.trouble)
    with shop.reading() as work:
        failed = run_items.c.state == ITEM_FAILED
        rows = work.connection.execute(select(run_items.c.record_id, run_items.c.trouble).where(failed)).all()
    assert sorted(row.record_id for row in rows) == [14, 22]
    assert all("unique" in row.trouble for row in rows)


def test_failed_records_are_tried_again_at_the_next_slot(shop: House) -> None:
    made = {"entity": "member", "values": {"member_no": {"cat": ["X-", {"var": "member_no"}]}, "name": "x"}}
    where = {"!=": [{"var": "name"}, "x"]}
    workflow(
        shop, "twins", where=where, episode={"var": "joined_on"}, actions=[{"type": "create_record", **made}]
    )
    member(shop, "M1", joined_on=OLD)
    blocking = member(shop, "X-M1", name="x")
    first = run_due(at(shop, "2026-03-03T03:00:01"))
    assert [one.status for one in first if one.workflow == "twins"] == ["failed"]
    from tests import make

    make.record(shop, "member", {"member_no": "Y"}, id=blocking)
    second = run_due(at(shop, "2026-03-04T03:00:01"))
    assert [(one.status, one.effects) for one in second if one.workflow == "twins"] == [
        ("done", {"created": 1})
    ]
    third = run_due(at(shop, "2026-03-05T03:00:01"))
    assert [one.matched for one in third if one.workflow == "twins"] == [0]


def test_unattended_run_above_its_limit_waits_and_a_run_by_hand_does_not(shop: House) -> None:
    workflow(
        shop, "seen", where={"==": [{"var": "stage"}, "new"]}, episode={"var": "joined_on"}, approval_above=1
    )
    members = [member(shop, f"M{number}", joined_on=date(2026, 1, 1)) for number in range(2)]
    assert rehearse(shop, "seen").needs_approval
    run_due(at(shop, "2026-03-03T03:00:01"))
    waiting = all_runs(shop, "seen")[0]
    assert (waiting.status, waiting.matched, waiting.changed) == ("waiting_approval", 2, 0)
    assert value(shop, members[0], "tags") == frozenset()
    with pytest.raises(Problems, match="has not ended"):
        undo.undo(shop, waiting.id)
    approved = running.approve(shop, waiting.id, "user:7")
    assert (approved.status, approved.changed, approved.approved_by) == ("done", 2, "user:7")
    with pytest.raises(Problems, match="does not wait"):
        running.approve(shop, waiting.id, "user:7")
    assert running.run(shop, "seen").status == "done"


def test_two_undos_are_one(shop: House) -> None:
    many(shop, 3)
    done = running.run(shop, "member_dormant")
    assert undo.undo(shop, done.id).reverted == 6
    with pytest.raises(Problems, match="undone already"):
        undo.undo(shop, done.id)


def test_record_changed_since_is_skipped_and_listed(shop: House) -> None:
    from tests import make

    many(shop, 3)
    done = running.run(shop, "member_dormant")
    make.record(shop, "member", {"city": "Xiamen"}, id=2)
    undone = undo.undo(shop, done.id)
    assert undone.skipped == [("member", 2)]
    assert dormant(shop) == 1


def test_unknown_workflow_and_run_are_told(shop: House) -> None:
    with pytest.raises(Problems, match="no workflow “nope”"):
        running.run(shop, "nope")
    with pytest.raises(Problems, match="no run 77"):
        undo.undo(shop, 77)


def test_run_goes_on_in_the_version_with_which_it_began(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    workflow(shop, "seen", actions=[{"type": "add_tag", "field": "tags", "tag": "first"}])
    ann = member(shop, "M1")
    opened = [
        slots.fire(at(shop, "2026-03-03T03:01"), one) for one in slots.due(at(shop, "2026-03-03T03:01"))
    ]
    workflow(shop, "seen", actions=[{"type": "add_tag", "field": "tags", "tag": "second"}])
    for run_id in opened:
        running.advance(shop, int(run_id or 0))
    assert value(shop, ann, "tags") == {"first"}


def test_process_that_is_asked_to_stop_lets_go_and_another_goes_on(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advancing, "LIST", 5)
    monkeypatch.setattr(advancing, "MOST", 1)
    monkeypatch.setattr(advancing, "START", 1)
    many(shop, 20)
    (slot,) = slots.due(at(shop, "2026-03-03T03:01"))
    run_id = int(slots.fire(at(shop, "2026-03-03T03:01"), slot) or 0)
    asked: list[bool] = []

    def after_two() -> bool:
        asked.append(True)
        return len(asked) > 2

    running.advance(shop, run_id, should_stop=after_two)
    assert dormant(shop) == 10
    assert running.unfinished(shop) == [run_id]
    running.advance(shop, run_id)
    done = all_runs(shop)[0]
    assert (done.matched, done.changed, done.status, done.attempts) == (20, 20, "done", 2)
    assert_each_once(shop, 20)


def test_who_lost_the_lease_stops(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "LIST", 5)
    monkeypatch.setattr(advancing, "START", 1)
    many(shop, 20)
    (slot,) = slots.due(at(shop, "2026-03-03T03:01"))
    run_id = int(slots.fire(at(shop, "2026-03-03T03:01"), slot) or 0)
    real = advancing.do_chunk
    took_over: list[bool] = []

    def slow(*args: Any) -> Any:
        done = real(*args)
        if not took_over:
            took_over.append(True)
        return done

    def stolen() -> bool:
        """Between two chunks the lease runs out and another process takes the run to its end."""
        if took_over == [True]:
            took_over.append(True)
            with shop.database.writing() as connection:
                connection.execute(update(runs.runs).values(lease_until=leases.later(-1)))
            running.advance(shop, run_id)
        return False

    monkeypatch.setattr(advancing, "do_chunk", slow)
    running.advance(shop, run_id, should_stop=stolen)
    assert_each_once(shop, 20)
    assert [one.status for one in all_runs(shop)] == ["done"]


# --- real processes ---

PROCESS = """
import sys, time
from pathlib import Path
from datetime import datetime
from tests import make
from builder.workflows import advancing, run as running, scheduler
advancing.LIST, advancing.START, advancing.MOST = 20, 1, 1
url, now, what = sys.argv[1:4]
house = make.house(url, now=datetime.fromisoformat(now).replace(tzinfo=make.SHANGHAI), data=Path(sys.argv[4]))
slow = advancing.do_chunk
def do_chunk(*args):
    done = slow(*args)
    time.sleep(0.05)
    return done
advancing.do_chunk = do_chunk
print("ready", flush=True)
if what == "run":
    running.run(house, "member_dormant")
else:
    ticking = scheduler.start(house)
    sys.stdin.read()
    ticking.stop()
"""


@contextmanager
def process(shop: House, what: str, now: str = "2026-03-02T12:00") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROCESS, shop.settings.database_url, now, what, str(shop.settings.data)]
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
    }
    environment = {**os.environ, "PYTHONPATH": "."}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as started:
        try:
            assert started.stdout is not None
            assert started.stdout.readline().strip() == "ready"
            yield started
        finally:
            started.kill()


def wait_until(condition: Any, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to that in time"
        time.sleep(0.02)


def test_killed_run_goes_on_in_another_process_exactly_once(shop: House) -> None:
    many(shop, 400)
    with process(shop, "run") as first:
        wait_until(lambda: dormant(shop) >= 60)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    held = dormant(shop)
    assert 60 <= held < 400
    assert running.unfinished(shop) == []  # its lease still runs
    with shop.database.writing() as connection:
        connection.execute(update(runs.runs).values(lease_until=leases.later(-1)))
    assert running.advance(shop, all_runs(shop)[0].id)
    done = all_runs(shop)[0]
    assert (done.matched, done.changed, done.failed, done.status) == (400, 400, 0, "done")
    assert done.effects == {"changed": 400, "created": 400, "notices": 1}
    assert_each_once(shop, 400)


def test_two_processes_fire_a_slot_once_and_one_killed_loses_nothing(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        workflow(
            shop,
            f"every_{number}",
            where={"==": [{"var": "stage"}, "churned"]},
            trigger={"type": "schedule", "cron": "* * * * * *"},
        )
    many(shop, 300)
    night = "2026-03-03T02:59:58"
    with process(shop, "tick", night) as first, process(shop, "tick", night):
        wait_until(lambda: dormant(shop) >= 20)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        with shop.database.writing() as connection:  # instead of waiting for a minute
            connection.execute(
                update(runs.runs).where(runs.runs.c.finished_at.is_(None)).values(lease_until=leases.later(1))
            )
        wait_until(
            lambda: (
                all(one.status == "done" for one in all_runs(shop, "member_dormant")) and dormant(shop) == 300
            )
        )
    (only,) = all_runs(shop, "member_dormant")
    assert (only.slot, only.changed) == (moment("2026-03-03T03:00"), 300)
    assert_each_once(shop, 300)
    fired = [(one.workflow, one.slot) for one in all_runs(shop)]
    assert len(fired) == len(set(fired))
    assert len({one.workflow for one in all_runs(shop)}) == 9


def test_members_and_orders_survive(shop: House) -> None:
    ann = member(shop, "M1", joined_on=OLD)
    order(shop, "O1", ann, "2026-03-01")
    assert running.run(shop, "member_dormant").matched == 0
    assert ids(shop, "task") == []


@contextmanager
def held_elsewhere(shop: House) -> Iterator[None]:
    """The next run that is opened is taken by another worker, which is slow, before whoever opened it comes."""
    taken: list[threading.Thread] = []
    real = running.advance

    def late(house: House, run_id: int, **more: Any) -> bool:
        if not taken:
            mine = running._take(shop, run_id)
            assert mine is not None
            taken.append(threading.Thread(target=lambda: (time.sleep(0.5), at_work(mine))))
            taken[0].start()
        return real(house, run_id, **more)

    def at_work(run: runs.Run) -> None:
        advancing.Advance(shop, run, advancing.never).to_the_end()

    with mock.patch.object(running, "advance", late):
        yield
    taken[0].join()


def test_run_by_hand_is_offered_to_no_worker(shop: House) -> None:
    many(shop, 3)
    offered: list[int] = []
    real = running._bring_to_its_end

    def late(house: House, held: runs.Run, stop: advancing.Stop) -> runs.Run | None:
        offered.extend(running.unfinished(house))
        return real(house, held, stop)

    with mock.patch.object(running, "_bring_to_its_end", late):
        done = running.run(shop, "member_dormant")
    assert (done.status, done.changed, done.attempts, offered) == ("done", 3, 1, [])


def test_due_run_that_a_worker_took_first_is_waited_for(shop: House) -> None:
    many(shop, 3)
    with held_elsewhere(shop):
        done = run_due(at(shop, "2026-03-03T03:01"))
    assert [(one.status, one.changed) for one in done] == [("done", 3)]


def test_settling_waits_for_a_worker_that_moves_and_not_for_one_that_is_dead(shop: House) -> None:
    many(shop, 3)
    (slot,) = slots.due(at(shop, "2026-03-03T03:01"))
    run_id = slots.fire(at(shop, "2026-03-03T03:01"), slot)
    assert running._take(shop, int(run_id or 0)) is not None
    scheduler.settle(shop, patience_s=0.3)
    assert all_runs(shop)[0].status == "running"
    with shop.database.writing() as connection:
        connection.execute(update(runs.runs).values(lease_until=leases.later(1)))
    scheduler.settle(shop)
    assert all_runs(shop)[0].status == "done"
