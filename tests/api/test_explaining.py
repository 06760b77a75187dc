"""Whether a record meets a definition, and why, over HTTP."""

import pytest

from tests.api.conftest import codes

ANN = {"member_no": "1", "name": "Ann", "stage": "dormant"}


def asked(program, record_id, definition):
    return program.get(f"/records/member/{record_id}/explain?definition={definition}")


def test_a_record_is_told_why_a_view_shows_it(till):
    ann = till.post("/records/member", ANN).json["id"]
    told = asked(till, ann, "view/dormant_members").json

    assert told["holds"] is True
    assert "dormant" in told["sentence"].lower()
    assert told["explained"]["verdict"] is True
    assert told["explained"]["values"] == {"Stage": "“Dormant”"}


def test_it_is_told_why_a_workflow_passes_it_by(till):
    ann = till.post("/records/member", ANN).json["id"]
    told = asked(till, ann, "workflow/member_dormant").json

    assert told["holds"] is False
    assert {step["verdict"] for step in told["explained"]["children"]} >= {False}


def test_it_is_told_which_fact_would_turn_it(till):
    ann = till.post("/records/member", ANN).json["id"]
    told = asked(till, ann, "view/dormant_members").json

    assert told["explained"]["flips"][0] == {
        "sentence": "would not hold if Stage were not “Dormant”",
        "verdict": False,
        "field": "stage",
        "value": "active",
    }


def test_it_speaks_the_callers_language(till):
    ann = till.post("/records/member", ANN).json["id"]
    told = till.get(
        f"/records/member/{ann}/explain?definition=view/dormant_members", Accept_Language="zh"
    ).json

    assert "沉睡" in told["sentence"]


@pytest.mark.parametrize(
    "definition", ["", "view", "view/absent", "role/clerk", "entity/member", "view/open_tasks", "nokind/x"]
)
def test_what_says_nothing_about_a_member_is_not_found(quiet_shop, quiet_till, definition):
    ann = quiet_shop.make("member", member_no=f"M{definition}", name="Ann")

    assert asked(quiet_till, ann, definition).status_code == 404


def test_a_record_that_is_not_shown_is_not_explained(shop):
    ann = shop.make("member", member_no="1", name="Ann")
    shop.publish_role("blind", {"store": {"read": True}})
    shop.publish_role("elsewhere", {"member": {"read": True, "rows": {"==": [{"var": "city"}, "Suzhou"]}}})

    for role in ("blind", "elsewhere"):
        clerk = shop.program("read", roles=(role,))
        assert asked(clerk, ann, "view/dormant_members").status_code == 404


def test_a_rule_over_a_hidden_field_is_refused(shop):
    ann = shop.make("member", member_no="1", name="Ann")
    shop.publish_role("shy", {"member": {"read": True, "fields": {"stage": "hide"}}})

    answer = asked(shop.program("read", roles=("shy",)), ann, "view/dormant_members")
    assert (answer.status_code, codes(answer)) == (422, [("field.unknown", "/definition")])
