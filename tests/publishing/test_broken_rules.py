"""Which fields a rule reads is known: who takes one away or changes it is told every rule that breaks, and refused."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from builder.events import Cause
from builder.publishing.plan import impact
from builder.publishing.publish import publish
from builder.publishing.where_used import uses_of_field
from builder.work import House
from schema_store.problems import Problems
from tests.kinds.workshop import entity, field

CAUSE = Cause("command")
Bodies = dict[tuple[str, str], Any]
STAGES = [{"value": value, "label": value} for value in ("new", "active")]
ACTIVE = {"==": [{"var": "stage"}, "active"]}
RICH = {">": [{"var": "points"}, 5]}
PAID = {"some": [{"var": "orders"}, {"==": [{"var": "status"}, "paid"]}]}
RULE = {"and": [ACTIVE, RICH, PAID]}


def entities() -> Bodies:
    """Members with a formula, orders with a rollup over them and a formula that reads their member."""
    member = {
        "name": field("text"),
        "stage": field("select", options=STAGES),
        "points": field("integer"),
        "bonus": field(
            "formula", formula={"if": [ACTIVE, {"+": [{"var": "points"}, 10]}, 0]}, gives={"type": "integer"}
        ),
        "paid": field(
            "rollup", relation="orders", aggregate="count", where={"==": [{"var": "status"}, "paid"]}
        ),
    }
    order = {
        "number": field("text"),
        "status": field("select", options=[{"value": value, "label": value} for value in ("paid", "open")]),
        "member": field("reference", to="member", inverse={"key": "orders"}, on_delete="clear"),
        "for_active": field(
            "formula", formula={"==": [{"var": "member.stage"}, "active"]}, gives={"type": "boolean"}
        ),
    }
    return entity("member", member) | entity("order", order)


def users() -> Bodies:
    """A rule in every kind that has rules."""
    view = {
        "key": "some",
        "label": "Some",
        "entity": "member",
        "type": "table",
        "columns": ["name"],
        "where": RULE,
    }
    role = {"key": "clerk", "label": "Clerk", "entities": {"member": {"read": True, "rows": RULE}}}
    action = {"type": "set_field", "field": "name", "value": "x"}
    timed = {
        "key": "nightly", "label": "Nightly", "entity": "member", "trigger": {"type": "schedule", "cron": "0 3 * * *"},
        "where": RULE, "episode": {"??": [{"var": "points"}, 0]}, "actions": [action],
    }  # fmt: skip
    woken = {
        "key": "woken", "label": "Woken", "entity": "member", "trigger": {"type": "record", "on": ["changed"]},
        "where": {"and": [{"changed": ["points"]}, ACTIVE, PAID]}, "actions": [action],
    }  # fmt: skip
    return {
        ("view", "some"): view,
        ("role", "clerk"): role,
        ("workflow", "nightly"): timed,
        ("workflow", "woken"): woken,
    }


def member(edit: Callable[[dict[str, Any]], None]) -> Bodies:
    return _edited("member", edit)


def _edited(key: str, edit: Callable[[dict[str, Any]], None]) -> Bodies:
    body = deepcopy(entities()["entity", key])
    edit(body["properties"])
    return {("entity", key): body}


def _without(key: str, name: str) -> Bodies:
    return _edited(key, lambda fields: fields.pop(name))


def _option_gone(fields: dict[str, Any]) -> None:
    fields["stage"]["x-tessera"]["options"] = STAGES[:1]


def _paid_gone(fields: dict[str, Any]) -> None:
    fields["status"]["x-tessera"]["options"] = fields["status"]["x-tessera"]["options"][1:]


def _now_a_text(fields: dict[str, Any]) -> None:
    fields["points"] = field("text")


def _renamed(fields: dict[str, Any]) -> None:
    fields["member"]["x-tessera"]["inverse"] = {"key": "purchases"}


EVERYWHERE = {
    "/view/some/where",
    "/role/clerk/entities/member/rows",
    "/workflow/nightly/where",
    "/workflow/woken/where",
}
CHANGES: dict[str, tuple[Bodies, set[str]]] = {
    "field retired": (
        _without("member", "stage"),
        EVERYWHERE | {"/entity/member/properties/bonus", "/entity/order/properties/for_active"},
    ),
    "option removed": (
        member(_option_gone),
        EVERYWHERE | {"/entity/member/properties/bonus", "/entity/order/properties/for_active"},
    ),
    "type changed": (
        member(_now_a_text),
        (EVERYWHERE - {"/workflow/woken/where"})
        | {"/workflow/nightly/episode", "/entity/member/properties/bonus"},
    ),
    "field of child records retired": (
        _without("order", "status"),
        EVERYWHERE | {"/entity/member/properties/paid"},
    ),
    "option of child records removed": (
        _edited("order", _paid_gone),
        EVERYWHERE | {"/entity/member/properties/paid"},
    ),
    "relation removed": (
        _without("order", "member"),
        EVERYWHERE | {"/entity/member/properties/paid", "/entity/order/properties/for_active"},
    ),
    "relation renamed": (
        _edited("order", _renamed),
        EVERYWHERE | {"/entity/member/properties/paid"},
    ),
    "formula retired that others read": (_without("member", "points"), {"/entity/member/properties/bonus"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_rule_that_breaks_is_listed_and_nothing_is_published(bare: House, name: str) -> None:
    publish(bare, entities() | users(), cause=CAUSE)
    change, broken = CHANGES[name]
    with bare.reading() as work:
        found = impact(work, change)
    pointers = {problem.pointer for problem in found.errors}
    missed = {place for place in broken if not any(one.startswith(place) for one in pointers)}
    assert not missed, pointers
    with pytest.raises(Problems):
        publish(bare, change, cause=CAUSE)


def test_every_use_of_a_field_is_known(bare: House) -> None:
    publish(bare, entities() | users(), cause=CAUSE)
    with bare.reading() as work:
        found = {
            f"{use.kind}/{use.key}{use.pointer}"
            for use in uses_of_field(work.registry, work.catalog, "order", "status")
        }
    assert found == {
        "view/some/where", "role/clerk/entities/member/rows", "workflow/nightly/where", "workflow/woken/where",
        "entity/member/properties/paid/x-tessera/where",
    }  # fmt: skip


def test_what_no_rule_reads_may_go(bare: House) -> None:
    publish(bare, entities() | users(), cause=CAUSE)
    free = deepcopy(entities()["entity", "member"])
    free["properties"]["note"] = field("text")
    publish(bare, {("entity", "member"): free}, cause=CAUSE)
    publish(bare, {("entity", "member"): entities()["entity", "member"]}, cause=CAUSE)
