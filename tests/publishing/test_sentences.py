"""What a change is called: words for a manager, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from builder.app import fill
from builder.catalog import compile_bodies
from builder.publishing import checking
from builder.publishing.sentences import describe
from builder.registry import Registry
from tests.kinds.workshop import Bodies, field, membership, published, registry

BLACK = {"value": "pink", "label": {"en": "Pink", "zh": "粉钻"}}
LIVE = published(membership())
LEVEL = "Level (used by 1 form, 3 views, 2 roles and 1 record page)"
REAL = fill(Registry())
"""With the triggers and actions of the product, which say themselves."""


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
        (lambda b: settings(b, "level")["options"].append(BLACK), [f"{LEVEL}: new option Pink."]),
        (lambda b: settings(b, "level")["options"].pop(), [f"{LEVEL}: the option Black is taken away."]),
        (
            lambda b: settings(b, "level")["options"].reverse(),
            [f"{LEVEL}: the options stand in another order."],
        ),
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
            [
                "City is retired: no page shows it any more, its values are kept.",
                "City was used by 1 form.",
            ],
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


VIEW, APP, FORM = ("view", "dormant_members"), ("app", "membership"), ("form", "member_form")
ROLE, FLOW = ("role", "service"), ("workflow", "member_dormant")


def fields(bodies: Bodies, section: int) -> list[Any]:
    return bodies[FORM]["sections"][section]["fields"]


def rights(bodies: Bodies, entity: str = "member") -> dict[str, Any]:
    return bodies[ROLE]["entities"][entity]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (VIEW, lambda b: b[VIEW]["columns"].append("email"), "Dormant members shows E-mail too."),
        (VIEW, lambda b: b[VIEW]["columns"].remove("name"), "Dormant members no longer shows Name."),
        (
            VIEW,
            lambda b: b[VIEW].update(sort=["-joined_on", "name"]),
            "Dormant members: Order is now: Joined on (newest first), Name (smallest first).",
        ),
        (VIEW, lambda b: b[VIEW].pop("sort"), "Dormant members: Order is the usual one again."),
        (VIEW, lambda b: b[VIEW].update(default=True), "Dormant members: Default changes from no to yes."),
        (
            VIEW,
            lambda b: b[VIEW].update(roles=["clerk", "manager"]),
            "Dormant members is now for Shop clerk, Manager.",
        ),
        (
            VIEW,
            lambda b: b[VIEW].update(label={"en": "Sleepers", "zh": "沉睡"}),
            "“Dormant members” is now called “Sleepers”.",
        ),
        (
            VIEW,
            lambda b: b[VIEW].pop("where"),
            "Dormant members: Condition no longer says: Stage is “Dormant”.",
        ),
        (
            APP,
            lambda b: b[APP]["menu"].insert(1, {"view": "refunded_orders"}),
            "Membership: Menu gains “Refunded orders” after “Members”.",
        ),
        (APP, lambda b: b[APP]["menu"].pop(0), "Membership: Menu loses “Members”."),
        (
            APP,
            lambda b: b[APP]["home"]["views"].remove("new_members"),
            "Membership, First page no longer shows New in the last 30 days.",
        ),
        (
            FORM,
            lambda b: fields(b, 1).append(fields(b, 0).pop()),
            "Member: City moves from “Person” to “Membership”.",
        ),
        (FORM, lambda b: fields(b, 0).remove("phone"), "Member, Person loses Phone."),
        (
            FORM,
            lambda b: b[FORM]["sections"].append({"label": "More", "fields": [fields(b, 0).pop()]}),
            "Member: Sections gains “More” (City) after “Orders”.",
        ),
        (
            FORM,
            lambda b: b[FORM]["sections"][0].update(columns=1),
            "Member: Person › Columns changes from “Two” to “One”.",
        ),
        (
            FORM,
            lambda b: b[FORM]["sections"][0].update(label="Who"),
            "Member: “Person” is now called “Who”.",
        ),
        (ROLE, lambda b: rights(b).update(update=False), "Service may no longer change: Members."),
        (ROLE, lambda b: rights(b).update(delete=True), "Service may now delete: Members."),
        (ROLE, lambda b: rights(b)["fields"].update(phone="hide"), "Service no longer sees Phone (Members)."),
        (
            ROLE,
            lambda b: rights(b)["fields"].update(phone="read"),
            "Service may see Phone, but not change it (Members).",
        ),
        (
            ROLE,
            lambda b: rights(b).update(rows={"==": [{"var": "city"}, "Suzhou"]}),
            "Service: Members › Which records is now: City is “Suzhou”.",
        ),
        (ROLE, lambda b: b[ROLE].update(may=["export"]), "Service may now export records."),
        (FLOW, lambda b: b[FLOW].update(approval_above=10), "Members go dormant: Approval above is now 10."),
        (
            FLOW,
            lambda b: b[FLOW]["trigger"].update(cron="0 8 * * 1"),
            "Members go dormant: Trigger was: “Every day at 03:00”; it is now: “Every Monday at 08:00”.",
        ),
        (
            FLOW,
            lambda b: b[FLOW]["actions"][0].update(value="churned"),
            "Members go dormant: Actions › 1 was: “set Stage to Dormant”; it is now: “set Stage to Churned”.",
        ),
        (
            FLOW,
            lambda b: b[FLOW]["actions"].pop(1),
            "Members go dormant: Actions loses “add the tag “wake-up””.",
        ),
        (
            FLOW,
            lambda b: b[FLOW].pop("episode"),
            "Members go dormant: Once for each no longer says Last order on (or Joined on if that is empty).",
        ),
    ],
)
def test_a_change_of_what_is_designed_in_words(name, change, said):
    bodies = membership()
    change(bodies)
    before = checking.check(REAL, compile_bodies(REAL, {}, stamp=0), membership()).after
    after = checking.check(REAL, before, bodies)
    found = describe(name, before.bodies[name], after.changed[name], after.after or before)

    assert [one.said() for one in found] == [said]


def test_no_sentence_shows_a_key_or_json():
    """Whatever of the shipped application is taken away, one part at a time."""
    before = checking.check(REAL, compile_bodies(REAL, {}, stamp=0), membership()).after
    for name, body in before.bodies.items():
        if name[0] == "entity":
            continue
        for key in set(body) - {"key", "label", "entity"}:
            found = describe(name, before.bodies[name], {k: v for k, v in body.items() if k != key}, before)
            for one in found:
                assert not set("{}[]_") & set(one.said()), one.said()


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
    assert [one.said() for one in describe(("view", "open_tasks"), view, None, LIVE)] == [
        "Open tasks is retired; what it holds is kept.",
        "Open tasks was used by 1 application.",
    ]
