"""Workflows in definitions: triggers, actions, rules and schedules are right before they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from schema_store.problems import Problem
from tests.kinds.workshop import Bodies, membership, problems, said


def dormant(**more: Any) -> Bodies:
    bodies = membership()
    bodies["workflow", "member_dormant"].update(more)
    return bodies


def woken_by(**trigger: Any) -> Bodies:
    return dormant(trigger={"type": "record", **trigger})


class Picky:
    """An action with a closed schema and a check of its own."""

    settings: Mapping[str, Any] = {
        "type": "object",
        "properties": {"size": {"type": "integer"}},
        "additionalProperties": False,
    }

    def check(self, settings, entity, catalog):
        big = settings["size"] > 3
        return (
            [Problem("picky.size", "{entity} has no size {size}.", {"entity": entity, **settings}, "/size")]
            if big
            else []
        )


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"entity": "members"}, "/entity"),
        ({"where": {"==": [{"var": "stagee"}, "new"]}}, "/where"),
        ({"where": {"==": [{"var": "stage"}, "sleeping"]}}, "/where"),
        ({"where": {"changed": ["stage"]}}, "/where"),
        ({"episode": {"var": "nothing"}}, "/episode"),
        ({"trigger": {"type": "sundial"}}, "/trigger/type"),
        ({"trigger": {"type": "schedule", "cron": "0 25 * * *"}}, "/trigger/cron"),
        ({"trigger": {"type": "schedule", "cron": "every day"}}, "/trigger/cron"),
        ({"trigger": {"type": "record", "entity": "orders"}}, "/trigger/entity"),
        ({"trigger": {"type": "record", "entity": "order"}}, "/trigger"),
        ({"trigger": {"type": "record", "entity": "order", "via": "store"}}, "/trigger/via"),
        (
            {"trigger": {"type": "record", "entity": "order", "via": "member", "fields": ["x"]}},
            "/trigger/fields/0",
        ),
        ({"actions": [{"type": "explode"}]}, "/actions/0/type"),
        ({"actions": []}, "/actions"),
        ({"approval_above": -1}, "/approval_above"),
    ],
)
def test_a_workflow_with_something_wrong_says_where(more, place):
    found = said(dormant(**more))
    assert any(pointer.startswith("/workflow/member_dormant" + place) for pointer in found), found


def test_a_record_trigger_may_ask_what_changed():
    bodies = woken_by(fields=["stage"])
    bodies["workflow", "member_dormant"]["where"] = {"changed": ["stage"]}
    assert problems(bodies) == []


def test_a_record_trigger_on_other_records_cannot_ask_what_changed():
    bodies = woken_by(entity="order", via="member")
    bodies["workflow", "member_dormant"]["where"] = {"changed": ["stage"]}
    assert any("/where" in pointer for pointer in said(bodies))


def test_the_settings_of_an_action_are_checked_by_its_schema():
    bodies = dormant(actions=[{"type": "picky", "size": "big"}])
    assert said(bodies, parts={"picky": Picky()}) == {"/workflow/member_dormant/actions/0/size": "shape.type"}


def test_an_action_says_what_its_schema_cannot_see():
    bodies = dormant(actions=[{"type": "picky", "size": 4}])
    [problem] = problems(bodies, parts={"picky": Picky()})
    assert problem.pointer == "/workflow/member_dormant/actions/0/size"
    assert problem.said() == "member has no size 4."


def test_an_unknown_setting_of_an_action_is_refused():
    bodies = dormant(actions=[{"type": "picky", "sise": 1}])
    [problem] = problems(bodies, parts={"picky": Picky()})
    assert problem.hinted() == "Did you mean “size”?"
