"""Differences key by key, and merging what two people changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schema_store.diff import MISSING, ORDER, Change, changes
from schema_store.merging import merge

OPTIONS = [{"value": "base", "label": "Base"}, {"value": "gold", "label": "Gold"}]

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "b"])
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "y", "value"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_equal_documents_do_not_differ():
    assert changes({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == []


def test_a_changed_value_is_found_by_its_path():
    assert changes({"a": {"b": 1}}, {"a": {"b": 2}}) == [Change(("a", "b"), 1, 2)]


def test_null_is_not_the_same_as_missing():
    assert changes({}, {"a": None}) == [Change(("a",), MISSING, None)]


def test_true_is_not_one():
    assert changes({"a": 1}, {"a": True}) == [Change(("a",), 1, True)]


def test_a_new_option_is_found_by_its_value():
    black = {"value": "black", "label": "Black"}
    assert changes({"options": OPTIONS}, {"options": [*OPTIONS, black]}) == [
        Change(("options", "black"), MISSING, black)
    ]


def test_a_relabelled_option_is_one_change():
    after = [OPTIONS[0], {"value": "gold", "label": "Gold card"}]
    assert changes({"options": OPTIONS}, {"options": after}) == [
        Change(("options", "gold", "label"), "Gold", "Gold card")
    ]


def test_options_in_another_order_are_one_change():
    found = changes({"options": OPTIONS}, {"options": OPTIONS[::-1]})
    assert found == [Change(("options", ORDER), ["base", "gold"], ["gold", "base"])]


def test_fields_in_another_order_are_one_change():
    before, after = {"properties": {"a": 1, "b": 2}}, {"properties": {"b": 2, "a": 1}}
    assert changes(before, after) == [Change(("properties", ORDER), ["a", "b"], ["b", "a"])]


def test_the_order_of_other_keys_means_nothing():
    assert changes({"a": 1, "b": 2}, {"b": 2, "a": 1}) == []


def test_a_list_without_names_changes_as_a_whole():
    assert changes({"in": [1, 2]}, {"in": [1, 3]}) == [Change(("in",), [1, 2], [1, 3])]


def test_two_people_who_change_different_fields_do_not_conflict():
    base = {"properties": {"a": {"label": "A"}, "b": {"label": "B"}}}
    mine = {"properties": {"a": {"label": "Mine"}, "b": {"label": "B"}}}
    theirs = {"properties": {"a": {"label": "A"}, "b": {"label": "Theirs"}, "c": {"label": "C"}}}
    merged = merge(base, mine, theirs)
    assert merged.conflicts == ()
    assert merged.merged["properties"] == {
        "a": {"label": "Mine"},
        "b": {"label": "Theirs"},
        "c": {"label": "C"},
    }


def test_two_people_who_add_different_options_do_not_conflict():
    mine = {"options": [*OPTIONS, {"value": "black"}]}
    theirs = {"options": [{"value": "silver"}, *OPTIONS]}
    merged = merge({"options": OPTIONS}, mine, theirs)
    assert merged.conflicts == ()
    assert [option["value"] for option in merged.merged["options"]] == ["silver", "base", "gold", "black"]


def test_two_people_who_change_the_same_place_conflict_there():
    merged = merge({"label": "A"}, {"label": "Mine"}, {"label": "Theirs"})
    [conflict] = merged.conflicts
    assert (conflict.pointer, conflict.mine, conflict.theirs) == ("/label", "Mine", "Theirs")
    assert merged.merged == {"label": "Mine"}


def test_removing_what_another_changed_is_a_conflict():
    [conflict] = merge({"a": {"b": 1}}, {}, {"a": {"b": 2}}).conflicts
    assert conflict.mine is MISSING


def test_what_they_moved_stays_moved_where_i_moved_nothing():
    base = {"properties": {"a": 1, "b": 2}}
    merged = merge(base, {"properties": {"a": 1, "b": 2, "c": 3}}, {"properties": {"b": 2, "a": 1}})
    assert list(merged.merged["properties"]) == ["b", "a", "c"]


def test_two_people_who_move_the_same_things_elsewhere_conflict():
    base, mine, theirs = ({"options": [{"value": one} for one in order]} for order in ("abc", "bac", "acb"))
    [conflict] = merge(base, mine, theirs).conflicts
    assert (conflict.path, conflict.mine, conflict.theirs) == (
        ("options", ORDER),
        ["b", "a", "c"],
        ["a", "c", "b"],
    )


def test_a_rule_is_one_value_whoever_changed_which_part():
    base, mine, theirs = ({"where": {op: [1, 2]}} for op in ("==", "and", "or"))
    [conflict] = merge(base, mine, theirs, whole=["/where"]).conflicts
    assert (conflict.pointer, conflict.theirs) == ("/where", {"or": [1, 2]})


def test_a_choice_says_whose_words_stand():
    base, mine, theirs = ({"label": one, "icon": one} for one in ("base", "mine", "theirs"))
    merged = merge(base, mine, theirs, choices={"/label": "theirs", "/icon": "base"})
    assert merged.merged == {"label": "theirs", "icon": "base"}
    assert len(merged.conflicts) == 2
    orders = ({"options": [{"value": one} for one in order]} for order in ("abc", "bacx", "acb"))
    chosen = merge(*orders, choices={"/options/#order": "theirs"}).merged["options"]
    assert [one["value"] for one in chosen] == ["a", "c", "b", "x"]


@given(documents, documents)
def test_nothing_differs_only_between_equal_documents(one, other):
    assert changes(one, one) == []
    assert bool(changes(one, other)) == bool(changes(other, one))


@given(documents, documents)
def test_merging_with_someone_who_changed_nothing_gives_mine(base, mine):
    assert merge(base, mine, base).merged == mine
    assert merge(base, base, mine).merged == mine
    assert merge(base, mine, mine).conflicts == ()


@given(documents, documents, documents)
def test_people_conflict_at_the_same_places_whoever_asks(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {conflict.path for conflict in one.conflicts} == {conflict.path for conflict in other.conflicts}
