"""What a rule may say, and what people are told when it may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.names import Type
from builder.rules.parse import parse, parse_text
from builder.rules.tree import document
from schema_store.problems import Problem, Problems
from tests.rules import world


def refused(rule: Any, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as refusal:
        check(rule, world.NAMES, "member", **options)
    return refusal.value.problems


def field(name: str) -> dict[str, str]:
    return {"var": name}


@pytest.mark.parametrize(
    ("rule", "code", "pointer", "words"),
    [
        ({"==": [field("stag"), "new"]}, "field.unknown", "/==/0", "Did you mean “stage”?"),
        ({"==": [field("stage"), "activ"]}, "value.option", "/==/1", "Did you mean “active”?"),
        ({"contain": [field("name"), "x"]}, "op.unknown", "", "Did you mean “contains”?"),
        ({"==": [field("points"), "many"]}, "type.mismatch", "/==/1", "'many' is not a number."),
        ({"==": [field("name"), 1]}, "type.mismatch", "/==/1", "“==” needs a text here, not a whole number."),
        ({"<": [field("stage"), "new"]}, "type.mismatch", "/</0", "not an option"),
        ({"<": [field("points"), None]}, "null.always", "/</1", "is_empty"),
        (
            {"==": [field("joined_on"), field("seen_at")]},
            "type.mismatch",
            "/==/1",
            "“==” needs a date here, not a time.",
        ),
        (
            {"==": [field("vip"), 1]},
            "type.mismatch",
            "/==/1",
            "“==” needs yes or no here, not a whole number.",
        ),
        ({"+": [field("name"), 1]}, "type.mismatch", "/+/0", "needs a number"),
        ({"==": [field("points")]}, "op.arity", "", "takes 2 to 2 values, not 1"),
        ({"was": ["stage"]}, "op.trigger", "", "when a record is written"),
        (
            {"some": [field("orders"), {"==": [field("amout"), 1]}]},
            "field.unknown",
            "/some/1/==/0",
            "Did you mean “amount”?",
        ),
        ({"==": [field("points"), field("$user.name.first")]}, None, "", ""),
        ({"==": [field("referrer"), field("store")]}, "type.mismatch", "/==/1", "a reference"),
        ({"==": [field("store.regio"), "a"]}, "field.unknown", "/==/0", "Did you mean “region”?"),
        ({"icontains": [{"trim": [field("name")]}, "a"]}, "type.mismatch", "", "only a field's own text"),
    ],
)
def test_problem_says_what_where_and_how_to_mend_it(
    rule: Any, code: str | None, pointer: str, words: str
) -> None:
    if code is None:
        assert check(rule, world.NAMES, "member")
        return
    problem = refused(rule)[0]
    assert (problem.code, problem.pointer) == (code, pointer)
    assert words.lower() in f"{problem.said()} {problem.hinted()}".lower()


def test_every_problem_is_told_at_once() -> None:
    rule = {
        "and": [
            {"==": [field("stag"), "new"]},
            {"<": [field("points"), "x"]},
            {"some": [field("orders"), {"==": [field("no"), 1]}]},
        ]
    }
    assert [problem.pointer for problem in refused(rule)] == [
        "/and/0/==/0",
        "/and/1/</1",
        "/and/2/some/1/==/0",
    ]


def test_pointers_lead_into_the_document_as_it_was_written() -> None:
    written = {"and": [{"and": [{"not": {"===": [field("nobody"), 1]}}, True]}, True]}
    assert refused(written)[0].pointer == "/and/0/and/0/not/===/0"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (
            {"and": [{"and": [field("vip"), field("blocked")]}, True]},
            {"and": [field("vip"), field("blocked"), True]},
        ),
        ({"or": [field("vip")]}, field("vip")),
        ({"not": field("vip")}, {"!": [field("vip")]}),
        ({"===": [field("points"), 1]}, {"==": [field("points"), 1]}),
        ({"!==": [field("points"), 1]}, {"!=": [field("points"), 1]}),
        ({"var": ["points", 0]}, {"??": [field("points"), 0]}),
        ({"var": ["points"]}, field("points")),
        ({"val": ["store", "region"]}, field("store.region")),
        (
            {"missing": ["name", "city"]},
            {"or": [{"is_empty": [field("name")]}, {"is_empty": [field("city")]}]},
        ),
        ({"?:": [field("vip"), 1, 2]}, {"if": [field("vip"), 1, 2]}),
        ({"startsWith": [field("name"), "a"]}, {"starts_with": [field("name"), "a"]}),
        (True, True),
    ],
)
def test_other_spellings_become_canonical(written: Any, canonical: Any) -> None:
    assert document(parse(written)) == canonical
    assert document(parse(canonical)) == canonical


def test_what_the_emitter_for_python_writes_is_read() -> None:
    jsonlogic = pytest.importorskip("jsonlogic", reason="jsonlogic-py is not installed")
    if not hasattr(jsonlogic, "Variable"):
        pytest.skip("another package is installed under the name jsonlogic")
    points, visits = jsonlogic.Variable("points"), jsonlogic.Variable("visits")
    rule = check(parse_text(str(~((points > 1) & (visits == 2) & (points != 3)))), world.NAMES, "member")
    assert rule.document == {
        "!": [
            {"and": [{">": [field("points"), 1]}, {"==": [field("visits"), 2]}, {"!=": [field("points"), 3]}]}
        ]
    }


def test_number_in_a_text_is_read_as_the_number_and_said() -> None:
    rule = check({">": [field("balance"), "12.50"]}, world.NAMES, "member")
    assert rule.tree.args[1].detail == 1250
    assert [warning.code for warning in rule.warnings] == ["type.coerced"]


def test_value_where_a_condition_belongs_is_a_warning() -> None:
    rule = check({"and": [field("points"), field("vip")]}, world.NAMES, "member")
    assert [(warning.code, warning.pointer) for warning in rule.warnings] == [("type.truthiness", "/and/0")]


def test_condition_that_reads_nothing_is_a_warning() -> None:
    rule = check({"or": [{"==": [1, 2]}, field("vip")]}, world.NAMES, "member")
    assert [(warning.code, warning.pointer) for warning in rule.warnings] == [("const.always_false", "/or/0")]


def test_no_condition_and_a_condition_of_the_moment_are_no_warnings() -> None:
    for rule in (True, {"==": [{"weekday": [{"today": []}]}, 1]}):
        assert check(rule, world.NAMES, "member").warnings == ()


def test_reads_name_every_field_over_references_children_and_rollups() -> None:
    rule = check(
        {"and": [{"==": [field("store.region"), "a"]}, {">": [field("spent"), 1]}]}, world.NAMES, "member"
    )
    assert rule.reads == {
        ("member", "store"),
        ("store", "region"),
        ("member", "spent"),
        ("order", "member"),
        ("order", "amount"),
        ("order", "status"),
        ("order", "ordered_on"),
    }


@pytest.mark.parametrize(
    ("rule", "wanted", "name", "nullable"),
    [
        ({"+": [field("visits"), 1]}, "value", "integer", True),
        ({"/": [field("visits"), 2]}, "value", "number", True),
        ({"??": [field("points"), 0]}, "value", "integer", False),
        (field("name"), "value", "text", True),
        ({"count": [field("orders")]}, "value", "integer", False),
        (12, Type("decimal", scale=2), "decimal", False),
        (field("points"), Type("decimal", scale=2), "decimal", True),
        ("active", Type("enum", options=world.STAGES), "enum", False),
        ("2026-01-31", Type("date"), "date", False),
        (None, Type("date"), "date", True),
        (field("vip"), "condition", "boolean", False),
        (["a", "b"], Type("tags"), "tags", False),
    ],
)
def test_rule_knows_its_type_and_whether_it_may_be_empty(
    rule: Any, wanted: Any, name: str, nullable: bool
) -> None:
    made = check(rule, world.NAMES, "member", wanted=wanted)
    assert (made.type.name, made.is_nullable) == (name, nullable)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ({"/": [field("visits"), 2]}, Type("integer")),
        (field("name"), Type("date")),
        (field("balance"), Type("integer")),
        ("asleep", Type("enum", options=world.STAGES)),
        (field("orders"), "value"),
        (field("rate"), Type("decimal", scale=2)),
        (field("level"), Type("enum", options=world.STAGES)),
    ],
)
def test_value_of_another_type_than_the_field_is_refused(rule: Any, wanted: Any) -> None:
    assert refused(rule, wanted=wanted)[0].code in {"type.mismatch", "value.option"}


def test_trigger_rules_say_so() -> None:
    rule = check({"changed_to": ["stage", "dormant"]}, world.NAMES, "member", trigger=True)
    assert rule.uses_trigger
    assert not check(field("vip"), world.NAMES, "member", trigger=True).uses_trigger


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"==": [field("points"), field("$record.points")]}, True),
        ({"<": [field("balance"), field("$record.limit")]}, True),
        ({">": [field("joined_on"), field("$record.day")]}, False),
        ({"==": [field("points"), field("$record.name")]}, False),
        ({"is_empty": [field("$record.absent")]}, True),
    ],
    ids=str,
)
def test_a_rule_may_ask_about_the_record_beside_it(rule: Any, holds: bool) -> None:
    row = world.records(1)["member"][1]
    row.values |= {"points": 7, "balance": 1249, "joined_on": date(2026, 2, 28)}
    beside = {"points": 7, "limit": Decimal("12.5"), "day": date(2026, 2, 28), "name": "7"}
    verdict = compiled(check(rule, world.NAMES, "member"))(row, replace(world.MOMENT, record=beside))
    assert verdict is holds


@pytest.mark.parametrize("fact", world.FACTS["member"])
@pytest.mark.parametrize("sign", ["==", "<"])
def test_a_loose_name_is_refused_with_words_or_answered(fact: str, sign: str) -> None:
    written = {sign: [field(fact), field("$user.anything")]}
    if world.FACTS["member"][fact].type.name in (
        {"tags"} if sign == "==" else {"tags", "enum", "boolean", "ref"}
    ):
        assert [problem.code for problem in refused(written)] == ["type.mismatch"]
        return
    rule = check(written, world.NAMES, "member")
    assert {compiled(rule)(row, world.MOMENT) for row in world.records(1)["member"].values()} <= {True, False}


@pytest.mark.parametrize(
    "rule",
    [
        {"crossed": [-1, {"var": "points"}]},
        {"substr": [{"var": "name"}, {"var": "$user.id"}]},
        {"round": [{"var": "balance"}, {"var": "$user.id"}]},
        {"in_period": [{"var": "born_on"}, []]},
    ],
)
def test_value_that_must_be_written_out_is_refused_when_it_is_not(rule: Any) -> None:
    with pytest.raises(Problems):
        check(rule, world.NAMES, "member", wanted=None, trigger=True)


def test_no_tags_are_a_set_of_none() -> None:
    assert check({"has_any": [{"var": "tags"}, ""]}, world.NAMES, "member").is_condition
    assert check({"has_all": ["", ["vip"]]}, world.NAMES, "member").is_condition
