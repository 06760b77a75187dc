"""Drafts: nothing that two people wrote is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from builder.database import Database
from schema_store import store
from schema_store.drafts import Draft, DraftConflict, discard_draft, draft, save_draft
from schema_store.merging import Merge, merge
from schema_store.problems import Problems

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
VIEW = ("view", "members")
LIVE = {"label": "Members", "columns": ["name"]}


def save(database: Database, body: Any, *, base: int | None = None, turn: int = 0, by: str = "ann") -> Draft:
    with database.writing() as connection:
        return save_draft(connection, VIEW, body, base=base, turn=turn, by=by, at=AT)


def publish(database: Database, body: Any) -> None:
    with database.writing() as connection:
        store.lock(connection)
        store.publish(connection, {VIEW: body}, at=AT, by="ann")


def kept(database: Database) -> Draft | None:
    with database.reading() as connection:
        return draft(connection, *VIEW)


def merged(conflict: DraftConflict) -> Merge:
    return merge(conflict.base, conflict.mine, conflict.theirs)


def test_a_draft_is_kept_and_changes_nothing_that_is_live(database):
    save(database, LIVE)
    found = kept(database)
    assert found is not None
    assert (found.body, found.by, found.turn, found.is_stale) == (LIVE, "ann", 1, False)
    with database.reading() as connection:
        assert store.live(connection) == {}


def test_the_next_save_says_which_one_it_saw(database):
    first = save(database, LIVE)
    assert save(database, LIVE | {"label": "All"}, turn=first.turn).turn == 2


def test_a_second_writer_is_told_and_both_texts_are_there(database):
    publish(database, LIVE)
    save(database, LIVE | {"label": "Ann's"}, base=1)
    with pytest.raises(DraftConflict) as error:
        save(database, LIVE | {"label": "Bob's"}, base=1, by="bob")
    conflict = error.value
    assert (conflict.base, conflict.mine["label"], conflict.theirs["label"]) == (LIVE, "Bob's", "Ann's")
    assert [one.pointer for one in merged(conflict).conflicts] == ["/label"]
    assert "/label" in str(conflict)
    assert kept(database).body["label"] == "Ann's"


def test_writers_of_different_places_can_be_merged_at_once(database):
    publish(database, LIVE)
    save(database, LIVE | {"label": "Ann's"}, base=1)
    with pytest.raises(DraftConflict) as error:
        save(database, LIVE | {"columns": ["name", "phone"]}, base=1, by="bob")
    conflict = error.value
    assert merged(conflict).conflicts == ()
    save(database, merged(conflict).merged, base=conflict.base_version, turn=conflict.turn, by="bob")
    assert kept(database).body == {"label": "Ann's", "columns": ["name", "phone"]}


def test_a_publish_in_between_is_a_conflict(database):
    publish(database, LIVE)
    publish(database, LIVE | {"label": "Newer"})
    with pytest.raises(DraftConflict) as error:
        save(database, LIVE | {"label": "Mine"}, base=1)
    assert error.value.theirs["label"] == "Newer"
    assert error.value.base_version == 2


def test_a_draft_becomes_stale_when_something_newer_is_published(database):
    publish(database, LIVE)
    save(database, LIVE | {"label": "Mine"}, base=1)
    publish(database, LIVE | {"label": "Newer"})
    assert kept(database).is_stale


def test_a_discarded_draft_is_gone(database):
    save(database, LIVE)
    with database.writing() as connection:
        assert discard_draft(connection, *VIEW)
        assert not discard_draft(connection, *VIEW)
    assert kept(database) is None


def test_a_draft_may_say_that_the_definition_retires(database):
    publish(database, LIVE)
    assert save(database, None, base=1).body is None
    assert kept(database).body is None
    with pytest.raises(DraftConflict) as error:
        save(database, LIVE | {"label": "Bob's"}, base=1, by="bob")
    assert [(one.pointer, one.theirs) for one in merged(error.value).conflicts] == [("", None)]


def test_what_was_never_published_is_not_retired(database):
    with pytest.raises(Problems, match="never published"):
        save(database, None)


def test_a_retired_key_takes_no_draft(database):
    publish(database, LIVE)
    publish(database, None)
    with pytest.raises(Problems):
        save(database, LIVE)


def test_what_publishing_wrote_into_an_entity_is_no_conflict(database):
    head = {"key": "club", "label": "Club"}
    written = {"properties": {"name": {"x-tessera": {"type": "text", "label": "Name"}}}, "x-tessera": head}
    live = {
        "$schema": "…",
        "type": "object",
        "properties": {"name": {"type": "string", **written["properties"]["name"]}, "id": {"readOnly": True}},
        "x-tessera": head,
    }
    publish(database, live)
    save(database, written | {"x-tessera": {**head, "icon": "heart"}}, base=1)
    with pytest.raises(DraftConflict) as error:
        save(database, written | {"x-tessera": {**head, "label": "Clubs"}}, base=1, by="bob")
    assert merged(error.value).conflicts == ()
    assert merged(error.value).merged["x-tessera"] == {"key": "club", "label": "Clubs", "icon": "heart"}
