"""A trial copy: the newest records beside the drafts, on both databases, and nothing of it is real."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from builder.access.policy import Policy
from builder.access.tables import users
from builder.events import Cause
from builder.publishing.publish import publish
from builder.records import find, save
from builder.upkeep import checks, trial
from builder.work import House
from schema_store import drafts, store
from schema_store.problems import Problems

OPERATOR = Policy.operator()
NEWEST = 10


def drafted(house: House, kind: str, key: str, change: Any) -> None:
    with house.writing(Cause("form")) as work:
        live = store.live_one(work.connection, kind, key)
        body = work.registry.kinds[kind].authored(live.body)
        change(body)
        drafts.save_draft(
            work.connection, (kind, key), body, base=live.version, turn=0, by="user:1", at=work.now
        )


def with_nickname(body: dict[str, Any]) -> None:
    body["properties"]["nickname"] = {"x-tessera": {"type": "text", "label": "Nickname"}}


def files(house: House) -> list[Path]:
    return sorted((house.settings.data / "trials").glob("*.db*"))


@pytest.fixture
def copy(shop: House) -> Iterator[House]:
    drafted(shop, "entity", "member", with_nickname)
    found = trial.house_of(shop, 1, trial.make(shop, 1, newest=NEWEST))
    assert found is not None
    yield found
    trial.drop(shop, 1, files(shop)[0].stem.partition("-")[2])


def read(house: House, entity: str, **asked: Any) -> list[find.Record]:
    with house.reading() as work:
        return list(find.page(work, find.Query(entity, limit=1000, **asked), OPERATOR).records)


def test_the_copy_has_the_draft_and_the_workspace_has_not(shop, copy):
    assert "nickname" in find_fields(copy)
    assert "nickname" not in find_fields(shop)


def find_fields(house: House) -> set[str]:
    with house.reading() as work:
        return set(work.catalog.entity("member").fields)


def test_the_newest_records_are_there_with_all_that_they_point_to(shop, copy):
    real = {record.id: record.values for record in read(shop, "order")}
    copied = {record.id: record.values for record in read(copy, "order")}

    assert set(copied) == set(sorted(real)[-NEWEST:])
    assert all(copied[one] == real[one] for one in copied)
    members = {record.id for record in read(copy, "member")}
    assert {values["member"] for values in copied.values()} <= members
    assert len(members) < len(read(shop, "member"))


def test_figures_fit_what_was_copied(copy):
    orders = read(copy, "order", where=({"==": [{"var": "status"}, "paid"]},))
    counted = {record.id: record.values["order_count"] for record in read(copy, "member")}

    assert sum(counted.values()) == len(orders)
    assert [one for one in checks.run(copy, whole=True).findings if one.check != "history"] == []


def test_what_is_written_in_the_copy_stays_there(shop, copy):
    with copy.writing(Cause("form", actor="user:1")) as work:
        saved = save.save(work, "member", {"member_no": "TRIAL-1", "nickname": "Mei"}, policy=OPERATOR)

    [record] = read(copy, "member", where=({"==": [{"var": "nickname"}, "Mei"]},))
    assert record.id == saved.id
    assert read(shop, "member", where=({"==": [{"var": "member_no"}, "TRIAL-1"]},)) == []


def test_nobody_else_can_read_the_file_and_no_password_is_in_it(shop, copy):
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files(shop))
    with copy.reading() as work:
        assert set(work.connection.scalars(select(users.c.password_hash))) == {None}


def test_a_copy_is_its_owner_s_and_its_name_is_no_path(shop, copy):
    token = files(shop)[0].stem.partition("-")[2]
    assert trial.house_of(shop, 1, token) is copy
    assert trial.house_of(shop, 2, token) is None
    assert trial.house_of(shop, 1, "../../tessera") is None


def test_a_second_copy_takes_the_place_of_the_first_and_one_that_is_dropped_is_gone(shop):
    first = trial.make(shop, 1, newest=1)
    second = trial.make(shop, 1, newest=1)
    assert trial.house_of(shop, 1, first) is None
    assert trial.house_of(shop, 1, second) is not None
    trial.drop(shop, 1, second)
    assert trial.house_of(shop, 1, second) is None
    assert files(shop) == []


def test_a_draft_that_cannot_be_published_leaves_no_copy(shop):
    drafted(shop, "view", "all_members", lambda body: body["columns"].append("nothing"))
    with pytest.raises(Problems):
        trial.make(shop, 1)
    assert files(shop) == []


def test_a_record_that_points_to_an_older_one_brings_it_along(shop):
    def with_parent(body: Any) -> None:
        body["properties"]["brought_by"] = {
            "x-tessera": {"type": "reference", "label": "Brought by", "to": "member"}
        }

    with shop.reading() as work:
        body = work.registry.kinds["entity"].authored(work.catalog.bodies["entity", "member"])
    with_parent(body)
    publish(shop, {("entity", "member"): body}, cause=Cause("command"))
    oldest, *_others, newest = sorted(record.id for record in read(shop, "member"))
    with shop.writing(Cause("form", actor="user:1")) as work:
        save.save(work, "member", {"brought_by": oldest}, policy=OPERATOR, id=newest)
    token = trial.make(shop, 1, newest=1)
    copy = trial.house_of(shop, 1, token)

    assert copy is not None
    assert {oldest, newest} <= {record.id for record in read(copy, "member")}
    trial.drop(shop, 1, token)
