"""A workflow run by hand for one record: the others stay as they are, and the run can be undone as any other."""

from __future__ import annotations

from datetime import date

import pytest

from builder import runs
from builder.events import Cause
from builder.publishing.publish import publish
from builder.records import save
from builder.workflows import singly, undo
from schema_store.problems import Problems
from tests import make


def sleeper(shop, number):
    member = make.record(
        shop, "member", {"member_no": f"M{number}", "stage": "active", "joined_on": date(2024, 1, 1)}
    )
    values = {"order_no": f"O{number}", "member": member, "ordered_on": date(2024, 2, 1), "amount": 100}
    make.record(shop, "order", values)
    return member


def stage(shop, member):
    return make.read(shop, "member", member).values["stage"]


def run_for(shop, key, member):
    with shop.writing(Cause("form", "user:1")) as work:
        return singly.run_for(work, key, member, actor="user:1")


def test_only_this_record_is_done(shop):
    one, other = sleeper(shop, 1), sleeper(shop, 2)
    run = run_for(shop, "member_dormant", one)
    assert (run.status, run.matched, run.changed, run.actor) == (runs.DONE, 1, 1, "user:1")
    assert (stage(shop, one), stage(shop, other)) == ("dormant", "active")


def test_a_record_that_does_not_meet_the_condition_leaves_no_run(shop):
    fresh = make.record(shop, "member", {"member_no": "M1", "joined_on": date(2026, 2, 1)})
    assert run_for(shop, "member_dormant", fresh) is None
    with shop.reading() as work:
        assert work.connection.execute(runs.runs.select()).all() == []


def test_it_is_done_again_when_it_is_asked_for_again(shop):
    one = sleeper(shop, 1)
    run_for(shop, "member_dormant", one)
    make_active(shop, one)
    assert run_for(shop, "member_dormant", one) is not None
    assert stage(shop, one) == "dormant"


def make_active(shop, member):
    with shop.writing(Cause("form")) as work:
        save.save(work, "member", {"stage": "active"}, policy=make.OPERATOR, id=member)


def test_it_can_be_undone(shop):
    one = sleeper(shop, 1)
    run = run_for(shop, "member_dormant", one)
    undo.undo(shop, run.id)
    assert stage(shop, one) == "active"


def test_a_workflow_that_asks_what_changed_is_refused(shop):
    body = {
        "key": "moved",
        "label": "Moved",
        "entity": "member",
        "trigger": {"type": "record", "on": ["changed"]},
        "where": {"changed": "city"},
        "actions": [{"type": "add_tag", "field": "tags", "tag": "moved"}],
    }
    publish(shop, {("workflow", "moved"): body}, cause=Cause("command"))
    one = sleeper(shop, 1)
    with pytest.raises(Problems, match="asks what a change did"):
        run_for(shop, "moved", one)
