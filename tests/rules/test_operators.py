"""The operator table: no entry lacks a part, and each one's example means what its sentence says."""

from __future__ import annotations

from typing import Any

import pytest

from builder.rules.operators import ALIASES, FILES, NAMES, TABLE
from builder.rules.operators.entry import Operator
from builder.rules.parse import parse
from builder.rules.reference import GROUPS, generate_reference
from builder.rules.tree import document
from tests.rules.generator import drawn, expected

EVERY = list(TABLE.values())
CONDITIONS = [entry for entry in EVERY if entry.true is not None]


def lacks(entry: Operator) -> list[str]:
    """The parts that an entry should have and has not."""
    is_condition = entry.true is not None or entry.false is not None
    parts: dict[str, Any] = {
        "key": entry.key,
        "group": entry.group in GROUPS,
        "python": entry.python,
        "example": entry.example is not None,
        "rule of empty": entry.empty in {"never", "any", "own"} and entry.rule_of_empty,
        "gives": entry.gives,
        "weight": entry.weight or not entry.name or entry.key == "var",
        "yields": entry.yields or not entry.weight or entry.is_trigger or entry.key == "date",
        "sql": (entry.true and entry.false) if is_condition else entry.value,
        "one kind of sql": not (is_condition and entry.value),
        "spelling": entry.spelling or not entry.name or entry.key == "var",
        "never empty": entry.empty == "never" or not is_condition,
    }
    words = {
        f"sentence {form}{language}": entry.sentence.get(f"{form}{language}")
        for language in ("en", "zh")
        for form in (("", "not ") if is_condition else ("",))
    }
    return [name for name, part in (parts | words).items() if not part]


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.key)
def test_entry_has_every_part(entry: Operator) -> None:
    assert lacks(entry) == []


def test_entry_without_a_part_is_refused() -> None:
    from dataclasses import replace

    assert lacks(replace(TABLE["=="], false=None)) == ["sql"]
    assert lacks(replace(TABLE["+"], sentence={"en": " + "})) == ["sentence zh"]


def test_every_key_stands_once_and_no_alias_hides_a_name() -> None:
    assert len(TABLE) == sum(len(file.ENTRIES) for file in FILES)
    assert not set(ALIASES) & set(NAMES)


def test_generator_draws_every_operator_that_the_databases_know() -> None:
    left_out = {entry.key for entry in EVERY if entry.name and not entry.is_trigger} - {
        entry.key for entry in drawn()
    }
    assert left_out == {"var", "date"}
    assert {triple.parent for triple in expected()} == {entry.key for entry in drawn() if entry.slots}


@pytest.mark.parametrize("entry", [entry for entry in EVERY if entry.name], ids=lambda entry: entry.key)
def test_example_is_canonical(entry: Operator) -> None:
    assert document(parse(entry.example)) == entry.example


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reference_names_every_operator(language: str) -> None:
    text = generate_reference(language)
    assert [name for name in NAMES if f"`{name}`" not in text.replace("\\|", "|")] == []
