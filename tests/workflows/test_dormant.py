"""More than 180 days without an order: the shop's rule, day by day."""

from __future__ import annotations

from datetime import date

from builder.records import find
from builder.work import House
from builder.workflows import run as running
from builder.workflows import undo
from builder.workflows.rehearse import rehearse
from builder.workflows.scheduler import run_due
from tests.make import OPERATOR
from tests.workflows.days import all_runs, at, ids, member, moment, order, story, value


def test_member_is_not_dormant_on_day_180_and_is_on_day_181(shop: House) -> None:
    ann = member(shop, "M1", stage="active")
    order(shop, "O1", ann, "2026-01-01")
    on_180 = running.run(shop, "member_dormant", as_of=moment("2026-06-30T03:00"))
    assert (on_180.matched, on_180.changed, on_180.status) == (0, 0, "done")
    on_181 = running.run(shop, "member_dormant", as_of=moment("2026-07-01T03:00"))
    assert (on_181.matched, on_181.changed, on_181.failed, on_181.status) == (1, 1, 0, "done")
    assert value(shop, ann, "stage") == "dormant"
    assert value(shop, ann, "tags") == {"wake-up"}


def test_member_who_never_bought_counts_from_joining(shop: House) -> None:
    bob = member(shop, "M1", joined_on=date(2026, 1, 1))
    nobody = member(shop, "M2")
    running.run(shop, "member_dormant", as_of=moment("2026-06-30T03:00"))
    assert value(shop, bob, "stage") == "new"
    running.run(shop, "member_dormant", as_of=moment("2026-07-01T03:00"))
    assert value(shop, bob, "stage") == "dormant"
    assert value(shop, nobody, "stage") == "new"


def test_one_write_one_version_one_history_row_with_cause_and_effective_time(shop: House) -> None:
    ann = member(shop, "M1", joined_on=date(2025, 1, 1))
    done = running.run(shop, "member_dormant", as_of=moment("2026-02-01T03:00"))
    newest = story(shop, ann)[0]
    assert newest.version == 2
    assert newest.changes == {"stage": ("new", "dormant"), "tags": (frozenset(), frozenset({"wake-up"}))}
    assert (newest.actor, newest.cause, newest.run_id) == ("workflow:member_dormant", "workflow", done.id)
    assert newest.effective_at == moment("2026-02-01T03:00")
    assert newest.at > newest.effective_at


def test_each_member_gets_a_task_and_the_service_one_notice(shop: House) -> None:
    ann = member(shop, "M1", joined_on=date(2025, 1, 1))
    member(shop, "M2", joined_on=date(2025, 1, 1), name=None)
    done = running.run(shop, "member_dormant")
    assert done.effects == {"changed": 2, "created": 2, "notices": 1}
    assert [step["done"] for step in done.steps] == [2, 2, 2, 1]
    with shop.reading() as work:
        tasks = find.page(work, find.Query("task", sort=("id",)), OPERATOR).records
    assert [task.values["title"] for task in tasks] == ["Wake up Name M1", "Wake up M2"]
    assert tasks[0].values["member"] == ann


def test_second_run_changes_nothing(shop: House) -> None:
    member(shop, "M1", joined_on=date(2025, 1, 1))
    running.run(shop, "member_dormant")
    again = running.run(shop, "member_dormant")
    assert (again.matched, again.changed, again.effects) == (0, 0, {})
    assert len(ids(shop, "task")) == 1


def test_undo_restores_and_the_scheduler_does_not_redo_but_a_person_may(shop: House) -> None:
    ann = member(shop, "M1", joined_on=date(2025, 1, 1))
    done = running.run(shop, "member_dormant")
    would = undo.rehearse(shop, done.id)
    undone = undo.undo(shop, done.id)
    assert would.reverted == undone.reverted == 2  # the member and the task
    assert undone.skipped == []
    assert undone.not_undoable == ["Notices shown to people: 1."]
    assert value(shop, ann, "stage") == "new"
    assert value(shop, ann, "tags") == frozenset()
    assert ids(shop, "task") == []
    assert all_runs(shop)[0].status == "undone"
    night = at(shop, "2026-03-03T03:00:01")
    assert [(one.matched, one.changed) for one in run_due(night)] == [(0, 0)]
    assert value(shop, ann, "stage") == "new"
    assert running.run(night, "member_dormant").changed == 1


def test_new_anchor_opens_a_closed_episode(shop: House) -> None:
    ann = member(shop, "M1", joined_on=date(2025, 1, 1))
    undo.undo(shop, running.run(shop, "member_dormant").id)
    order(shop, "O1", ann, "2025-06-01")
    assert [one.changed for one in run_due(at(shop, "2026-03-03T03:00:01"))] == [1]


def test_scheduler_off_for_three_days_loses_nobody(shop: House) -> None:
    for number, day in enumerate(("2025-09-03", "2025-09-04", "2025-09-05"), start=1):
        order(shop, f"O{number}", member(shop, f"M{number}", stage="active"), day)
    later = at(shop, "2026-03-06T09:00")
    done = run_due(later)
    assert [one.slot for one in done] == [moment(f"2026-03-0{day}T03:00") for day in (3, 4, 5, 6)]
    assert [one.changed for one in done] == [1, 1, 1, 0]
    assert run_due(later) == []


def test_overdue_at_creation_goes_dormant_on_the_next_slot(shop: House) -> None:
    ann = member(shop, "M1", joined_on=date(2020, 5, 5))
    assert run_due(at(shop, "2026-03-02T23:00")) == []
    run_due(at(shop, "2026-03-03T03:00:01"))
    assert value(shop, ann, "stage") == "dormant"


def test_rehearsal_counts_and_shows_and_writes_nothing(shop: House) -> None:
    ann = member(shop, "M1", joined_on=date(2025, 1, 1))
    shown = rehearse(shop, "member_dormant")
    assert (shown.matched, shown.changed, shown.closed) == (1, 1, 0)
    assert shown.effects == {"changed": 1, "created": 1, "notices": 1}
    one = shown.sample[0]
    assert one.changes == {"stage": ("new", "dormant"), "tags": (frozenset(), frozenset({"wake-up"}))}
    assert one.created[0][1]["title"] == "Wake up Name M1"
    assert value(shop, ann, "stage") == "new"
    assert all_runs(shop) == []
    assert rehearse(shop, "member_dormant", as_of=moment("2025-06-01T03:00")).matched == 0


def test_as_of_an_earlier_day_takes_rollups_up_to_that_day(shop: House) -> None:
    ann = member(shop, "M1", stage="active")
    order(shop, "O1", ann, "2025-01-01")
    order(shop, "O2", ann, "2026-02-01")
    assert rehearse(shop, "member_dormant").matched == 0
    assert rehearse(shop, "member_dormant", as_of=moment("2025-12-01T03:00")).matched == 1
