"""A document as a form: drawn and posted unchanged it is the same, whatever stands in it."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from builder.kinds.design import cron
from builder.kinds.design.edits import edited
from builder.kinds.design.plan import Part, plan, walk
from builder.kinds.design.reading import how_of, lines_of, name_of, read, text_of
from builder.kinds.design.schemas import LANGUAGES, MISSING
from builder.kinds.row_actions import ROW_ACTIONS
from builder.kinds.view_types.all import VIEW_TYPES
from builder.pages.parts.all import HOME_PARTS, PAGE_PARTS, RECORD_ACTIONS
from builder.workflows.all import ACTIONS, TRIGGERS
from schema_store.shapes import shipped

SHELVES = {
    "actions": ACTIONS,
    "triggers": TRIGGERS,
    "row_actions": ROW_ACTIONS,
    "view_types": VIEW_TYPES,
    "page_parts": PAGE_PARTS,
    "record_actions": RECORD_ACTIONS,
    "home_parts": HOME_PARTS,
}
KINDS = ("view", "form", "app", "page", "workflow")


def parts(shelf):
    return {one.key: Part(one.label, one.help, one.settings) for one in SHELVES[shelf]}


class Plainly:
    """Rules as they are, constants as texts."""

    def rule(self, node):
        return node.value

    def constant(self, node, posted):
        return posted[-1]

    def formula(self, node):
        return node.value

    def texts(self, node):
        return [text_of(node.value) if how_of(node) == "constant" else ""]


def drawn(node):
    """What a browser would post of the nodes as they stand."""
    found = MultiDict()
    for one in walk(node):
        for name, value in _DRAWN.get(one.sort, lambda _one: [])(one):
            found.add(name, value)
    return found


def of_names(node):
    if not node.is_there or not node.wanted.sign:
        return []
    return [
        (f"{name_of(node)}/{at}#turn", "-" if one.startswith("-") else "")
        for at, one in enumerate(node.value)
    ]


def of_flag(node):
    is_on = node.value if node.is_there else node.schema.get("default", False)
    return [(name_of(node), ""), *([(name_of(node), "1")] if is_on is True else [])]


def of_cron(node):
    times = cron.read(text_of(node.value))
    shown = {"text": ["text"], "week": ["weekday", "time"], "month": ["day", "time"], "day": ["time"]}[
        times.how
    ]
    return [(name_of(node, "how"), times.how), *((name_of(node, one), getattr(times, one)) for one in shown)]


def of_value(node):
    found = [(name_of(node, "how"), how_of(node)), (name_of(node, "for"), node.field[1])]
    if how_of(node) == "field":
        found.append((name_of(node, "field"), node.value["var"]))
    return (
        [*found, (name_of(node), text_of(node.value))]
        if how_of(node) == "constant" and node.field[1]
        else found
    )


def of_plain(node):
    return [(name_of(node), text_of(node.value).replace("\r", "").replace("\n", ""))]


_DRAWN = {
    "names": of_names,
    "flag": of_flag,
    "cron": of_cron,
    "value": of_value,
    "line": of_plain,
    "number": of_plain,
    "choice": of_plain,
    "name": of_plain,
    "text": lambda node: [(f"{name_of(node)}/{one}", lines_of(node.value)[one]) for one in LANGUAGES],
    "part": lambda node: [(name_of(node, "type"), node.chosen)],
    "ways": lambda node: [(name_of(node, "way"), node.chosen)],
    "boxes": lambda node: [
        (name_of(node), ""),
        *((name_of(node), one) for one in (node.value if node.is_there else []) if one in dict(node.choices)),
    ],
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["en", "zh", "var", "type", "entity", "label", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def with_beside(properties):
    """The properties, and all that any choice among them could bring."""
    found = dict(properties)
    for one in properties.values():
        for thing in SHELVES[one["x-beside"]] if "x-beside" in one else ():
            found |= thing.settings["properties"]
    return found


def generated(schema, home):
    """Documents of a shape: each key left out, right, or anything at all."""
    if "$ref" in schema:
        schema = {**home["$defs"][schema["$ref"].rpartition("/")[2]], **schema}
    right = st.just(0)
    if "x-parts" in schema:
        right = st.sampled_from([one.key for one in SHELVES[schema["x-parts"]]]).flatmap(
            lambda key: generated(parts(schema["x-parts"])[key].settings, home).map(
                lambda held: {**held, "type": key} if isinstance(held, dict) else {"type": key}
            )
        )
    elif "x-beside" in schema:
        right = st.sampled_from([one.key for one in SHELVES[schema["x-beside"]]])
    elif "enum" in schema:
        right = st.sampled_from(schema["enum"])
    elif "oneOf" in schema:
        right = st.one_of([generated(one, home) for one in schema["oneOf"]])
    elif "properties" in schema:
        known = {key: generated(one, home) for key, one in with_beside(schema["properties"]).items()}
        right = st.fixed_dictionaries({}, optional={**known, "strange": JSON})
    elif schema.get("type") == "array":
        right = st.lists(generated(schema["items"], home), max_size=3)
    elif schema.get("type") == "string":
        right = st.sampled_from(["a", "-name", "0 3 * * *", "30 9 * * 7", "5 4 31 * *", "two\nlines", ""])
    elif schema.get("type") == "boolean":
        right = st.booleans()
    else:
        right = JSON
    return st.one_of(right, right, right, right, JSON)


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_any_document_drawn_and_posted_is_the_same(kind, data):
    shape = shipped()[kind]
    document = data.draw(generated(shape, shape).filter(lambda one: isinstance(one, dict)))
    before, root = deepcopy(document), plan(shape, document, parts)
    assert read(root, drawn(root), Plainly()) == before
    assert document == before


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_a_form_with_nothing_in_it_changes_nothing(kind, data):
    shape = shipped()[kind]
    document = data.draw(generated(shape, shape).filter(lambda one: isinstance(one, dict)))
    assert read(plan(shape, document, parts), MultiDict(), Plainly()) == document


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_any_button_on_any_document_gives_a_document(kind, data):
    shape = shipped()[kind]
    document = data.draw(generated(shape, shape).filter(lambda one: isinstance(one, dict)))
    root = plan(shape, document, parts)
    places = [one.pointer for one in walk(root)] + ["/nothing", "/columns/7", "/sections/0/fields/x", ""]
    do = data.draw(
        st.sampled_from(["add", "remove", "up", "down", "x", "insert", "move", "ask", "quiet", "open"])
    )
    whats = ["", ":name", ":notify", ":always", ":/sections/0/fields/1"]
    place, what = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(whats))
    before = deepcopy(document)
    after = edited(root, document, f"{do}:{place}{what}").document
    assert document == before
    assert isinstance(after, dict)
    plan(shape, after, parts)


@given(st.text(max_size=12) | st.from_regex(r"\d{1,2} \d{1,2} (\*|\d{1,2}) \* (\*|\d)", fullmatch=True))
def test_times_read_and_written_mean_the_same(text):
    times = cron.read(text)
    assert (
        cron.read(cron.write(times)) == times
        if times.how == "text"
        else cron.read(cron.write(times)).how == times.how
    )


@pytest.mark.parametrize(
    ("text", "how", "time"),
    [("0 3 * * *", "day", "03:00"), ("30 18 * * 5", "week", "18:30"), ("0 9 1 * *", "month", "09:00")],
)
def test_times_are_read_as_people_choose_them(text, how, time):
    found = cron.read(text)
    assert (found.how, found.time, cron.write(found)) == (how, time, text)


def test_a_time_that_is_emptied_stays_the_one_before():
    was = cron.read("30 18 * * 5")
    assert cron.write(cron.Times("week", "", "5"), was) == "30 18 * * 5"
    assert cron.write(cron.Times("month", "09:00", day="45"), was) == "0 9 1 * *"


def test_a_text_that_is_emptied_in_both_languages_is_left_out():
    shape = shipped()["view"]
    root = plan(shape, {"label": {"en": "A", "zh": "甲"}, "help": "B"}, parts)
    form = drawn(root)
    form["d/label/en"] = form["d/help/en"] = form["d/label/zh"] = ""
    assert read(root, form, Plainly()) == {}


def test_another_trigger_begins_without_the_settings_of_the_first():
    shape = shipped()["workflow"]
    root = plan(shape, {"trigger": {"type": "schedule", "cron": "0 3 * * *"}}, parts)
    form = drawn(root)
    form["d/trigger#type"] = "record"
    assert read(root, form, Plainly()) == {"trigger": {"type": "record"}}


def test_another_type_of_view_begins_without_the_settings_that_it_does_not_know():
    shape = shipped()["view"]
    calendar = {"type": "calendar", "date": "due_on", "until": "back_on", "columns": ["name"]}
    form = drawn(root := plan(shape, calendar, parts))
    form["d/type"] = "timeline"
    assert read(root, form, Plainly()) == {"type": "timeline", "date": "due_on", "columns": ["name"]}
    form["d/type"] = "table"
    assert read(root, form, Plainly()) == {"type": "table", "columns": ["name"]}


def test_only_the_settings_of_the_chosen_type_are_drawn():
    shape = shipped()["view"]
    drawn_of = {
        key: {one.pointer for one in walk(plan(shape, {"type": key} if key else {}, parts))}
        for key in ("", "table", "kanban", "pie")
    }
    assert "/group" in drawn_of[""] & drawn_of["table"]
    assert "/by" in drawn_of["kanban"] - drawn_of["table"] - drawn_of["pie"]
    assert "/group" not in drawn_of["kanban"]


def test_another_field_has_another_value():
    shape = shipped()["workflow"]
    root = plan(shape, {"entity": "m", "actions": [{"type": "set_field", "field": "a", "value": "x"}]}, parts)
    form = drawn(root)
    form["d/actions/0/field"] = "b"
    after = read(root, form, Plainly())
    root = plan(shape, after, parts)
    form["d/actions/0/value#for"] = "a"
    assert read(root, form, Plainly())["actions"][0].get("value", MISSING) is MISSING
