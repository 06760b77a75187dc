"""Inputs drawn from any JSON Schema, and what is posted by them read back: the document it was."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from builder.app import fill
from builder.pages.studio.building import inputs, reading
from builder.registry import Registry

TYPES = dict(fill(Registry()).field_types.items())
CONTEXT = inputs.Context("en", choose=lambda _wanted: [("orders", "Orders"), ("name", "Name")], types=TYPES)
EXAMPLES = [
    ("text", {"max_length": 80}),
    ("money", {"currency": "USD", "min": "0.50"}),
    (
        "select",
        {"options": [{"value": "a", "label": {"en": "A", "zh": "甲"}, "colour": "red"}, {"value": "b"}]},
    ),
    ("stage", {"options": [{"value": "new", "label": "New", "counts_as": "active"}], "initial": "new"}),
    ("tags", {"suggestions": ["vip", "new"]}),
    (
        "reference",
        {"to": "orders", "inverse": {"key": "name", "label": {"zh": "订单"}}, "on_delete": "clear"},
    ),
    ("rollup", {"relation": "orders", "aggregate": "sum", "of": "name", "of_type": {"type": "money"}}),
    ("formula", {"gives": {"type": "decimal", "scale": 3}}),
    ("auto_number", {"prefix": "SO", "digits": 4}),
]


def posted(drawn):
    """What a browser would post by these inputs."""
    form: MultiDict[str, str] = MultiDict()
    for one in drawn:
        form.add("drawn", one.name)
        if one.sort == "words":
            form[f"{one.name}/en"], form[f"{one.name}/zh"] = one.words
        elif one.sort == "check" and one.is_on:
            form[one.name] = "yes"
        elif one.sort in ("text", "number", "choice", "lines"):
            form[one.name] = one.text
        form.update(posted(one.parts))
    return form


@pytest.mark.parametrize(("key", "settings"), EXAMPLES, ids=[key for key, _settings in EXAMPLES])
def test_a_document_comes_back_from_its_own_inputs(key, settings):
    properties = TYPES[key].settings
    form = posted(inputs.drawn(properties, settings, CONTEXT))
    reader = reading.Reader(
        form, types=TYPES, rule=lambda _place: reading.NOTHING, value=lambda _place: reading.NOTHING
    )
    assert reader.document(properties, settings) == settings


def test_what_was_not_drawn_stays():
    reader = reading.Reader(MultiDict(), types=TYPES, rule=lambda _: 1, value=lambda _: 1)
    assert reader.document(TYPES["text"].settings, {"max_length": 9, "other": [1]}) == {
        "max_length": 9,
        "other": [1],
    }


def test_what_is_no_number_is_kept_for_the_shape_to_refuse():
    form = MultiDict([("drawn", "s/max_length"), ("s/max_length", " many ")])
    reader = reading.Reader(form, types=TYPES, rule=lambda _: 1, value=lambda _: 1)
    assert reader.document(TYPES["text"].settings, {}) == {"max_length": "many"}


def test_a_new_option_takes_its_value_from_its_label():
    form = MultiDict(
        [("drawn", name) for name in ("s/options", "s/options/0", "s/options/0/label")]
        + [("s/options/0/label/zh", "金卡")]
    )
    reader = reading.Reader(form, types=TYPES, rule=lambda _: 1, value=lambda _: 1)
    assert reader.document(TYPES["select"].settings, {}) == {
        "options": [{"value": "金卡", "label": {"zh": "金卡"}}]
    }


@pytest.mark.parametrize("key", TYPES)
def test_every_setting_of_every_type_has_words_and_an_input(key):
    for name, schema in TYPES[key].settings.items():
        if schema.get("readOnly"):
            continue
        assert inputs.sort_of(schema), name
        for language in ("en", "zh"):
            assert inputs.title(name, schema, language) != name, name
            assert inputs.help_of(schema, language), name
