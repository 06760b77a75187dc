"""What a restricted caller is told about what they may not see: the same as about what does not exist."""

import pytest

MEMBERS = "/records/member"
OURS = {"==": [{"var": "city"}, "Suzhou"]}
RIGHTS = {
    "member": {
        "create": True,
        "read": True,
        "update": True,
        "delete": True,
        "rows": OURS,
        "fields": {"phone": "hide", "points": "read"},
    }
}


@pytest.fixture
def clerk(shop):
    shop.publish_role("local", RIGHTS)
    return shop.program("admin", roles=("local",))


@pytest.fixture
def ours(shop, clerk):
    return shop.make("member", member_no="M1", name="Mary", city="Suzhou", phone="+8613800138000")


@pytest.fixture
def foreign(shop, clerk):
    return shop.make("member", member_no="M2", name="Max", city="Hangzhou", phone="+8613800138001")


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("GET", "", None),
        ("GET", "/history", None),
        ("PATCH", "", {"name": "Eve"}),
        ("PATCH", "", {}),
        ("DELETE", "", None),
    ],
)
def test_a_foreign_record_is_answered_as_an_absent_one(clerk, foreign, method, path, document):
    told = [clerk.call(method, f"{MEMBERS}/{number}{path}", document) for number in (foreign, 987654)]

    assert [one.status_code for one in told] == [404, 404]
    assert told[0].data == told[1].data


def test_a_list_and_its_count_hold_only_ones_own(clerk, ours, foreign):
    page = clerk.get(f"{MEMBERS}?count=1").json

    assert [one["id"] for one in page["records"]] == [ours]
    assert page["count"] == 1


def test_a_hidden_field_is_nowhere(clerk, ours):
    clerk.patch(f"{MEMBERS}/{ours}", {"name": "Maria"})

    assert "13800138000" not in clerk.get(MEMBERS).text
    assert "13800138000" not in clerk.get(f"{MEMBERS}/{ours}").text
    assert "13800138000" not in clerk.get(f"{MEMBERS}/{ours}/history").text


@pytest.mark.parametrize(
    "query",
    [
        "fields=phone",
        "sort=phone",
        'where={"==":[{"var":"phone"},"%2B8613800138000"]}',
        'where={"is_empty":[{"var":"phone"}]}',
        'where={"!":[{"is_empty":[{"var":"phone"}]}]}',
    ],
)
def test_a_hidden_field_answers_no_question(clerk, ours, query):
    answer = clerk.get(f"{MEMBERS}?{query}")

    assert answer.status_code == 422
    assert "phone" in answer.text
    assert "13800138000" not in answer.text.replace("%2B86", "")


def test_a_question_about_records_that_one_may_not_read_is_refused(clerk, ours):
    answer = clerk.get(f'{MEMBERS}?where={{">":[{{"count":["orders"]}},0]}}')

    assert answer.status_code == 422


@pytest.mark.parametrize("field", ["phone", "points"])
def test_what_is_hidden_or_only_read_cannot_be_written(clerk, ours, field):
    answer = clerk.patch(f"{MEMBERS}/{ours}", {field: 7})

    assert answer.status_code == 422


def test_a_record_cannot_be_moved_out_of_ones_own_rows(shop, clerk, ours):
    assert clerk.patch(f"{MEMBERS}/{ours}", {"city": "Hangzhou"}).status_code == 422
    assert clerk.get(f"{MEMBERS}/{ours}").json["city"] == "Suzhou"


def test_a_record_cannot_be_made_outside_ones_own_rows(shop, till, clerk):
    assert clerk.post(MEMBERS, {"member_no": "M3", "city": "Hangzhou"}).status_code == 422
    assert till.get(MEMBERS).json["records"] == []


def test_a_role_that_changes_takes_effect_at_the_next_call(shop, clerk, ours):
    assert clerk.get(f"{MEMBERS}/{ours}").status_code == 200
    shop.publish_role("local", {"order": {"read": True}})

    assert clerk.get(f"{MEMBERS}/{ours}").status_code == 404


def test_an_entity_that_may_not_be_read_is_answered_as_an_absent_one(clerk):
    told = [clerk.get(f"/records/{key}") for key in ("order", "no_such_entity")]

    assert [one.status_code for one in told] == [404, 404]
    assert told[0].data == told[1].data


def test_two_roles_may_do_what_either_may(shop, clerk, ours, foreign):
    shop.publish_role("reader", {"member": {"read": True, "fields": {"phone": "read"}}})
    both = shop.program("admin", roles=("local", "reader"))

    assert both.get(f"{MEMBERS}/{foreign}").json["phone"]
    assert both.patch(f"{MEMBERS}/{foreign}", {"name": "Eve"}).status_code == 404
    assert both.patch(f"{MEMBERS}/{ours}", {"name": "Maria"}).status_code == 200
