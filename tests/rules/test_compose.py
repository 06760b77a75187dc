"""A condition put together by rows is the document it was read from, whatever that holds."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from builder.catalog import Catalog
from builder.fields.all import TYPES
from builder.publishing import checking
from builder.rules.check import check
from builder.rules.compose import outline
from builder.rules.compose.edits import EDITS, edited, part_of
from builder.rules.compose.forms import CALENDAR, FORMS, MANY, QUANTIFIERS, USER_NAMES, offered
from builder.rules.compose.parts import Group, Other, Related, Row, Unread, walk
from schema_store import strict_json
from schema_store.problems import Problems
from tests.kinds import workshop
from tests.rules import world
from tests.rules.generator import Generator

CORPUS = [
    one["rule"]
    for file in (Path(__file__).parent / "corpus").glob("*.json")
    for one in json.loads(file.read_text())
]
DRAWN = 2_500
SAMPLES: dict[str, list[Any]] = {
    "boolean": [True, False],
    "integer": [0, -7],
    "decimal": [12.5, 3],
    "text": ["a", "中文"],
    "enum": ["new", "active"],
    "date": ["2026-03-08", "2026-03-09"],
    "datetime": ["2026-03-08T09:00:00Z", "2026-03-09T09:00:00Z"],
    "ref": [1, 2],
    "tags": ["vip", "new"],
}
FIELDS = {
    "boolean": "vip",
    "integer": "points",
    "decimal": "balance",
    "text": "name",
    "enum": "stage",
    "date": "joined_on",
    "datetime": "seen_at",
    "ref": "store",
    "tags": "tags",
}
OTHERS = {
    **FIELDS,
    "enum": "stage",
    "text": "city",
    "date": "born_on",
    "datetime": "created_at",
    "integer": "visits",
}


def field(name: str) -> dict[str, str]:
    return {"var": name}


def drawn(document: Any) -> Group:
    return outline.outline(document, world.NAMES, "member")


def same(document: Any) -> bool:
    return strict_json.write(outline.document(drawn(document))) == strict_json.write(document)


def values_for(form: Any, fact: str) -> list[Any]:
    """What `form` may be given for a field of that type."""
    asked = {
        "value": SAMPLES[fact],
        "text": ["a"],
        "days": [30],
        "period": [CALENDAR[0]],
        "field": [OTHERS[fact]],
        "user": list(USER_NAMES.get(form.key, ("$user.id",))),
        "nothing": [],
    }[form.asks]
    return asked if form.takes == MANY else asked[: form.takes]


PAIRS = [(form.key, fact) for form in FORMS.values() for fact in sorted(form.facts) if fact in FIELDS]


@pytest.mark.parametrize("document", [True, False, *CORPUS], ids=str)
def test_every_rule_of_the_corpus_stays_as_it_is(document):
    assert same(document)


def test_every_shipped_rule_stays_as_it_is_and_can_be_drawn():
    bodies, registry = workshop.membership(), workshop.registry()
    catalog = checking.check(registry, Catalog(0, {}), bodies).after
    assert catalog is not None
    rules = [
        one for (kind, _key), body in bodies.items() for one in registry.kinds[kind].rules(body, catalog)
    ]
    assert len(rules) >= 10
    for rule in rules:
        if rule.is_value:
            continue
        found = outline.outline(rule.document, catalog, rule.entity)
        assert strict_json.write(outline.document(found)) == strict_json.write(rule.document)
        assert not [part for _name, part in walk(found) if isinstance(part, Other)]


def test_thousands_of_drawn_rules_stay_as_they_are():
    seen: dict[type, int] = {}
    for seed in range(DRAWN):
        document = Generator(Random(seed)).condition(4)
        assert same(document), document
        for _name, part in walk(drawn(document)):
            seen[type(part)] = seen.get(type(part), 0) + 1
    assert all(seen[one] > 100 for one in (Group, Row, Related, Other))


@pytest.mark.parametrize(
    "document",
    [
        {"not": {"var": "vip"}},
        {"!": {"and": [{"var": "vip"}, {"is_empty": field("name")}]}},
        {"!": [{"!": [{"or": [{"var": "vip"}]}]}]},
        {"and": [{"var": "vip"}]},
        {"===": [field("points"), 1.0]},
        {"==": [field("points"), True]},
        {"count": [field("orders"), True]},
        {">=": [{"count": [field("orders"), True]}, 2]},
        {"and": []},
        {"nonsense": 1},
        {"==": [field("gone"), 1]},
        {"in": [field("stage"), []]},
        {"in": [field("stage"), [None, "new"]]},
        {"and": [[1], {"a": 1, "b": 2}, None, "x", 1.5]},
        {"days_since": field("joined_on")},
        [],
        "text",
        None,
    ],
    ids=str,
)
def test_odd_spellings_and_nonsense_stay_as_they_are(document):
    assert same(document)


@pytest.mark.parametrize(("key", "fact"), PAIRS)
def test_every_form_is_read_back_from_its_document(key, fact):
    form = FORMS[key]
    values = values_for(form, fact)
    document = form.make(field(FIELDS[fact]), values)
    [row] = drawn(document).parts
    assert isinstance(row, Row)
    assert (row.path, list(row.values)) == (FIELDS[fact], values)
    assert strict_json.write(FORMS[row.form].make(field(row.path), row.values)) == strict_json.write(document)
    assert strict_json.write(
        outline.document(Group(parts=(Row(row.path, row.form, row.values),)))
    ) == strict_json.write(document)


@pytest.mark.parametrize("one", TYPES, ids=lambda one: one.key)
def test_forms_are_offered_only_where_the_checker_takes_them(one):
    settings = {
        "options": [{"value": "new"}, {"value": "active"}],
        "to": "store",
        "relation": "x",
        "aggregate": "count",
    }
    fact = world.FACTS["member"][FIELDS[one.fact(settings)["type"]]]
    forms = offered(one.operators, fact.type)
    assert forms
    for form in forms:
        made = form.make(field(fact.key), values_for(form, fact.type.name))
        assert check(made, world.NAMES, "member").is_condition, form.key


def test_the_words_of_a_form_are_there_in_both_languages():
    words = [words for form in FORMS.values() for words in form.words.values()]
    assert all(set(one) == {"en", "zh"} for one in (*words, *(one.words for one in QUANTIFIERS.values())))


def test_a_field_behind_a_reference_another_field_and_the_current_user_are_rows():
    found = drawn(
        {
            "and": [
                {"==": [field("store.region"), "north"]},
                {"<": [field("last_order_on"), field("joined_on")]},
                {"==": [field("store"), field("$user.id")]},
                {"==": [field("city"), field("$user.city")]},
            ]
        }
    )
    assert [(row.path, row.form, row.values) for row in found.parts] == [
        ("store.region", "==", ("north",)),
        ("last_order_on", "<.field", ("joined_on",)),
        ("store", "==.user", ("$user.id",)),
        ("city", "==.user", ("$user.city",)),
    ]


def test_a_field_that_stands_in_for_an_empty_one_is_a_row():
    either = {"??": [field("last_order_on"), field("joined_on")]}
    document = {">": [{"days_since": [either]}, 180]}
    [row] = drawn(document).parts
    assert (row.path, row.form, row.values) == ("last_order_on ?? joined_on", "days_since", (180,))
    changed = Group(parts=(Row(row.path, "days_since.>=", (90,)),))
    assert outline.document(changed) == {">=": [{"days_since": [either]}, 90]}
    assert same({"==": [{"??": [field("joined_on"), "2026-03-08"]}, "2026-03-09"]})
    assert same({"==": [{"??": [field("joined_on"), field("name")]}, "2026-03-09"]})


def test_related_records_are_drawn_three_deep_and_no_deeper():
    found = drawn({"some": [field("orders"), {">=": [{"count": [field("lines")]}, 2]}]})
    [related] = found.parts
    assert (related.quantifier, related.relation) == ("some", "orders")
    assert related.group.parts[0] == Related("count>=", "lines", 2)
    deep: Any = {"var": "vip"}
    for _level in range(6):
        deep = {"or": [deep, {"var": "blocked"}]}
    assert same(deep)
    assert max(name.count(".") for name, _part in walk(drawn(deep))) == 3


def test_problems_find_their_part():
    document = {
        "and": [
            {"var": "vip"},
            {
                "!": [
                    {
                        "or": [
                            {"==": [field("stage"), "gone"]},
                            {"some": [field("orders"), {"==": [field("note"), 1]}]},
                        ]
                    }
                ]
            },
        ]
    }
    made = outline.compose(drawn(document))
    with pytest.raises(Problems) as refused:
        check(document, world.NAMES, "member")
    assert [made.part_at(one.pointer) for one in refused.value.problems] == ["1.0", "1.1.0"]


def test_what_is_not_finished_is_named_and_never_saved():
    unfinished = Group(
        parts=(Row("vip", "holds"), Row("points", "<", (Unread("many"),)), Related(), Group("or"))
    )
    made = outline.compose(unfinished)
    assert (made.document, made.unfinished) == ({"var": "vip"}, ("1", "2", "3"))
    with pytest.raises(Problems):
        outline.document(unfinished)


@pytest.mark.parametrize("change", sorted(EDITS))
def test_a_change_of_any_part_gives_an_outline(change):
    for seed in range(60):
        before = drawn(Generator(Random(seed)).condition(3))
        for name in ["9", "0.x.4", *dict(walk(before))]:
            after = edited(before, change, name)
            assert part_of(after.outline, after.name) is not None
            outline.compose(after.outline)


def test_changes_say_what_they_say():
    def written(change: str, name: str) -> Any:
        return outline.compose(edited(before, change, name).outline).document

    before = drawn({"and": [{"var": "vip"}, {"or": [{"var": "blocked"}, {"is_empty": [field("name")]}]}]})
    assert written("delete", "1") == {"var": "vip"}
    assert written("up", "1") == {
        "and": [{"or": [{"var": "blocked"}, {"is_empty": [field("name")]}]}, {"var": "vip"}]
    }
    assert written("clone", "0") == {"and": [{"var": "vip"}, *outline.document(before)["and"]]}
    assert written("wrap", "0")["and"][0] == {"or": [{"var": "vip"}]}
    assert written("unwrap", "1") == {
        "and": [{"var": "vip"}, {"var": "blocked"}, {"is_empty": [field("name")]}]
    }
    assert written("turn", "") == {"or": outline.document(before)["and"]}
    assert written("negate", "1")["and"][1] == {"!": [outline.document(before)["and"][1]]}
    assert written("down", "1") == outline.document(before)
