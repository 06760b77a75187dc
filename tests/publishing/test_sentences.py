"""What a change is called: words for a manager, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from builder.publishing import checking
from builder.publishing.sentences import describe
from tests.kinds.workshop import Bodies, field, membership, published, registry

BLACK = {"value": "pink", "label": {"en": "Pink", "zh": "粉钻"}}
LIVE = published(membership())


def settings(bodies: Bodies, key: str) -> dict[str, Any]:
    return bodies["entity", "member"]["properties"][key]["x-tessera"]


def sentences(
    change: Any, *, name: tuple[str, str] = ("entity", "member"), language: str = "en"
) -> list[str]:
    """What is said of `name` after `change` did something to the membership application."""
    bodies = membership()
    change(bodies)
    checked = checking.check(registry(), LIVE, bodies)
    after = checked.changed.get(name, LIVE.bodies[name])
    return [
        one.said(language=language) for one in describe(name, LIVE.bodies[name], after, checked.after or LIVE)
    ]


def test_nothing_is_said_of_what_stays_the_same():
    assert sentences(lambda bodies: None) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: settings(b, "level")["options"].append(BLACK), ["Level: new option Pink."]),
        (lambda b: settings(b, "level")["options"].pop(), ["Level: the option Black is taken away."]),
        (lambda b: settings(b, "level")["options"].reverse(), ["Level: the options stand in another order."]),
        (lambda b: settings(b, "city").update(label="Town"), ["City is now called Town."]),
        (lambda b: settings(b, "phone").update(unique=True), ["Phone: Unique is now yes."]),
        (lambda b: b["entity", "member"]["required"].append("name"), ["Name must now be filled."]),
        (lambda b: b["entity", "member"].update(required=[]), ["Member number may now be left empty."]),
        (
            lambda b: b["entity", "member"]["properties"].update(nick=field("text", label="Nick")),
            ["New field Nick (Text).", "5 views can show Nick."],
        ),
        (
            lambda b: b["entity", "member"]["properties"].pop("city"),
            ["City is retired: no page shows it any more, its values are kept."],
        ),
        (
            lambda b: b["entity", "member"]["x-tessera"].update(icon="heart"),
            ["Member: Icon changes from “users” to “heart”."],
        ),
    ],
)
def test_a_change_of_an_entity_in_words(change, said):
    found = sentences(change)
    assert found[0] == said[0]
    assert len(found) == len(said)


def test_labels_are_said_in_the_language_of_the_reader():
    assert "粉钻" in sentences(lambda b: settings(b, "level")["options"].append(BLACK), language="zh")[0]


def test_a_changed_workflow_says_from_what_to_what():
    [said] = sentences(
        lambda b: b["workflow", "member_dormant"].update(enabled=False), name=("workflow", "member_dormant")
    )
    assert said == "Members go dormant: Switched on changes from yes to no."


def test_a_changed_rule_is_said_in_words():
    def change(bodies: Bodies) -> None:
        bodies["view", "dormant_members"]["where"] = {"==": [{"var": "stage"}, "churned"]}

    [said] = sentences(change, name=("view", "dormant_members"))
    assert said == "Dormant members: Condition was: Stage is “Dormant”; it is now: Stage is “Churned”."
    [said] = sentences(change, name=("view", "dormant_members"), language="zh")
    assert "流失" in said


def test_a_new_and_a_retired_definition_are_called_so():
    view = LIVE.bodies["view", "open_tasks"]
    assert [one.said() for one in describe(("view", "open_tasks"), None, view, LIVE)] == [
        "New view: Open tasks."
    ]
    [said] = describe(("view", "open_tasks"), view, None, LIVE)
    assert said.said() == "Open tasks is retired; what it holds is kept."
