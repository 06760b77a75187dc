"""What wakes a workflow after the commit, once, and what does not."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pytest
from sqlalchemy import select, update

from builder import events
from builder.events import Cause
from builder.records import bulk, save, tables
from builder.runs import runs as run_table
from builder.work import House
from builder.workflows import cascade, leases, undo, wake
from builder.workflows import run as running
from builder.workflows.actions.contract import OnceAction
from tests import make
from tests.make import OPERATOR
from tests.workflows.days import all_runs, at, ids, member, order, value, workflow


def on(*what: str, **more: Any) -> dict[str, Any]:
    return {"type": "record", "on": list(what), **more}


def stage_all(shop: House, stage: str, *, cause: Cause | None = None) -> None:
    with shop.writing(cause or Cause("command")) as work:
        everybody = select(tables.of(work.catalog).table("member").c.id)
        bulk.write(work, "member", everybody, bulk.Changes(set={"stage": stage}))


def test_first_paid_order_makes_a_member_active(shop: House) -> None:
    ann, bob = member(shop, "M1"), member(shop, "M2")
    order(shop, "O1", ann, "2026-03-01")
    order(shop, "O2", bob, "2026-03-01", status="cancelled")
    wake.drain(shop)
    assert value(shop, ann, "stage") == "active"
    assert value(shop, bob, "stage") == "new"
    only = all_runs(shop, "member_first_order")
    assert [(one.trigger, one.matched, one.changed, one.status) for one in only] == [("record", 1, 1, "done")]
    assert wake.drain(shop) == 0


def test_paying_later_counts_too_and_other_changes_do_not(shop: House) -> None:
    ann = member(shop, "M1")
    paid = order(shop, "O1", ann, "2026-03-01", status="cancelled")
    wake.drain(shop)
    make.record(shop, "order", {"quantity": 3}, id=paid)
    wake.drain(shop)
    assert value(shop, ann, "stage") == "new"
    make.record(shop, "order", {"status": "paid"}, id=paid)
    wake.drain(shop)
    assert value(shop, ann, "stage") == "active"


def test_new_order_wakes_a_dormant_member_unless_it_is_old(shop: House) -> None:
    ann, bob = member(shop, "M1", stage="dormant"), member(shop, "M2", stage="dormant")
    order(shop, "O1", ann, "2026-03-01")
    order(shop, "O2", bob, "2025-03-01")
    wake.drain(shop)
    assert [value(shop, one, "stage") for one in (ann, bob)] == ["active", "dormant"]


def test_many_orders_of_one_write_are_one_run_and_each_member_counts_once(shop: House) -> None:
    members = [member(shop, f"M{number}") for number in range(3)]
    with shop.writing(Cause("command")) as work:
        table = tables.of(work.catalog).table("member")
        for number in range(2):
            columns = [
                table.c.id.label("member"),
                (table.c.member_no + f"-{number}").label("order_no"),
                bulk.typed(date(2026, 3, 1), tables.of(work.catalog).table("order").c.ordered_on.type).label(
                    "ordered_on"
                ),
            ]
            bulk.create(work, "order", select(*columns))
    wake.drain(shop)
    assert [(one.matched, one.changed) for one in all_runs(shop, "member_first_order")] == [(3, 3)]
    assert {value(shop, one, "stage") for one in members} == {"active"}


def test_rule_may_ask_what_was_and_what_changed(shop: House) -> None:
    was_new = {"and": [{"changed": ["stage"]}, {"==": [{"was": ["stage"]}, "new"]}]}
    workflow(shop, "left_new", trigger=on("created", "changed"), where=was_new)
    ann, bob = member(shop, "M1"), member(shop, "M2", stage="active")
    wake.drain(shop)
    assert value(shop, ann, "tags") == frozenset()
    stage_all(shop, "churned")
    make.record(shop, "member", {"city": "Xiamen"}, id=ann)
    wake.drain(shop)
    assert value(shop, ann, "tags") == {"left_new"}
    assert value(shop, bob, "tags") == frozenset()


def test_created_is_told_from_changed(shop: House) -> None:
    workflow(shop, "fresh", trigger=on("created", "changed"), where={"is_new": []})
    ann = member(shop, "M1")
    wake.drain(shop)
    assert value(shop, ann, "tags") == {"fresh"}


def test_deleted_order_reaches_the_member_it_belonged_to(shop: House) -> None:
    workflow(shop, "lost_order", trigger=on("deleted", entity="order", via="member"))
    ann = member(shop, "M1")
    gone = order(shop, "O1", ann, "2026-03-01")
    with shop.writing(Cause("form")) as work:
        save.delete(work, "order", gone, policy=OPERATOR)
    wake.drain(shop)
    assert value(shop, ann, "tags") == {"lost_order"}


@pytest.mark.parametrize(("on_import", "expected"), [(True, {"seen"}), (False, frozenset())])
def test_imported_records_wake_a_workflow_only_where_it_says_so(
    shop: House, on_import: bool, expected: set[str]
) -> None:
    workflow(shop, "seen", trigger=on("changed"), on_import=on_import)
    ann = member(shop, "M1")
    stage_all(shop, "active", cause=Cause("import", run=1))
    wake.drain(shop)
    assert value(shop, ann, "tags") == expected


def test_undo_wakes_nobody(shop: House) -> None:
    workflow(shop, "seen", trigger=on("changed"), where={"==": [{"var": "stage"}, "new"]})
    ann = member(shop, "M1", joined_on=date(2025, 1, 1))
    done = running.run(shop, "member_dormant")
    wake.drain(shop)
    undo.undo(shop, done.id)
    wake.drain(shop)
    assert value(shop, ann, "stage") == "new"
    assert value(shop, ann, "tags") == frozenset()


def test_two_workflows_in_a_loop_are_stopped_and_say_so(shop: House) -> None:
    for key, before, after in (("up", 1, 2), ("down", 2, 1)):
        actions = [{"type": "set_field", "field": "points", "value": after}]
        workflow(shop, key, trigger=on("changed"), where={"==": [{"var": "points"}, before]}, actions=actions)
    ann = member(shop, "M1", points=0)
    wake.drain(shop)
    make.record(shop, "member", {"points": 1}, id=ann)
    wake.drain(shop)
    done = [*all_runs(shop, "up"), *all_runs(shop, "down")]
    stopped = [one for one in done if one.status == "failed"]
    assert len(done) == 9
    assert len(stopped) == 1
    assert "woke one another" in str(stopped[0].trouble)
    assert wake.drain(shop) == 0


def test_workflows_that_all_wake_one_another_end_after_a_number_of_runs(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cascade, "MOST", 12)
    for key in ("p", "q", "r"):
        written = {"cat": [{"var": "name"}, key]}
        actions = [{"type": "set_field", "field": "name", "value": written}]
        workflow(shop, key, trigger=on("changed"), actions=actions)
    ann, bob = member(shop, "M1", name="n"), member(shop, "M2", name="n")
    make.record(shop, "member", {"city": "x"}, id=ann)
    wake.drain(shop)
    assert [one.status for one in all_runs(shop)] == ["done"] * 12 + ["failed"] * 3
    assert "Stopped: 12 runs came of one event" in str(all_runs(shop)[-1].trouble)
    make.record(shop, "member", {"city": "x"}, id=bob)  # the next event begins anew
    wake.drain(shop)
    assert str(value(shop, bob, "name")).startswith("npqr")


def test_what_workflow_changes_wakes_the_next(shop: House) -> None:
    dormant = {"==": [{"var": "stage"}, "dormant"]}
    workflow(shop, "asleep", trigger=on("changed", fields=["stage"]), where=dormant)
    ann = member(shop, "M1", joined_on=date(2025, 1, 1))
    first = running.run(shop, "member_dormant")
    wake.drain(shop)
    second = all_runs(shop, "asleep")[0]
    assert value(shop, ann, "tags") == {"wake-up", "asleep"}
    assert (first.depth, second.depth) == (1, 2)


def test_run_of_an_earlier_day_wakes_the_next_on_that_day(shop: House) -> None:
    workflow(shop, "asleep", trigger=on("changed"), where={"==": [{"var": "stage"}, "dormant"]})
    member(shop, "M1", joined_on=date(2025, 1, 1))
    early = running.run(shop, "member_dormant", as_of=at(shop, "2025-12-01T03:00").clock.now())
    wake.drain(shop)
    assert all_runs(shop, "asleep")[0].as_of == early.as_of


def test_many_records_become_a_run_of_their_own(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "INLINE", 2)
    workflow(shop, "seen", trigger=on("changed"), approval_above=3)
    members = [member(shop, f"M{number}") for number in range(4)]
    stage_all(shop, "active")
    wake.drain(shop)
    waiting = all_runs(shop, "seen")[0]
    assert (waiting.status, waiting.matched, waiting.changed) == ("waiting_approval", 4, 0)
    approved = running.approve(shop, waiting.id, "user:1")
    assert (approved.status, approved.changed, approved.approved_by) == ("done", 4, "user:1")
    assert {frozenset(value(shop, one, "tags")) for one in members} == {frozenset({"seen"})}


class Bomb(OnceAction):
    key = "bomb"
    label = "Bomb"
    settings: ClassVar[dict[str, Any]] = {"type": "object", "properties": {}, "additionalProperties": False}
    is_broken = True

    def sentence(self, settings: Any, scope: Any) -> str:
        return "explode"

    def once(self, work: Any, settings: Any, run: Any) -> int:
        if self.is_broken:
            raise RuntimeError("boom")
        return 1


def forget_pauses(shop: House) -> None:
    """As if the pauses after failures were over."""
    with shop.database.writing() as connection:
        connection.execute(update(run_table).values(lease_until=None))
        connection.execute(update(events.event_batches).values(lease_until=None))


def test_workflow_that_fails_is_tried_five_times_and_stops_nobody(shop: House) -> None:
    bomb = Bomb()
    shop.registry.actions.add("bomb", bomb, by="test")
    actions = [{"type": "add_tag", "field": "tags", "tag": "x"}, {"type": "bomb"}]
    workflow(shop, "a_bomb", trigger=on("created"), actions=actions)
    workflow(shop, "seen", trigger=on("created"))
    ann = member(shop, "M1")
    for _tick in range(leases.MAX_ATTEMPTS + 2):
        wake.drain(shop)
        forget_pauses(shop)
    failed = all_runs(shop, "a_bomb")
    assert [(one.status, one.attempts, one.trouble) for one in failed] == [
        ("partial", 5, "RuntimeError: boom")
    ]
    assert [one.status for one in all_runs(shop, "seen")] == ["done"]
    assert value(shop, ann, "tags") == {"x", "seen"}


def test_batch_that_cannot_be_handled_is_parked_and_can_be_retried(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = member(shop, "M1")

    def explode(work: Any, batch: wake.Batch) -> list[Any]:
        if batch.id == 1:
            raise RuntimeError("no memory")
        return real(work, batch)

    real = wake.listeners
    monkeypatch.setattr(wake, "listeners", explode)
    order(shop, "O1", poison, "2026-03-01")
    workflow(shop, "seen", trigger=on("created"))
    with shop.database.writing() as connection:
        connection.execute(update(events.event_batches).values(is_handled=False))
    for _tick in range(leases.MAX_ATTEMPTS + 2):
        wake.drain(shop)
        forget_pauses(shop)
    assert value(shop, poison, "stage") == "active"
    with shop.writing(Cause("command")) as work:
        (stuck,) = wake.parked(work)
        assert (stuck.id, stuck.attempts, stuck.trouble) == (1, 5, "RuntimeError: no memory")
        wake.retry(work, stuck.id)
    monkeypatch.setattr(wake, "listeners", real)
    wake.drain(shop)
    assert value(shop, poison, "tags") == {"seen"}


def test_events_that_nobody_listens_to_are_marked_in_one_go(shop: House) -> None:
    for number in range(3):
        make.record(shop, "store", {"store_no": f"S{number}", "name": "x"})
    assert wake.drain(shop) == 0
    assert not wake.is_waiting(shop)
    assert ids(shop, "store") == [1, 2, 3]
