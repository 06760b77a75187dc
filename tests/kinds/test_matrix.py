"""Rights as boxes and levels: what is drawn and posted unchanged is the same, and only what was drawn counts."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from builder.kinds.design.edits import edited
from builder.kinds.design.plan import plan, walk
from builder.kinds.design.reading import read
from schema_store.shapes import shipped

ROLE = {
    "key": "clerk",
    "label": "Clerk",
    "entities": {
        "member": {"read": True, "delete": False, "fields": {"phone": "hide", "level": "write"}},
        "store": {"read": True, "rows": {"==": [{"var": "city"}, "Suzhou"]}},
    },
}


def planned(body):
    return plan(shipped()["role"], body, lambda _shelf: {})


def sort(body, place):
    return next(one for one in walk(planned(body)) if one.pointer == place)


class Nothing:
    def rule(self, node):
        return node.value


def after(body, *, shown="member store order", may, levels=(), names=None, **more):
    """The rights after a form in which `may` holds the ticked flags of each row."""
    form = MultiDict([("d/entities#names", shown)])
    for key, flags in may.items():
        form.setlist(f"d/entities/{key}#may", flags.split())
    if names is not None:
        form["d/entities/member/fields#names"] = names
    for key, level in dict(levels).items():
        form[f"d/entities/member/fields/{key}"] = level
    for name, value in more.items():
        form[name.replace("_", ".")] = value
    return read(planned(body), form, Nothing()).get("entities")


SAME = {"member": "read", "store": "read"}


def test_what_was_drawn_and_left_alone_stays_as_it_was_written():
    assert after(ROLE, may=SAME) == ROLE["entities"]
    same = after(ROLE, may=SAME, names="phone level city", levels={"phone": "hide", "city": "write"})
    assert same == ROLE["entities"]


def test_what_was_not_drawn_is_not_read():
    assert after(ROLE, shown="order", may={}) == ROLE["entities"]


def test_boxes_grant_and_take_rights():
    found = after(ROLE, may={"member": "create update", "order": "read", "store": "read"})

    assert found["member"] == {
        "read": False,
        "delete": False,
        "create": True,
        "update": True,
        "fields": {"phone": "hide", "level": "write"},
    }
    assert found["order"] == {"read": True}


def test_an_entity_in_which_nothing_stands_is_left_out_unless_it_is_open():
    assert "order" not in after(ROLE, may=SAME)
    open_one = {**ROLE, "entities": {**ROLE["entities"], "order": {}}}
    assert after(open_one, may=SAME, d_open="/entities/order")["order"] == {}
    assert "order" not in after(open_one, may=SAME, d_open="/entities/order", save="1")


def test_a_field_at_the_usual_level_is_left_out():
    found = after(ROLE, may=SAME, names="phone city", levels={"phone": "write", "city": "read"})
    assert found["member"]["fields"] == {"level": "write", "city": "read"}

    only_one = {"entities": {"member": {"read": True, "fields": {"phone": "hide"}}}}
    assert after(only_one, may=SAME, names="phone", levels={"phone": "write"})["member"] == {"read": True}


@pytest.mark.parametrize(
    ("level", "fields"),
    [("hide", {"phone": "hide", "level": "hide", "city": "hide"}), ("write", {"level": "write"})],
)
def test_all_fields_are_set_at_once(level, fields):
    found = after(
        ROLE,
        may=SAME,
        names="phone city level",
        levels={"phone": "read"},
        d_do=f"all:/entities/member/fields:{level}",
    )
    assert found["member"]["fields"] == fields


def test_opening_a_row_makes_it_and_nothing_else():
    assert edited(planned(ROLE), ROLE, "open:/entities/order").document["entities"]["order"] == {}
    assert edited(planned(ROLE), ROLE, "open:/junk/order").document == ROLE
    assert edited(planned(ROLE), ROLE, "open:/label").document == ROLE


def test_the_fields_of_a_row_are_those_of_its_entity():
    assert sort(ROLE, "/entities/member/fields").wanted.entity == "member"
    assert sort(ROLE, "/entities/store/rows").sort == "rule"
