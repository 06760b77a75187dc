"""A publish that is planned for a time: exactly what was agreed to, once, or nothing and a notice that says why."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from builder.access import users
from builder.audit import audit_entries
from builder.events import Cause
from builder.publishing import planned
from builder.publishing.plan import impact
from builder.publishing.planned import CANCELLED, PUBLISHED, REFUSED, WAITING, Planned
from builder.publishing.publish import changes_of_drafts, publish
from builder.work import House
from builder.workflows import planned as carrying
from builder.workflows import scheduler
from builder.workflows.tables import notices
from schema_store import change_sets, drafts, store
from schema_store.problems import Problems
from tests import make
from tests.kinds.workshop import entity, field
from tests.publishing.test_races import at_once

BY = Cause("form", "user:1")
CLUB = ("entity", "club")
LATER = make.NOON + timedelta(hours=6)


@pytest.fixture
def house(bare: House) -> House:
    """One admin, Ann, with the number 1, and a published club."""
    with bare.database.writing() as connection:
        users.create(connection, email="ann@shop.example", name="Ann", roles=["admin"], at=make.NOON)
    publish(bare, entity("club"), cause=BY)
    return bare


def draft(house: House, body: Any, *, turn: int = 0) -> None:
    with house.writing(BY) as work:
        live = store.live_one(work.connection, *CLUB)
        base = live.version if live else None
        drafts.save_draft(work.connection, CLUB, body, base=base, turn=turn, by="user:1", at=work.now)


def agree(house: House, **more: Any) -> Planned:
    with house.writing(BY) as work:
        found = impact(work, changes_of_drafts(work)).fingerprint
        return planned.agree(work, [CLUB], due_at=LATER, confirm=found, note="For the evening", **more)


def wider(*more: str) -> Any:
    fields = {"name": field("text")} | {key: field("integer") for key in more}
    return entity("club", fields)[CLUB]


def fields(house: House) -> list[str]:
    with house.reading() as work:
        return list(work.catalog.entity("club").fields)


def became(house: House, one: Planned) -> Planned:
    with house.reading() as work:
        found = planned.get(work.connection, one.id)
    assert found is not None
    return found


def told(house: House) -> list[Any]:
    with house.reading() as work:
        return list(work.connection.execute(select(notices.c.user_id, notices.c.text, notices.c.link)))


def test_it_happens_when_its_time_has_come_in_the_name_of_who_agreed(house):
    draft(house, wider("size"))
    one = agree(house)
    assert carrying.publish_due(house) == []
    assert (became(house, one).state, fields(house)) == (WAITING, ["name"])
    assert carrying.publish_due(house, LATER) == [one.id]
    assert fields(house) == ["name", "size"]
    with house.reading() as work:
        newest = change_sets.recent(work.connection)[0]
        assert drafts.drafts(work.connection) == {}
    assert (newest.by, newest.note, became(house, one).change_id) == ("user:1", "For the evening", newest.id)
    [notice] = told(house)
    assert (notice.user_id, notice.link) == (1, f"/studio/changes/{newest.id}")
    assert carrying.publish_due(house, LATER) == []


def test_a_draft_that_was_changed_since_is_not_published_and_the_author_hears_of_it(house):
    draft(house, wider("size"))
    one = agree(house)
    draft(house, wider("size", "rooms"), turn=1)
    carrying.publish_due(house, LATER)
    assert fields(house) == ["name"]
    ended = became(house, one)
    assert (ended.state, [problem.code for problem in ended.problems]) == (REFUSED, ["planned.draft_moved"])
    [notice] = told(house)
    assert "was not published" in notice.text["en"]
    assert notice.link == f"/studio/publish#planned-{one.id}"


def test_what_others_published_of_the_same_definition_refuses_it(house):
    draft(house, wider("size"))
    one = agree(house)
    publish(house, entity("club", {"name": field("text", label="Club")}), cause=BY)
    carrying.publish_due(house, LATER)
    assert became(house, one).state == REFUSED


def test_what_others_published_elsewhere_does_not_hinder_it(house):
    draft(house, wider("size"))
    one = agree(house)
    publish(house, entity("person"), cause=BY)
    carrying.publish_due(house, LATER)
    assert became(house, one).state == PUBLISHED


def test_what_would_break_something_made_since_refuses_it(house):
    draft(house, None)
    one = agree(house)
    view = {"key": "clubs", "label": "Clubs", "entity": "club", "columns": ["name"]}
    publish(house, {("view", "clubs"): view}, cause=BY)
    carrying.publish_due(house, LATER)
    assert [problem.code for problem in became(house, one).problems] == ["definition.needed"]


def test_the_same_published_by_hand_before_is_done(house):
    draft(house, wider("size"))
    one = agree(house)
    publish(house, {CLUB: wider("size")}, cause=BY)
    carrying.publish_due(house, LATER)
    assert (became(house, one).state, became(house, one).change_id) == (PUBLISHED, None)


def test_who_lost_the_right_publishes_nothing_any_more(house):
    draft(house, wider("size"))
    one = agree(house)
    with house.database.writing() as connection:
        users.create(connection, email="b@shop.example", roles=["admin"], at=make.NOON)
        users.suspend(connection, 1, by="operator", at=make.NOON)
    carrying.publish_due(house, LATER)
    assert [problem.code for problem in became(house, one).problems] == ["planned.right"]


def test_a_cancelled_one_never_happens(house):
    draft(house, wider("size"))
    one = agree(house)
    with house.writing(BY) as work:
        assert planned.cancel(work, one.id)
        assert not planned.cancel(work, one.id)
        noted = work.connection.execute(select(audit_entries.c.action, audit_entries.c.actor)).all()
    assert noted[-2:] == [("plan_publish", "user:1"), ("cancel_publish", "user:1")]
    assert carrying.publish_due(house, LATER) == []
    assert (became(house, one).state, fields(house)) == (CANCELLED, ["name"])


@pytest.mark.parametrize("wrong", ["past", "plan", "twice"])
def test_only_a_plan_that_was_seen_is_planned_and_once(house, wrong):
    draft(house, wider("size"))
    agreed = agree(house) if wrong == "twice" else None
    due_at = make.NOON if wrong == "past" else LATER
    with house.writing(BY) as work:
        found = impact(work, changes_of_drafts(work)).fingerprint if wrong != "plan" else "another"
        with pytest.raises(Problems) as error:
            planned.agree(work, [CLUB], due_at=due_at, confirm=found)
    codes = {"past": "planned.past", "plan": "publish.plan_moved", "twice": "planned.twice"}
    assert [problem.code for problem in error.value.problems] == [codes[wrong]]
    assert agreed is None or became(house, agreed).state == WAITING


def test_run_due_publishes_what_is_planned_up_to_then(house):
    draft(house, wider("size"))
    agree(house)
    scheduler.run_due(house, make.NOON + timedelta(hours=1))
    assert fields(house) == ["name"]
    scheduler.run_due(house, LATER + timedelta(hours=1))
    assert fields(house) == ["name", "size"]


def test_of_many_schedulers_one_publishes(house):
    draft(house, wider("size"))
    one = agree(house)
    others = [make.house(house.settings.database_url) for _ in range(3)]
    answers = at_once(*(lambda house=each: carrying.publish_due(house, LATER) for each in others))
    assert sorted(answers) == [[], [], [one.id]]
    with house.reading() as work:
        assert len(change_sets.recent(work.connection)) == 2
    assert len(told(house)) == 1
    for each in others:
        each.database.close()


DYING = """
import os, sys
from builder.workflows import notices, planned
from tests import make
from tests.publishing.test_planned import LATER

notices.write = lambda *args, **more: os._exit(9)  # all is written, nothing is committed
planned.publish_due(make.house(sys.argv[1]), LATER)
"""


def test_a_scheduler_that_is_killed_leaves_it_to_the_next(house):
    draft(house, wider("size"))
    one = agree(house)
    root = Path(__file__).parents[2]
    run = [sys.executable, "-c", DYING, house.settings.database_url]
    ended = subprocess.run(run, cwd=root, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert ended.returncode == 9, ended.stderr
    assert (became(house, one).state, fields(house)) == (WAITING, ["name"])
    assert carrying.publish_due(house, LATER) == [one.id]
    assert fields(house) == ["name", "size"]


def test_an_error_of_ours_is_told_and_not_tried_for_ever(house, monkeypatch):
    draft(house, wider("size"))
    one = agree(house)

    def break_down(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(planned, "within", break_down)
    assert carrying.publish_due(house, LATER) == [one.id]
    assert [problem.code for problem in became(house, one).problems] == ["planned.fault"]
    assert fields(house) == ["name"]
