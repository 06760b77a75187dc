"""An entity's document changed field by field, and nothing else of it."""

from __future__ import annotations

import pytest

from builder.kinds import entity_edits


def body(*keys, required=(), **head):
    properties = {key: {"x-tessera": {"type": "text", "label": key.title()}} for key in keys}
    return {"properties": properties, "required": list(required), "x-tessera": {"key": "thing", **head}}


def test_a_field_is_added_behind_those_in_use():
    start = body("a", "b")
    start["properties"]["old"] = {"x-tessera": {"type": "text", "label": "Old", "retired": True}}
    made = entity_edits.with_field(start, "c", {"type": "date", "label": "C"}, is_required=True)
    assert list(made["properties"]) == ["a", "b", "c", "old"]
    assert made["required"] == ["c"]
    assert list(start["properties"]) == ["a", "b", "old"]


def test_a_field_keeps_its_place_when_it_changes():
    made = entity_edits.with_field(body("a", "b", required=["a"]), "a", {"type": "text"}, is_required=False)
    assert list(made["properties"]) == ["a", "b"]
    assert made["required"] == []


@pytest.mark.parametrize(
    ("key", "step", "order"),
    [("a", 1, "bac"), ("c", -1, "acb"), ("a", -1, "abc"), ("c", 1, "abc"), ("x", 1, "abc")],
)
def test_fields_are_moved_among_their_neighbours(key, step, order):
    assert "".join(entity_edits.moved(body("a", "b", "c"), key, step)["properties"]) == order


def test_what_was_published_is_retired_and_what_was_not_goes():
    start = body("a", "b", required=["a"], title_field="a", search=["a", "b"])
    retired = entity_edits.without(start, "a", body("a"))
    assert retired["properties"]["a"]["x-tessera"]["retired"] is True
    assert retired["required"] == []
    assert retired["x-tessera"] == {"key": "thing", "search": ["b"]}
    assert "a" not in entity_edits.without(start, "a", None)["properties"]
    assert list(entity_edits.restored(retired, "a")["properties"]) == ["b", "a"]
    assert "retired" not in entity_edits.restored(retired, "a")["properties"]["a"]["x-tessera"]


def test_entries_of_lists_are_left_out_whatever_their_order():
    view = {"columns": ["a", "b", "c"], "sort": ["-b"], "where": {"==": [{"var": "b"}, 1]}}
    assert entity_edits.is_in_list(view, "/columns/1")
    assert not entity_edits.is_in_list(view, "/where")
    assert not entity_edits.is_in_list(view, "/columns/7")
    made = entity_edits.without_entries(view, ["/columns/0", "/columns/2", "/sort/0", "/nothing/3"])
    assert (made["columns"], made["sort"]) == (["b"], [])
    assert view["columns"] == ["a", "b", "c"]
