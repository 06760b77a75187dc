"""Undo: of runs on top of one another, of what is gone or newer by now, and of an undo that was cut off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from builder import runs
from builder.events import Cause
from builder.records import revert, save
from builder.work import House
from builder.workflows import leases, scheduler, undo
from builder.workflows import run as running
from tests import make
from tests.make import OPERATOR
from tests.workflows.days import all_runs, ids, member, value, workflow

OLD = date(2025, 1, 1)


def city(shop: House, key: str) -> int:
    """The run of a workflow that moves everybody to the city `key`."""
    workflow(shop, key, actions=[{"type": "set_field", "field": "city", "value": key}])
    return running.run(shop, key).id


def test_runs_are_undone_one_after_the_other_newest_first(shop: House) -> None:
    ann = member(shop, "M1", city="home")
    first, second = city(shop, "a"), city(shop, "b")
    assert undo.rehearse(shop, first).skipped == [("member", ann)]
    assert undo.undo(shop, second).reverted == 1
    assert value(shop, ann, "city") == "a"
    assert undo.undo(shop, first).skipped == []
    assert value(shop, ann, "city") == "home"


def test_undone_run_that_had_to_leave_a_record_still_stands_in_the_way(shop: House) -> None:
    ann, bob = member(shop, "M1", city="home"), member(shop, "M2", city="home")
    first, second = city(shop, "a"), city(shop, "b")
    make.record(shop, "member", {"city": "by hand"}, id=ann)
    assert undo.undo(shop, second).skipped == [("member", ann)]
    assert undo.undo(shop, first).skipped == [("member", ann)]
    assert (value(shop, ann, "city"), value(shop, bob, "city")) == ("by hand", "home")


def test_import_is_undone_after_the_run_on_it_was(shop: House) -> None:
    with shop.writing(Cause("import")) as work:
        more = {"entity": "member", "status": runs.DONE}
        imported = runs.open_run(
            work.connection, kind=runs.IMPORT, at=work.now, actor="operator", cause="import", **more
        )
    with shop.writing(Cause("import", run=imported)) as work:
        save.save(work, "member", {"member_no": "M1", "joined_on": OLD}, policy=OPERATOR)
    done = running.run(shop, "member_dormant")
    assert undo.rehearse(shop, imported).skipped == [("member", 1)]
    undo.undo(shop, done.id)
    assert undo.undo(shop, imported).reverted == 1
    assert ids(shop, "member") == []


def test_record_deleted_since_is_skipped_and_listed(shop: House) -> None:
    ann, bob = member(shop, "M1"), member(shop, "M2", city="home")
    done = city(shop, "a")
    with shop.writing(Cause("form")) as work:
        save.delete(work, "member", ann, policy=OPERATOR)
    assert undo.undo(shop, done).skipped == [("member", ann)]
    assert value(shop, bob, "city") == "home"


def test_document_says_how_many_were_skipped_beside_those_it_lists(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revert, "LISTED", 2)
    members = [member(shop, f"M{number}") for number in range(3)]
    done = city(shop, "a")
    for one in members:
        make.record(shop, "member", {"city": "by hand"}, id=one)
    document = undo.undo(shop, done).document()
    assert len(document["skipped"]) == 2
    assert document["not_undoable"] == ["Records changed since and left alone, beside those listed: 1."]


def test_workflow_edited_or_switched_off_since_is_undone_by_what_it_did(shop: House) -> None:
    ann = member(shop, "M1", city="home")
    done = city(shop, "a")
    workflow(shop, "a", enabled=False, actions=[{"type": "add_tag", "field": "tags", "tag": "other"}])
    undo.undo(shop, done)
    assert (value(shop, ann, "city"), value(shop, ann, "tags")) == ("home", frozenset())


def test_undo_that_was_cut_off_is_finished_by_the_next_tick(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [member(shop, f"M{number}", joined_on=OLD) for number in range(3)]
    done = running.run(shop, "member_dormant")
    real = revert._take_back

    def cut_off(*given: Any) -> None:
        real(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(revert, "_take_back", cut_off)
    with pytest.raises(KeyboardInterrupt):
        undo.undo(shop, done.id)
    monkeypatch.setattr(revert, "_take_back", real)
    assert scheduler.advance(shop) == 0  # whoever was at it may be at it still
    with shop.database.writing() as connection:
        connection.execute(update(runs.runs).values(lease_until=leases.later(-1)))
    assert scheduler.advance(shop) == 1
    assert {value(shop, one, "stage") for one in members} == {"new"}
    assert [(one.kind, one.status) for one in all_runs(shop)] == [("workflow", "undone"), ("undo", "done")]


def test_undo_that_another_process_took_over_writes_nothing_more(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(shop, "M1", joined_on=OLD)
    done = running.run(shop, "member_dormant")
    real = undo._hold

    def taken_over(*given: Any) -> None:
        monkeypatch.setattr(undo, "_hold", real)
        real(*given)
        given[0].connection.execute(update(runs.runs).values(attempts=runs.runs.c.attempts + 1))

    monkeypatch.setattr(undo, "_hold", taken_over)
    undo.undo(shop, done.id)
    assert [one.status for one in all_runs(shop)] == ["done", "running"]
