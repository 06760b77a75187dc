"""Shapes: help texts on every key, problems with pointers and hints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from schema_store import shapes
from schema_store.shapes import Shape

SHAPES = shapes.shipped()


def keys_of(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that a document of this shape may have, with what its schema says."""
    if not isinstance(schema, dict):
        return
    for word in ("properties", "$defs"):
        for key, inner in schema.get(word, {}).items():
            if word == "properties":
                yield f"{at}/{key}", inner
            yield from keys_of(inner, f"{at}/{key}")
    for word in ("items", "additionalProperties", "propertyNames"):
        yield from keys_of(schema.get(word), f"{at}/{word}")
    for place, inner in enumerate(schema.get("oneOf", ())):
        yield from keys_of(inner, f"{at}/{place}")


@pytest.mark.parametrize("kind", SHAPES)
def test_every_key_of_every_shape_is_named_and_described_in_both_languages(kind):
    undescribed = [
        (at, word)
        for at, key in keys_of(SHAPES[kind])
        for word in ("title", "description", "x-zh-title", "x-zh")
        if not key.get(word)
    ]
    assert undescribed == []


@pytest.mark.parametrize("kind", SHAPES)
def test_every_shape_is_a_json_schema(kind):
    assert shapes.is_json_schema(SHAPES[kind])


def test_a_pointer_escapes_what_it_must():
    shape = Shape({"type": "object", "properties": {}, "additionalProperties": False})
    assert [problem.pointer for problem in shape.problems({"a/b~c": 1})] == ["/a~1b~0c"]


def test_an_unknown_key_says_which_was_meant():
    shape = Shape({"type": "object", "properties": {"colour": {}}, "additionalProperties": False})
    [problem] = shape.problems({"color": 1})
    assert problem.hinted() == "Did you mean “colour”?"


def test_all_problems_are_told_at_once():
    shape = Shape({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["b"]})
    assert {problem.code for problem in shape.problems({"a": "x"})} == {"shape.type", "shape.required"}


def test_a_choice_tells_what_is_wrong_in_the_form_that_was_meant():
    label = SHAPES["view"]["$defs"]["text"]
    [problem] = Shape(label).problems({"en": "Name", "fr": "Nom"})
    assert (problem.pointer, problem.code) == ("/fr", "shape.unknown")


def test_nothing_is_fetched_from_anywhere():
    with pytest.raises(Exception, match=r"[Rr]etriev"):
        Shape({"$ref": "http://shapes.invalid/schema.json"})


def test_a_wrong_document_is_answered_with_a_bounded_number_of_problems():
    shape = Shape({"type": "array", "items": {"type": "integer"}})
    assert len(shape.problems(["x"] * 10_000)) <= shapes.MAX_PROBLEMS + 1
