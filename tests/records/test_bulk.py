"""Sets through the writing door, and back again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import literal, select

from builder import events
from builder.events import Cause
from builder.records import bulk, history, revert, tables
from builder.rules.check import check
from builder.work import House, Work
from tests import make
from tests.make import OPERATOR


def members(shop: House, count: int) -> list[int]:
    return [
        make.record(shop, "member", {"member_no": f"M{number}", "name": f"N{number}"})
        for number in range(count)
    ]


def all_ids(work: Work, entity: str = "member"):
    return select(tables.of(work.catalog).table(entity).c.id)


DORMANT = bulk.Changes(set={"stage": "dormant"}, add_tags={"tags": ("wake-up",)})


def test_only_records_that_really_change_get_a_version_and_history(shop: House) -> None:
    ann, bob, eve = members(shop, 3)
    make.record(shop, "member", {"stage": "dormant", "tags": frozenset({"wake-up"})}, id=eve)
    make.record(shop, "member", {"tags": frozenset({"wake-up"})}, id=bob)
    with shop.writing(Cause("workflow", run=7)) as work:
        written = bulk.write(work, "member", all_ids(work), DORMANT)
    assert written.changed == 2
    assert [make.read(shop, "member", one).version for one in (ann, bob, eve)] == [2, 3, 2]
    with shop.reading() as work:
        first, second = (history.of(work, "member", one, OPERATOR)[0] for one in (ann, bob))
    assert first.changes == {"stage": ("new", "dormant"), "tags": (frozenset(), frozenset({"wake-up"}))}
    assert second.changes == {"stage": ("new", "dormant")}
    assert (first.actor, first.cause, first.run_id) == ("operator", "workflow", 7)


def test_a_set_that_changes_nothing_leaves_no_trace(shop: House) -> None:
    members(shop, 2)
    with shop.writing(Cause("workflow")) as work:
        bulk.write(work, "member", all_ids(work), DORMANT)
    with shop.writing(Cause("workflow")) as work:
        before = work.connection.execute(select(events.event_batches.c.id)).scalars().all()
        assert bulk.write(work, "member", all_ids(work), DORMANT) == bulk.Written(None, 0)
        assert work.connection.execute(select(events.event_batches.c.id)).scalars().all() == before


def test_values_may_be_worked_out_by_a_rule(shop: House) -> None:
    ann = make.record(shop, "member", {"member_no": "M1", "joined_on": date(2026, 1, 31), "points": 3})
    with shop.writing(Cause("workflow")) as work:
        doubled = check({"*": [{"var": "points"}, 2]}, work.catalog, "member", wanted="value")
        bulk.write(work, "member", all_ids(work), bulk.Changes(set={"points": doubled}))
    assert make.read(shop, "member", ann).values["points"] == 6


def test_undo_puts_fields_and_tags_back_and_leaves_what_others_changed(shop: House) -> None:
    ann, bob, eve = members(shop, 3)
    make.record(shop, "member", {"tags": frozenset({"wake-up", "vip"})}, id=bob)
    with shop.writing(Cause("workflow", run=7)) as work:
        bulk.write(work, "member", all_ids(work), DORMANT)
    make.record(shop, "member", {"name": "Eva"}, id=eve)
    assert revert.rehearse(shop, 7).reverted == 2
    undone = revert.run(shop, 7, Cause("undo", run=8))
    assert (undone.reverted, undone.skipped) == (2, [("member", eve)])
    values = [make.read(shop, "member", one).values for one in (ann, bob, eve)]
    assert [one["stage"] for one in values] == ["new", "new", "dormant"]
    assert [one["tags"] for one in values] == [frozenset(), {"wake-up", "vip"}, {"wake-up"}]


def test_made_records_are_deleted_by_undo_unless_others_need_them(shop: House) -> None:
    ann, _bob = members(shop, 2)
    with shop.writing(Cause("workflow", run=7)) as work:
        member = tables.of(work.catalog).table("member")
        source = select(member.c.id.label("member"), literal("Call").label("title")).where(member.c.id == ann)
        made = bulk.create(work, "task", source)
    assert made.changed == 1
    with shop.reading() as work:
        task_id = work.connection.execute(all_ids(work, "task")).scalar_one()
    assert make.read(shop, "task", task_id).values["member"] == ann
    assert revert.run(shop, 7, Cause("undo", run=8)).reverted == 1
    with shop.reading() as work:
        assert work.connection.execute(all_ids(work, "task")).all() == []
        assert [one.what for one in history.of(work, "task", task_id, OPERATOR)] == ["deleted", "created"]


def test_rollups_follow_sets_of_children(shop: House) -> None:
    ann, bob = members(shop, 2)
    for number, owner in enumerate((ann, ann, bob)):
        order = {
            "order_no": f"O{number}",
            "member": owner,
            "ordered_on": date(2026, 1, number + 1),
            "amount": 100,
        }
        make.record(shop, "order", order)
    with shop.writing(Cause("workflow", run=7)) as work:
        bulk.write(work, "order", all_ids(work, "order"), bulk.Changes(set={"member": bob}))
    assert [make.read(shop, "member", one).values["order_count"] for one in (ann, bob)] == [0, 3]
    revert.run(shop, 7, Cause("undo", run=8))
    assert [make.read(shop, "member", one).values["order_count"] for one in (ann, bob)] == [2, 1]
    with shop.writing(Cause("form")) as work:
        bulk.delete(work, "order", all_ids(work, "order"))
    assert [make.read(shop, "member", one).values["total_spent"] for one in (ann, bob)] == [0, 0]
