"""Every field type answers every question, and its answers agree with each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from builder.database import Database
from builder.fields.all import TYPES
from builder.fields.contract import BadValue, FieldType, Reading, Shown, Unresolved
from builder.fields.system import system_fields
from builder.rules.names import Type
from builder.rules.operators import NAMES
from tests.fields.examples import CASES, IDS

Settings = dict[str, Any]
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
FACTS = {"integer", "decimal", "boolean", "text", "enum", "date", "datetime", "tags", "ref"}
COMMON = {"type", "label", "unique", "default"}
every_case = pytest.mark.parametrize(("one", "settings"), CASES, ids=IDS)
every_type = pytest.mark.parametrize("one", TYPES, ids=lambda one: one.key)


def samples(one: FieldType, settings: Settings, count: int = 50) -> Iterator[Any]:
    return (one.sample(Random(seed), settings) for seed in range(count))


def validators(schema: dict[str, Any]) -> list[Callable[[Any], bool]]:
    """The two validators, formats asserted."""
    own = jsonschema.Draft202012Validator
    own.check_schema(schema)
    return [
        own(schema, format_checker=own.FORMAT_CHECKER).is_valid,
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid,
    ]


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all schemas inside it."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


# --- what a type is ---


def test_no_two_types_share_a_key():
    assert len({one.key for one in TYPES}) == len(TYPES)


@every_type
def test_a_type_is_called_in_both_languages(one):
    assert set(one.label) == {"en", "zh"}


@every_type
def test_every_setting_is_described_in_both_languages(one):
    for part in parts(one.settings):
        for name, setting in (part.get("properties") or {}).items():
            assert setting["description"], name
            assert setting["x-zh"], name
    for name, setting in one.settings.items():
        assert setting["description"], name
        assert setting["x-zh"], name


@every_type
def test_a_type_is_convertible_from_types_that_exist(one):
    assert set(one.convertible_from) <= {other.key for other in TYPES}
    assert len(set(one.convertible_from)) == len(one.convertible_from)


@every_type
def test_rules_have_every_operator_that_is_offered(one):
    assert set(one.operators) <= set(NAMES) | {"between"}
    assert len(set(one.operators)) == len(one.operators)


@every_type
def test_needs_are_settings(one):
    assert set(one.needs) <= set(one.settings)


@every_case
def test_the_settings_tried_here_are_right(one, settings):
    schema = {"type": "object", "properties": one.settings, "required": list(one.needs)}
    own = {name: value for name, value in settings.items() if name not in COMMON or name in one.settings}
    for is_valid in validators(schema | {"additionalProperties": False}):
        assert is_valid(own)
    assert one.check_settings(settings) == []


@every_case
def test_rules_know_the_type_of_its_fact(one, settings):
    fact = one.fact(settings)
    assert fact["type"] in FACTS
    said = Type(fact["type"], fact.get("scale", 0), tuple(fact.get("options", ())), fact.get("entity", ""))
    assert 0 <= said.scale <= 9
    assert bool(said.options) == (fact["type"] == "enum")
    assert bool(said.entity) == (fact["type"] == "ref")


# --- one value in all its forms ---


@every_case
@pytest.mark.parametrize(
    "reading", [Reading(SHANGHAI, "zh"), Reading(NEW_YORK)], ids=["Shanghai", "New York"]
)
def test_a_value_is_read_from_its_own_text(one, settings, reading):
    for stored in samples(one, settings):
        text = one.to_text(stored, settings, reading)
        assert one.from_text(text, settings, reading) == stored
        assert one.from_form(["no", one.to_form(stored, settings, reading)][-1:], settings, reading) == stored


@every_case
def test_a_value_is_valid_as_json_and_read_from_it(one, settings):
    reads, writes = validators(one.value_schema(settings)), validators(one.write_schema(settings))
    for stored in samples(one, settings):
        written = json.loads(json.dumps(one.to_json(stored, settings), allow_nan=False))
        assert all(is_valid(written) for is_valid in reads + writes), written
        assert one.from_json(written, settings) == stored


@every_case
def test_empty_is_none_at_every_door(one, settings):
    for blank in ("", " ", "\u3000 \n\t"):
        assert one.from_text(blank, settings) is None
        assert one.from_form([blank], settings) is None
    assert one.from_form([], settings) is None
    assert one.from_json("", settings) is None
    assert one.from_json(None, settings) is None
    assert one.to_text(None, settings) == ""
    assert one.to_form(None, settings) == ""
    assert one.to_json(None, settings) is None
    assert one.cell(None, settings, Shown()) == ""
    assert one.link(None, settings, Shown()) == ""
    assert one.colour(None, settings) == ""


@every_case
def test_the_value_schema_has_limits_and_a_pattern_beside_each_format(one, settings):
    for part in parts([one.value_schema(settings), one.write_schema(settings)]):
        if "format" in part:
            assert "pattern" in part
        sort = part.get("type")
        if sort == "integer":
            assert part["minimum"] < part["maximum"]
        if sort == "string":
            assert "maxLength" in part or "enum" in part
        if sort == "array":
            assert "maxItems" in part


@every_case
def test_a_cell_has_words_in_both_languages(one, settings):
    for stored in samples(one, settings, 5):
        for language in ("en", "zh", "zh-CN"):
            shown = Shown(
                language, SHANGHAI, {("member", stored): "Li Mei"} if isinstance(stored, int) else {}
            )
            assert one.cell(stored, settings, shown)


@every_case
def test_a_column_keeps_the_value(one, settings, database_url):
    column_type = one.column_type(settings)
    if column_type is None:
        assert one.storage == "tags"
        return
    table = Table("tried", MetaData(), Column("id", Integer, primary_key=True), Column("value", column_type))
    stored = [None, *samples(one, settings, 10)]
    database = Database(database_url)
    with database.writing() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"value": value} for value in stored])
    with database.reading() as connection:
        assert list(connection.execute(select(table.c.value).order_by(table.c.id)).scalars()) == stored
    database.close()


def test_system_fields_are_shown_and_never_written():
    fields = system_fields("member")
    assert list(fields) == ["id", "version", "created_at", "updated_at"]
    assert all(one.is_computed and one.label["zh"] for one in fields.values())
    assert fields["id"].type.cell(12345, fields["id"].settings, Shown()) == "12345"


# --- whatever people write ---


def refused_or_sound(one: FieldType, settings: Settings, read: Callable[[], Any]) -> None:
    """Either a BadValue that can be said, or a value that is right in every form."""
    try:
        stored = read()
    except BadValue as error:
        for problem in error.problems:
            assert json.dumps(problem.document(), ensure_ascii=False).encode()
        return
    if stored is None or isinstance(stored, Unresolved):
        return
    assert one.from_text(one.to_text(stored, settings), settings) == stored
    written = one.to_json(stored, settings)
    assert jsonschema_rs.Draft202012Validator(one.value_schema(settings)).is_valid(written), written
    assert one.cell(stored, settings, Shown())


TYPED = st.one_of(
    st.text(),
    st.text(alphabet="0123456789０１２３,.-+/:年月日 TZ%¥$元；、;", max_size=30),
    st.text(alphabet="abc@.:/?#[]%\u200b\u202e\u0301中", max_size=30),
    st.sampled_from(
        ["𝟙", "¼", "٣", "1e9", "NaN", "inf", "0x1F", "٠١٢", "\x00", "\ud800", "a" * 30_000, "9" * 5_000]
    ),
)


@every_case
@given(text=TYPED)
@example(text="999999999999999999")
@example(text="\ud800")
def test_any_text_is_read_or_refused_with_words(one, settings, text):
    refused_or_sound(one, settings, lambda: one.from_text(text, settings))
    refused_or_sound(one, settings, lambda: one.from_form([text], settings))


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TYPED),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=5,
)


@every_case
@given(value=JSON_VALUES)
@example(value=float("inf"))
@example(value=10**400)
@example(value={"member_no": "M001"})
def test_any_json_is_read_or_refused_with_words(one, settings, value):
    refused_or_sound(one, settings, lambda: one.from_json(value, settings))
