"""What every action, trigger and channel answers, whoever brings it; and what the built-in ones refuse."""

from __future__ import annotations

from typing import Any

import pytest

from builder.app import fill
from builder.registry import Registry
from builder.work import House
from builder.workflows import definition, scheduler
from builder.workflows import run as running
from builder.workflows.actions.contract import Action, Scope
from builder.workflows.actions.set_field import SetField
from schema_store.problems import Problems
from tests.workflows.days import all_runs, at, member, value, workflow

REGISTRY = fill(Registry())
PARTS = [
    (shelf.sort, key, part) for shelf in (REGISTRY.actions, REGISTRY.triggers) for key, part in shelf.items()
]


def described(schema: Any, place: str) -> list[str]:
    """The places in a schema whose properties lack words in one of the languages."""
    found = []
    for name, inner in schema.get("properties", {}).items():
        if "en" in schema["properties"] and "zh" in schema["properties"]:
            continue
        if not inner.get("description") or not inner.get("x-zh"):
            found.append(f"{place}/{name}")
        found += described(inner, f"{place}/{name}")
    return found


@pytest.mark.parametrize(("sort", "key", "part"), PARTS, ids=[f"{sort} {key}" for sort, key, _part in PARTS])
def test_part_has_words_and_closed_settings_with_words(sort: str, key: str, part: Any) -> None:
    assert part.key == key
    assert set(part.label) == set(part.help) == {"en", "zh"}
    assert part.settings["additionalProperties"] is False
    assert described(part.settings, "") == []


@pytest.mark.parametrize("action", list(REGISTRY.actions.values()), ids=list(REGISTRY.actions))
def test_action_has_one_of_the_four_effects(action: Action) -> None:
    assert action.effect in {"change", "create", "once", "deliver"}


def test_workflow_reads_as_sentences_in_both_languages(shop: House) -> None:
    with shop.reading() as work:
        dormant = definition.of(work, "member_dormant")
        said = {
            language: [
                step.action.sentence(step.settings, Scope(work.catalog, "member", language))
                for step in dormant.steps
            ]
            for language in ("en", "zh")
        }
        trigger = work.registry.triggers["schedule"].sentence(
            {"cron": "0 3 * * *"}, "member", work.catalog, "zh"
        )
        first = definition.of(work, "member_first_order").trigger
        settings = {key: part for key, part in first.items() if key != "type"}
        woken = work.registry.triggers["record"].sentence(settings, "member", work.catalog, "en")
    assert said["en"] == [
        "set Stage to Dormant",
        "add the tag “wake-up”",
        "create one Task each",
        "notify Service",
    ]
    assert said["zh"][0] == "将阶段设为沉睡"
    assert trigger == "每天 03:00"
    assert woken == "When Order is created or changed"


REFUSED = [
    ({"type": "set_field", "field": "nope", "value": 1}, "/field", "no field"),
    ({"type": "set_field", "field": "order_count", "value": 1}, "/field", "worked out"),
    ({"type": "set_field", "field": "tags", "value": "x"}, "/field", "holds tags"),
    ({"type": "set_field", "field": "stage", "value": "sleeping"}, "/value", "sleeping"),
    ({"type": "set_field", "field": "member_no", "value": None}, "/value", "needs a value"),
    ({"type": "set_field", "field": "points", "value": {"var": "name"}}, "/value", "number"),
    ({"type": "set_field", "field": "points", "value": {"nonsense": 1}}, "/value", "nonsense"),
    ({"type": "set_field", "field": "points", "value": 1, "extra": 1}, "", "extra"),
    ({"type": "add_tag", "field": "name", "tag": "x"}, "/field", "not a field of tags"),
    ({"type": "add_tag", "field": "tags", "tag": "a;b"}, "/tag", "tag"),
    ({"type": "remove_tag", "field": "tags", "tag": " a "}, "/tag", "tag"),
    ({"type": "create_record", "entity": "nope", "values": {}}, "/entity", "not an entity"),
    ({"type": "create_record", "entity": "order", "values": {"order_no": "1"}}, "/values", "member"),
    (
        {"type": "create_record", "entity": "task", "values": {"title": "x", "nope": 1}},
        "/values/nope",
        "no field",
    ),
    (
        {"type": "create_record", "entity": "task", "values": {"title": "x", "store": {"var": "id"}}},
        "/values/store",
        "",
    ),
    ({"type": "notify", "to": {"role": "nope"}, "text": "x"}, "/to/role", "not a role"),
    ({"type": "notify", "to": {"role": "clerk", "user": 1}, "text": "x"}, "/to", ""),
    ({"type": "never_heard_of"}, "/type", "not known here"),
]


@pytest.mark.parametrize(
    ("action", "pointer", "words"), REFUSED, ids=[str(number) for number in range(len(REFUSED))]
)
def test_wrong_action_cannot_be_published(
    shop: House, action: dict[str, Any], pointer: str, words: str
) -> None:
    with pytest.raises(Problems) as refused:
        workflow(shop, "wrong", actions=[action])
    found = [
        one for one in refused.value.problems if one.pointer.startswith(f"/workflow/wrong/actions/0{pointer}")
    ]
    assert found, refused.value
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        ({"type": "schedule", "cron": "61 * * * *"}, "not a schedule"),
        ({"type": "schedule"}, "cron"),
        ({"type": "record", "on": ["deleted"]}, "gone"),
        ({"type": "record", "on": ["eaten"]}, "must be one of"),
        ({"type": "record", "on": ["created"], "entity": "order"}, "via"),
        ({"type": "full_moon"}, "not known here"),
    ],
)
def test_wrong_trigger_cannot_be_published(shop: House, trigger: dict[str, Any], words: str) -> None:
    with pytest.raises(Problems, match=words):
        workflow(shop, "wrong", trigger=trigger)


def test_values_may_be_worked_out_from_each_record_and_from_each_other(shop: House) -> None:
    actions = [
        {"type": "set_field", "field": "points", "value": {"+": [{"??": [{"var": "points"}, 0]}, 10]}},
        {"type": "set_field", "field": "city", "value": None},
        {"type": "add_tag", "field": "tags", "tag": "a"},
        {"type": "remove_tag", "field": "tags", "tag": "b"},
        {"type": "add_tag", "field": "tags", "tag": "b"},
        {"type": "remove_tag", "field": "tags", "tag": "a"},
    ]
    workflow(shop, "mixed", actions=actions)
    ann = member(shop, "M1", points=5, city="Xiamen", tags=frozenset({"a"}))
    done = running.run(shop, "mixed")
    assert (value(shop, ann, "points"), value(shop, ann, "city"), value(shop, ann, "tags")) == (
        15,
        None,
        {"b"},
    )
    assert [step["done"] for step in done.steps] == [1] * 6
    assert done.effects == {"changed": 1}


def test_workflow_whose_action_is_gone_fails_with_words_and_stops_nobody(shop: House) -> None:
    workflow(shop, "seen")
    ann = member(shop, "M1")
    del shop.registry.actions._things["set_field"]
    with pytest.raises(Problems, match="not installed"):
        running.run(shop, "member_dormant")
    assert running.run(shop, "seen").changed == 1
    assert value(shop, ann, "tags") == {"seen"}
    assert len(all_runs(shop)) == 1


def test_workflow_whose_action_is_gone_has_a_failed_run_for_each_time_it_was_due(shop: House) -> None:
    tags = [
        {"type": "add_tag", "field": "tags", "tag": "x"},
        {"type": "set_field", "field": "city", "value": "y"},
    ]
    woken = {"type": "record", "on": ["created"]}
    workflow(shop, "woken", trigger=woken, actions=tags)
    del shop.registry.actions._things["set_field"]
    ann = member(shop, "M1")
    night = at(shop, "2026-03-03T03:01")
    scheduler.settle(night)
    assert [one.status for one in scheduler.run_due(night)] == ["failed"]
    failed = [(one.workflow, one.changed, one.trouble) for one in all_runs(shop) if one.status == "failed"]
    assert [one[:2] for one in failed] == [("woken", 0), ("member_dormant", 0)]
    assert all("“set_field” is not installed" in str(trouble) for *_rest, trouble in failed)
    assert value(shop, ann, "tags") == frozenset()


def test_workflow_whose_action_cannot_check_itself_is_refused_with_words(shop: House) -> None:
    class Dizzy(SetField):
        key = "dizzy"

        def check(self, settings: Any, entity: str, catalog: Any) -> list[Any]:
            raise RuntimeError("spinning")

    shop.registry.actions.add("dizzy", Dizzy(), by="test")
    with pytest.raises(Problems, match="“dizzy” cannot check its settings"):
        workflow(shop, "wrong", actions=[{"type": "dizzy", "field": "city", "value": "x"}])
