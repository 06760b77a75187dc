"""Whatever a caller sends: an answer, never a fault; on both databases."""

import json
from pathlib import Path

import pytest

import schema_store
from schema_store import drafts
from tests import make
from tests.api.conftest import Shop
from tests.rules.hostile import TEXTS

VALUES = [
    None, "", " ", "\t\n", "x" * 100_000, "\u0000", "\u202e", "😀" * 300, "a\u0301", "'", '"', "%", "\\",
    "{{7*7}}", "${x}", "<script>alert(1)</script>", "=1+1", "' OR 1=1 --", "../../etc/passwd", "-0",
    "1e400", "NaN", "Infinity", "0x10", "１２", "9" * 400, "2026-02-30", "0000-00-00", "9999-12-31",
    "10000-01-01", "2026-01-01T00:00:00+99:99", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "+" * 50, 0, -1, 1.5, -0.0, 1e308, 10**39, -(10**39), 2**31, 2**63, 2**63 - 1, True, False, [],
    [None], [[]], ["a"] * 1000, ["\u0000"], [1], {}, {"id": 1}, {"member_no": "x"}, {"store_no": None},
    {"$ref": "#"}, {"member_no": {"member_no": "x"}}, {"colour": "x"},
]  # fmt: skip
RULES = [
    {"==": [1]}, {"==": []}, {"and": []}, {"or": [[]]}, {"var": ""}, {"var": []}, {"var": None},
    {"var": "a.b.c.d.e"}, {"var": "store.region"}, {"in": [{"var": "tags"}, "x"]},
    {"==": [{"var": "joined_on"}, "soon"]}, {">": [{"var": "points"}, 2**63]},
    {"==": [{"var": "name"}, "\u0001"]}, {"!": []}, {"==": [{"var": "__class__"}, 1]}, True, False, None,
    1, "x", [], {}, {"a": 1, "b": 2}, {">": [{"days_since": [{"var": "last_order_on"}]}, 10**30]},
    {"==": [{"+": [{"var": "points"}, 2**62, 2**62]}, 1]}, {"/": [1, 0]},
    {"==": [{"/": [{"var": "points"}, 0]}, 1]}, {"some": [{"var": "orders"}, True]},
]  # fmt: skip
FIELDS = [
    "member_no",
    "name",
    "phone",
    "email",
    "gender",
    "birthday",
    "tags",
    "stage",
    "points",
    "store",
    "created_at",
    "order_count",
]


@pytest.fixture(scope="module")
def program(databases):
    url = databases.copy("membership", make.membership)
    shop = Shop(url)
    made = shop.program("admin")
    made.house = shop.house
    yield made
    shop.house.database.close()
    databases.drop(url)


@pytest.mark.parametrize("field", FIELDS)
def test_any_value_of_a_field_is_answered(program, field):
    for place, value in enumerate(VALUES):
        document = {"member_no": f"{field}{place}"} | {field: value}
        answer = program.post("/records/member", document)
        assert answer.status_code in (201, 400, 422), (value, answer.text)


def test_any_value_in_an_order_is_answered(program):
    for place, value in enumerate(VALUES):
        for field in ("ordered_on", "amount", "quantity", "status", "member"):
            document = {"order_no": f"{field}{place}", field: value}
            assert program.post("/records/order", document).status_code in (201, 400, 422), (field, value)


def test_any_rule_is_answered(program):
    for rule in RULES:
        answer = program.get(
            "/records/member?count=1&where=" + json.dumps(rule).replace("+", "%2B").replace("#", "%23")
        )
        assert answer.status_code in (200, 422), (rule, answer.text)


def test_any_text_in_a_query_is_answered(program):
    for value in VALUES:
        if not isinstance(value, str) or len(value) > 1000:
            continue
        for name in ("where", "sort", "fields", "limit", "after", "count"):
            answer = program._client.get(
                "/api/v1/records/member",
                query_string={name: value},
                headers={"Authorization": f"Bearer {program.token}"},
            )
            assert answer.status_code in (200, 400, 422), (name, value, answer.text)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_rule_in_a_query_is_refused(program, name):
    answer = program._client.get(
        "/api/v1/records/member",
        query_string={"where": TEXTS[name]},
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert answer.status_code in (400, 413, 414, 422), answer.text[:300]


APP = Path(schema_store.__file__).parent / "apps" / "membership"
RULE = "the rule"
VIEW = {"key": "odd", "label": "Odd", "entity": "member", "type": "table", "columns": ["name"], "where": RULE}
ROLE = {"key": "odd", "label": "Odd", "entities": {"member": {"read": True, "rows": RULE}}, "may": []}
RUN = {
    "key": "odd", "label": "Odd", "entity": "member", "enabled": True, "where": RULE,
    "trigger": {"type": "schedule", "cron": "0 3 * * *"},
    "actions": [{"type": "set_field", "field": "stage", "value": "dormant"}],
}  # fmt: skip
VALUE = RUN | {
    "where": True,
    "actions": [
        {"type": "create_record", "entity": "task", "values": {"title": RULE, "member": {"var": "id"}}}
    ],
}
EPISODE = RUN | {"where": True, "episode": RULE}
FORMULA = {"type": "formula", "label": "Odd", "formula": RULE, "gives": {"type": "integer"}}
ROLLUP = {"type": "rollup", "label": "Odd", "relation": "orders", "aggregate": "count", "where": RULE}


def member_with(field):
    body = json.loads(
        (Path(schema_store.__file__).parent / "apps" / "membership" / "entity" / "member.json").read_text()
    )
    body["properties"]["odd"] = {"x-tessera": field}
    return body


DRAFTS = {
    "view": ("/definitions/view/odd", VIEW),
    "role": ("/definitions/role/odd", ROLE),
    "workflow": ("/definitions/workflow/odd", RUN),
    "episode": ("/definitions/workflow/odd", EPISODE),
    "value of an action": ("/definitions/workflow/odd", VALUE),
    "formula": ("/definitions/entity/member", member_with(FORMULA)),
    "rollup": ("/definitions/entity/member", member_with(ROLLUP)),
}
PLAIN_VALUES = {"number", "text", "null"}
"""Values, and no conditions: right where a rule may give a value."""


@pytest.mark.parametrize("place", DRAFTS)
def test_a_hostile_rule_in_a_draft_is_never_published(program, place):
    path, body = DRAFTS[place]
    for name, text in TEXTS.items():
        if name in PLAIN_VALUES and place in ("episode", "value of an action", "formula", "view", "rollup"):
            continue
        written = json.dumps(body).replace(json.dumps(RULE), text)
        answer = program._client.put(
            f"/api/v1{path}",
            data=written,
            content_type="application/json",
            headers={"Authorization": f"Bearer {program.token}"},
        )
        assert answer.status_code in (200, 400, 413, 422), (name, answer.text[:300])
        if answer.status_code == 200:
            refused = program.post("/publish", {})
            assert refused.status_code in (400, 422), (name, refused.text[:300])
    with program.house.database.writing() as connection:
        drafts.discard_draft(connection, *path.split("/")[2:])


PLAIN = {
    "episode": {"var": "joined_on"},
    "value of an action": {"cat": [{"var": "name"}, "!"]},
    "formula": {"+": [{"var": "points"}, 1]},
    "rollup": {"==": [{"var": "status"}, "paid"]},
}
"""Rules in the same places that nothing is wrong with."""


@pytest.mark.parametrize("place", DRAFTS)
def test_the_same_draft_with_a_plain_rule_is_right(program, place):
    path, body = DRAFTS[place]
    rule = PLAIN.get(place, {">": [{"var": "points"}, 1]})
    assert (
        program.put(
            path, json.loads(json.dumps(body).replace(json.dumps(RULE), json.dumps(rule)))
        ).status_code
        == 200
    )
    plan = program.post("/publish", {"rehearse": True})
    assert [one for one in plan.json["problems"] if one.get("severity", "error") == "error"] == []
    with program.house.database.writing() as connection:
        drafts.discard_draft(connection, *path.split("/")[2:])
