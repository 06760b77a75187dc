"""Records over HTTP, on both databases."""

import pytest

from tests.access.site import Statements
from tests.api.conftest import codes

MEMBERS = "/records/member"


def member(number, **more):
    return {"member_no": f"M{number:04}", "name": f"Member {number}", **more}


def test_a_record_is_created_and_read_back(till):
    made = till.post(MEMBERS, member(1, tags=["vip"], joined_on="2026-01-05"))

    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    read = till.get(made.location.removeprefix("/api/v1"))
    assert read.json == made.json
    assert read.json["tags"] == ["vip"]
    assert read.json["joined_on"] == "2026-01-05"
    assert read.json["stage"] == "new"


def test_a_reference_is_written_by_key_and_read_as_id(till):
    mary = till.post(MEMBERS, member(1)).json["id"]
    order = {
        "order_no": "O1",
        "member": {"member_no": "M0001"},
        "ordered_on": "2026-02-01",
        "amount": "12.50",
    }

    made = till.post("/records/order", order)
    assert made.status_code == 201, made.text
    assert (made.json["member"], made.json["amount"]) == (mary, "12.50")


def test_a_list_is_read_in_pages(till):
    till.post(MEMBERS, [member(number) for number in range(5)])

    seen, after = [], ""
    while after is not None:
        page = till.get(f"{MEMBERS}?limit=2&sort=-member_no&after={after}").json
        seen += [one["member_no"] for one in page["records"]]
        after = page["after"]
    assert seen == ["M0004", "M0003", "M0002", "M0001", "M0000"]


def test_a_list_is_filtered_narrowed_and_counted(till):
    till.post(MEMBERS, [member(1, city="Suzhou"), member(2, city="Hangzhou"), member(3, city="Suzhou")])

    page = till.get(f'{MEMBERS}?where={{"==":[{{"var":"city"}},"Suzhou"]}}&fields=name&count=1&limit=1').json
    assert page["count"] == 2
    assert set(page["records"][0]) == {"id", "version", "created_at", "updated_at", "name"}


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("limit=0", "query.limit", "/limit"),
        ("limit=201", "query.limit", "/limit"),
        ("limit=200000", "query.limit", "/limit"),
        ("limit=²", "query.limit", "/limit"),
        ("colour=red", "query.unknown", "/colour"),
        ("limit=1&limit=2", "query.twice", "/limit"),
        ("count=yes", "query.flag", "/count"),
        ("fields=secret", "field.unknown", "/fields"),
        ("sort=secret", "sort.unknown", "/sort"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(quiet_till, query, code, pointer):
    answer = quiet_till.get(f"{MEMBERS}?{query}")

    assert answer.status_code == 422
    assert codes(answer) == [(code, pointer)]


@pytest.mark.parametrize(
    "where", ["{", '{"no_such":[1]}', '{"==":[{"var":"colour"},1]}', "[" * 2000, '{"a":NaN}', "1"]
)
def test_a_rule_that_is_none_is_refused_with_its_place(quiet_till, where):
    answer = quiet_till.get(f"{MEMBERS}?where={where}")

    assert answer.status_code in (400, 422)
    assert all(pointer.startswith("/where") for _code, pointer in codes(answer))


@pytest.mark.parametrize("after", ["nonsense", "bnVsbA", "W10", "😀", "WzFlMzA5XQ"])
def test_a_cursor_that_is_none_is_refused(quiet_till, after):
    assert quiet_till.get(f"{MEMBERS}?after={after}").status_code == 422


def test_a_page_of_200_is_the_largest(quiet_till):
    assert quiet_till.get(f"{MEMBERS}?limit=200").status_code == 200


def test_a_change_takes_the_named_fields_and_null_empties(till):
    made = till.post(MEMBERS, member(1, city="Suzhou")).json

    changed = till.patch(f"{MEMBERS}/{made['id']}", {"name": "Mary", "city": None})
    assert changed.json["name"] == "Mary"
    assert "city" not in changed.json
    assert changed.headers["ETag"] == '"2"'


def test_an_old_version_is_refused(till):
    path = f"{MEMBERS}/{till.post(MEMBERS, member(1)).json['id']}"
    till.patch(path, {"name": "Mary"}, If_Match='"1"')

    late = till.patch(path, {"name": "Maria"}, If_Match='"1"')
    assert late.status_code == 412
    assert late.headers["ETag"] == '"2"'
    assert till.delete(path, If_Match='"1"').status_code == 412
    assert till.get(path).json["name"] == "Mary"


@pytest.mark.parametrize("tag", ['"x"', '"99999999999999999999"', '"1", "2"', '"²"'])
def test_a_version_that_is_none_of_ours_is_refused(till, tag):
    path = f"{MEMBERS}/{till.post(MEMBERS, member(1)).json['id']}"

    assert till.patch(path, {"name": "Mary"}, If_Match=tag).status_code == 412


def test_any_version_may_be_named(till):
    path = f"{MEMBERS}/{till.post(MEMBERS, member(1)).json['id']}"

    assert till.patch(path, {"name": "Mary"}, If_Match="*").status_code == 200


def test_an_unchanged_record_is_not_sent_again(till):
    made = till.post(MEMBERS, member(1))

    assert till.get(f"{MEMBERS}/{made.json['id']}", If_None_Match=made.headers["ETag"]).status_code == 304


def test_a_deleted_record_is_gone(till):
    path = f"{MEMBERS}/{till.post(MEMBERS, member(1)).json['id']}"

    assert till.delete(path).status_code == 204
    assert till.get(path).status_code == 404
    assert till.delete(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["colour", "id", "version", "created_at", "order_count", "total_spent", "__class__", ""]
)
def test_what_cannot_be_written_is_refused(quiet_till, name):
    answer = quiet_till.post(MEMBERS, member(1, **{name: 1}))

    assert answer.status_code == 422
    assert codes(answer)[0][1] == f"/{name}"


def test_every_wrong_value_is_named_at_once(quiet_till):
    answer = quiet_till.post(MEMBERS, {"member_no": 7, "joined_on": "soon", "stage": "gone"})

    assert {pointer for _code, pointer in codes(answer)} == {"/member_no", "/joined_on", "/stage"}


def test_a_value_that_is_needed_and_missing_is_named(quiet_till):
    assert "/member_no" in [pointer for _code, pointer in codes(quiet_till.post(MEMBERS, {"name": "Mary"}))]


def test_a_key_in_use_is_refused(till):
    till.post(MEMBERS, member(1))

    assert till.post(MEMBERS, member(1)).status_code == 422


def test_a_list_is_made_whole_or_not_at_all(till):
    answer = till.post(MEMBERS, [member(1), {"name": "No number"}, member(2, stage="gone"), member(1)])

    assert answer.status_code == 422
    assert [pointer for _code, pointer in codes(answer)] == ["/1/member_no", "/2/stage", "/3/member_no"]
    assert till.get(MEMBERS).json["records"] == []


def test_a_list_has_a_limit(quiet_till):
    assert codes(quiet_till.post(MEMBERS, [{}] * 1001)) == [("list.long", "")]


def test_an_empty_list_makes_nothing(quiet_till):
    assert quiet_till.post(MEMBERS, []).json == {"records": []}


@pytest.mark.parametrize("document", ["text", 7, True, [7], [[]]])
def test_what_is_no_record_is_refused(quiet_till, document):
    assert quiet_till.post(MEMBERS, document).status_code == 422


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"name":NaN}', '{"name":"a","name":"b"}', '{"name":"\\ud800"}', "[" * 100_000, "\xff", "{}{}"],
)
def test_what_is_no_json_is_refused(quiet_shop, quiet_till, text):
    headers = {"Authorization": f"Bearer {quiet_till.token}"}
    answer = quiet_shop.app.test_client().post(
        "/api/v1/records/member",
        data=text.encode("latin-1"),
        content_type="application/json",
        headers=headers,
    )

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "sort", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_another_format_is_refused(quiet_shop, quiet_till, sort):
    headers = {"Authorization": f"Bearer {quiet_till.token}"}
    answer = quiet_shop.app.test_client().post(
        "/api/v1/records/member", data=b"{}", content_type=sort, headers=headers
    )

    assert answer.status_code == 415


def test_too_large_a_body_is_refused(quiet_shop, quiet_till):
    headers = {"Authorization": f"Bearer {quiet_till.token}"}
    answer = quiet_shop.app.test_client().post(
        "/api/v1/records/member", data=b" " * 5_000_001, content_type="application/json", headers=headers
    )

    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/records/colour", "/records/colour/1", f"{MEMBERS}/0", f"{MEMBERS}/99999999999999999999"]
)
def test_what_is_not_there_is_404(quiet_till, path):
    answer = quiet_till.get(path)

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_the_history_tells_who_and_what(till):
    made = till.post(MEMBERS, member(1, tags=["vip"])).json
    till.patch(f"{MEMBERS}/{made['id']}", {"name": "Mary"})

    entries = till.get(f"{MEMBERS}/{made['id']}/history").json["history"]
    assert [entry["what"] for entry in entries] == ["changed", "created"]
    assert entries[0]["changes"] == {"name": ["Member 1", "Mary"]}
    assert entries[0]["cause"] == "api"
    assert entries[0]["actor"].startswith("user:")


def test_a_list_costs_the_token_and_the_page(shop, till):
    till.post(MEMBERS, [member(number) for number in range(30)])
    till.get(MEMBERS)

    with Statements(shop.house) as few:
        till.get(f"{MEMBERS}?limit=2")
    with Statements(shop.house) as many:
        till.get(f"{MEMBERS}?limit=30")
    assert len(few.texts) == len(many.texts) == 2


def test_a_reference_is_found_by_the_key_field_and_by_no_other(till):
    till.post("/records/member", {"member_no": "M1", "name": "Mary"})

    right = till.post("/records/order", {"order_no": "O1", "member": {"member_no": "M1"}})
    wrong = till.post("/records/order", {"order_no": "O2", "member": {"name": "M1"}})

    assert (right.status_code, right.json["member"]) == (201, 1)
    assert (wrong.status_code, codes(wrong)) == (422, [("reference.missing", "/member")])


def test_system_fields_may_be_named_among_the_fields(till):
    till.post("/records/member", {"member_no": "M1", "name": "Mary"})

    found = till.get("/records/member?fields=id,name").json["records"]

    assert (found[0]["id"], found[0]["name"], "member_no" in found[0]) == (1, "Mary", False)
