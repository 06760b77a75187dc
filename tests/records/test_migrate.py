"""Publishing an entity changes its table by adding only."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from builder.events import Cause
from builder.publishing.plan import impact
from builder.publishing.publish import publish
from builder.records import save
from builder.work import House
from schema_store import store
from schema_store.problems import Problems
from tests import make

Bodies = dict[tuple[str, str], Any]


def change(shop: House, edit: Callable[[dict[str, Any]], None]) -> None:
    """Publish the member entity after `edit` of its document."""
    with shop.reading() as work:
        body = deepcopy(dict(store.live(work.connection)["entity", "member"].body))
    edit(body)
    publish(shop, {("entity", "member"): body}, cause=Cause("command"))


def add(key: str, **settings: Any) -> Callable[[dict[str, Any]], None]:
    def edit(body: dict[str, Any]) -> None:
        body["properties"][key] = {"x-tessera": {"label": key, **settings}}

    return edit


def test_new_fields_of_every_storage_are_there_at_once_and_old_records_stay(shop: House) -> None:
    member_id = make.record(shop, "member", {"member_no": "M1", "name": "Ann"})

    def edit(body: dict[str, Any]) -> None:
        add("nickname", type="text", index=True)(body)
        add("mentor", type="reference", to="member", inverse={"key": "pupils"}, on_delete="clear")(body)
        add("hobbies", type="tags")(body)
        add("pupil_count", type="rollup", relation="pupils", aggregate="count")(body)

    change(shop, edit)
    pupil_id = make.record(
        shop, "member", {"member_no": "M2", "mentor": member_id, "hobbies": frozenset({"go"})}
    )
    assert make.read(shop, "member", member_id).values["pupil_count"] == 1
    assert make.read(shop, "member", pupil_id).values["hobbies"] == {"go"}


def test_count_of_children_that_are_there_already_is_filled_in(shop: House) -> None:
    member_id = make.record(shop, "member", {"member_no": "M1"})
    make.record(shop, "task", {"title": "Call", "member": member_id})
    with shop.reading() as work:
        relation = next(one.key for one in work.catalog.relations("member").values() if one.entity == "task")
    change(shop, add("task_count", type="rollup", relation=relation, aggregate="count"))
    assert make.read(shop, "member", member_id).values["task_count"] == 1


def test_field_cannot_become_unique_while_values_stand_twice(shop: House) -> None:
    for number in ("M1", "M2"):
        make.record(shop, "member", {"member_no": number, "name": "Ann"})
    with pytest.raises(Problems) as refused:
        change(shop, lambda body: body["properties"]["name"]["x-tessera"].update(unique=True))
    assert [one.code for one in refused.value.problems] == ["unique.twice"]


def test_deleting_what_a_clearing_reference_points_to_clears_it(shop: House) -> None:
    change(shop, add("mentor", type="reference", to="member", inverse={"key": "pupils"}, on_delete="clear"))
    mentor = make.record(shop, "member", {"member_no": "M1"})
    pupil = make.record(shop, "member", {"member_no": "M2", "mentor": mentor})
    with shop.writing(Cause("form")) as work:
        save.delete(work, "member", mentor, policy=make.OPERATOR)
    assert make.read(shop, "member", pupil).values["mentor"] is None


def test_two_new_entities_may_point_to_each_other(shop: House) -> None:
    def body(key: str, other: str) -> dict[str, Any]:
        name = {"x-tessera": {"type": "text", "label": "Name"}}
        link = {
            "x-tessera": {"type": "reference", "label": other, "to": other, "inverse": {"key": f"{key}s"}}
        }
        return {
            "type": "object",
            "properties": {"name": name, other: link},
            "x-tessera": {"key": key, "label": key, "label_plural": key, "title_field": "name"},
        }

    changes = {("entity", "team"): body("team", "coach"), ("entity", "coach"): body("coach", "team")}
    publish(shop, changes, cause=Cause("command"))
    coach = make.record(shop, "coach", {"name": "Eve"})
    team = make.record(shop, "team", {"name": "Reds", "coach": coach})
    make.record(shop, "coach", {"team": team}, id=coach)
    assert make.read(shop, "coach", coach).titles == {"team": "Reds"}


def test_plan_counts_the_records_that_a_change_leaves_without_a_value(shop: House) -> None:
    for number in ("M1", "M2", "M3"):
        make.record(shop, "member", {"member_no": number, "level": "gold"})
    make.record(shop, "member", {"member_no": "M4", "name": "Eve"})

    def edit(body: dict[str, Any]) -> None:
        body["required"] = [*body.get("required", []), "name"]
        level = body["properties"]["level"]
        level["x-tessera"]["options"] = [
            one for one in level["x-tessera"]["options"] if one["value"] != "gold"
        ]
        level.pop("enum", None)

    with shop.reading() as work:
        body = deepcopy(dict(store.live(work.connection)["entity", "member"].body))
        edit(body)
        said = [one.sentence.said() for one in impact(work, {("entity", "member"): body}).table_changes]
    assert "3 records of “Members” have no “Name” yet, which is required now." in said
    assert "3 records of “Members” hold the option “gold” of “Level”, which goes." in said
