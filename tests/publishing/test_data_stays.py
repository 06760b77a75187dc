"""What people entered stays, however definitions go back and forth."""

from __future__ import annotations

from builder.events import Cause
from builder.publishing import going_back
from builder.publishing.plan import impact
from builder.publishing.publish import publish
from builder.upkeep import checks
from builder.work import House
from schema_store import change_sets
from tests import make
from tests.kinds.workshop import entity, field

BY = Cause("command")
TAGGED = entity("club", {"name": field("text"), "size": field("integer"), "marks": field("tags")})


def newest(house: House) -> int:
    with house.reading() as work:
        return change_sets.recent(work.connection, limit=1)[0].id


def test_values_of_a_field_are_there_again_after_back_and_forth(bare):
    publish(bare, entity("club"), cause=BY)
    publish(bare, TAGGED, cause=BY)
    chess = make.record(bare, "club", {"name": "Chess", "size": 12, "marks": frozenset({"old"})})
    going_back.undo(bare, newest(bare), cause=BY)
    assert make.read(bare, "club", chess).values == {"name": "Chess"}
    make.record(bare, "club", {"name": "Chess club"}, id=chess)
    going_back.undo(bare, newest(bare), cause=BY)  # forward again
    assert make.read(bare, "club", chess).values == {
        "name": "Chess club",
        "size": 12,
        "marks": frozenset({"old"}),
    }
    assert checks.run(bare, whole=True).findings == ()


def test_records_of_a_retired_entity_are_counted_before_and_there_again_after(bare):
    publish(bare, entity("club"), cause=BY)
    for name in ("Chess", "Go"):
        make.record(bare, "club", {"name": name})
    with bare.reading() as work:
        [loss] = impact(work, {("entity", "club"): None}).losses
    assert loss.sentence.said() == "2 records of “Club” are out of reach from then on. They are kept."
    publish(bare, {("entity", "club"): None}, cause=BY)
    assert checks.run(bare, whole=True).findings == ()
    going_back.undo(bare, newest(bare), cause=BY)
    assert make.read(bare, "club", 2).values["name"] == "Go"


def test_back_to_a_moment_undoes_all_that_came_after_it(bare):
    publish(bare, entity("club"), cause=BY)
    publish(bare, TAGGED, cause=BY)
    second = newest(bare)
    publish(bare, entity("person"), cause=BY)
    chess = make.record(bare, "club", {"name": "Chess", "size": 12})
    going_back.go_back(bare, second, cause=BY)
    with bare.reading() as work:
        assert list(work.catalog.entities) == ["club"]
        assert list(work.catalog.entity("club").fields) == ["name"]
    going_back.undo(bare, newest(bare), cause=BY)
    assert make.read(bare, "club", chess).values["size"] == 12
