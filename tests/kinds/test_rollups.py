"""Rollups in definitions: what they may gather, and what they may depend on."""

from __future__ import annotations

from typing import Any

import pytest

from builder.publishing import checking
from tests.kinds.workshop import Bodies, entity, field, membership, problems, published, registry, said

PLACE = "/entity/club/properties/total/x-tessera"


def club(**rollup: Any) -> Bodies:
    """A club whose people have points, a name, a date and a rollup of their own; `rollup` is the club's."""
    return entity("club", {"total": field("rollup", relation="people", **rollup)}) | entity(
        "person",
        {
            "club": field("reference", to="club", inverse={"key": "people"}),
            "points": field("integer"),
            "name": field("text"),
            "joined_on": field("date"),
        },
    )


def test_a_sum_of_numbers_is_fine():
    assert said(club(aggregate="sum", of="points", dated_by="joined_on")) == {}


@pytest.mark.parametrize(
    ("rollup", "place"),
    [
        ({"aggregate": "sum", "of": "name"}, "/of"),
        ({"aggregate": "max", "of": "name"}, "/of"),
        ({"aggregate": "sum", "of": "nothing"}, "/of"),
        ({"aggregate": "sum"}, ""),
        ({"aggregate": "count", "of": "points"}, "/of"),
        ({"aggregate": "count", "dated_by": "points"}, "/dated_by"),
        ({"aggregate": "count", "dated_by": "nothing"}, "/dated_by"),
        ({"aggregate": "count", "where": {"==": [{"var": "nothing"}, 1]}}, "/where"),
    ],
)
def test_a_rollup_that_does_not_fit_is_refused(rollup, place):
    assert any(pointer.startswith(PLACE + place) for pointer in said(club(**rollup)))


def test_an_unknown_relation_is_refused():
    bodies = club(aggregate="count")
    bodies["entity", "club"]["properties"]["total"]["x-tessera"]["relation"] = "peopel"
    [problem] = problems(bodies)
    assert problem.pointer == PLACE + "/relation"
    assert "people" in problem.hinted()


def test_a_rollup_takes_the_type_of_what_it_gathers():
    facts = published(membership()).facts("member")
    assert facts["total_spent"].type.scale == 2
    assert facts["last_order_on"].type.name == "date"
    assert facts["order_count"].type.name == "integer"


def test_a_rollup_follows_when_only_the_gathered_field_changes():
    before = published(membership())
    order = membership()["entity", "order"]
    order["properties"]["amount"]["x-tessera"]["currency"] = "USD"
    changed = checking.check(registry(), before, {("entity", "order"): order}).changed
    spent = changed["entity", "member"]["properties"]["total_spent"]["x-tessera"]
    assert spent["of_type"]["currency"] == "USD"


def test_a_circle_of_rollups_is_refused():
    people = {"==": [{"var": "club.total"}, 1]}
    bodies = club(aggregate="count", where=people)
    assert "rollup.circle" in said(bodies).values()
