"""Versions, change sets and the stamp."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from builder.database import Database
from schema_store import change_sets, store
from schema_store.change_sets import Step

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
VIEW = ("view", "members")


def publish(database: Database, changes: Any, note: str = "") -> store.Publication:
    with database.writing() as connection:
        store.lock(connection)
        return store.publish(connection, changes, at=AT, by="user:1", note=note)


def test_nothing_is_published_at_first(database):
    with database.reading() as connection:
        assert store.read_stamp(connection) == 0
        assert store.live(connection) == {}


def test_each_publish_is_a_version_and_moves_the_stamp(database):
    publish(database, {VIEW: {"label": "A"}})
    publish(database, {VIEW: {"label": "B"}}, note="better")
    with database.reading() as connection:
        assert store.read_stamp(connection) == 2
        assert store.live_one(connection, *VIEW) == store.Live(2, {"label": "B"})
        newest, oldest = store.versions(connection, *VIEW)
        assert (newest.body, newest.note, newest.at) == ({"label": "B"}, "better", AT)
        assert store.body_of_version(connection, *VIEW, oldest.version) == {"label": "A"}


def test_a_body_keeps_its_order_and_its_characters(database):
    body = {"b": {"z": 1, "a": 2}, "a": '王 😀 \\ " \u2028'}
    publish(database, {VIEW: body})
    with database.reading() as connection:
        found = store.live_one(connection, *VIEW)
    assert found is not None
    assert list(found.body) == ["b", "a"]
    assert found.body == body


def test_retiring_is_a_version_without_a_body(database):
    publish(database, {VIEW: {"label": "A"}})
    publish(database, {VIEW: None})
    with database.reading() as connection:
        assert store.live(connection) == {}
        assert store.live_one(connection, *VIEW) is None
        assert store.retired(connection) == {VIEW}
        assert [one.body for one in store.versions(connection, *VIEW)] == [None, {"label": "A"}]


def test_the_history_names_what_each_change_set_published(database):
    publish(database, {VIEW: {"label": "A"}, ("form", "f"): {}})
    second = publish(database, {VIEW: {"label": "B"}})
    with database.reading() as connection:
        newest, oldest = change_sets.recent(connection)
        assert newest == second
        assert oldest.published == (("form", "f", 1), (*VIEW, 1))
        assert change_sets.get(connection, second.id) == second
        assert change_sets.steps(connection, second.id) == {VIEW: Step(2, {"label": "A"}, {"label": "B"})}
        assert change_sets.since(connection, oldest.id, [VIEW]) == [second]
        assert change_sets.recent(connection, before=second.id) == [oldest]


def test_the_moment_before_a_change_set_is_known(database):
    publish(database, {VIEW: {"label": "A"}})
    second = publish(database, {VIEW: {"label": "B"}, ("form", "f"): {}})
    publish(database, {VIEW: None})
    with database.reading() as connection:
        assert change_sets.as_before(connection, second.id) == {VIEW: {"label": "A"}, ("form", "f"): None}
        assert change_sets.last_bodies(connection, [VIEW]) == {VIEW: {"label": "B"}}


def test_a_version_cannot_be_written_twice(database):
    publish(database, {VIEW: {"label": "A"}})
    row = {
        "kind": "view",
        "key": "members",
        "version": 1,
        "published_at": AT,
        "published_by": "x",
        "change_id": 1,
    }
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(store.versions_table).values(row))


def test_the_stamp_has_one_row(database):
    publish(database, {VIEW: {}})
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(store.stamps).values(id=2, stamp=9))


def test_publishers_wait_for_each_other(database):
    def many(key: str) -> None:
        for number in range(10):
            publish(database, {("view", key): {"number": number}})

    threads = [threading.Thread(target=many, args=(key,)) for key in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert store.read_stamp(connection) == 30
        assert len({one.stamp for one in change_sets.recent(connection)}) == 30
