"""Imports over HTTP."""

import pytest

from tests.api.conftest import codes

FILE = "member_no,Name,city,note\nM1,Mary,Suzhou,x\nM2,Max,Hangzhou,y\n,Nobody,,\n"


def send(program, text=FILE, sort="text/csv", **query):
    return program._client.post(
        "/api/v1/imports",
        query_string={"entity": "member", **query},
        data=text.encode(),
        content_type=sort,
        headers={"Authorization": f"Bearer {program.token}"},
    )


def test_good_rows_go_in_and_bad_ones_are_told(till):
    told = send(till)

    assert told.status_code == 201, told.text
    assert (told.json["rows"], told.json["inserted"], told.json["failed"]) == (3, 2, 1)
    assert told.json["ignored"] == ["note"]
    assert told.json["trouble"][0]["pointer"] == "/member_no"
    assert till.get("/records/member?count=1").json["count"] == 2
    assert till.get(f"/imports/{told.json['run']}").json["changed"] == 2


def test_a_rehearsal_writes_nothing(till):
    told = send(till, rehearse="1")

    assert (told.status_code, told.json["inserted"], told.json["run"]) == (200, 2, None)
    assert till.get("/records/member?count=1").json["count"] == 0


def test_an_import_can_be_undone(till):
    run = send(till).json["run"]

    assert till.post(f"/runs/{run}/undo", {}).json["reverted"] == 2
    assert till.get("/records/member?count=1").json["count"] == 0


def test_columns_are_mapped_and_records_found_by_key(till):
    send(till)
    told = send(till, "No,Town\nM1,Wuxi\n", key="member_no", map=["No=member_no", "Town=city"])

    assert told.json["updated"] == 1
    assert till.get("/records/member?sort=member_no").json["records"][0]["city"] == "Wuxi"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"entity": "colour"}, 404),
        ({"key": "colour"}, 422),
        ({"mode": "merge"}, 422),
        ({"map": "x"}, 422),
        ({"rehearse": "y"}, 422),
    ],
)
def test_what_is_not_understood_is_refused(quiet_till, query, status):
    assert send(quiet_till, **query).status_code == status


@pytest.mark.parametrize(
    "text", ["", "\n", "\x00", "a\x00b\n1\n", '"open', "colour\nred\n", ",,,\n", "\ufeff"]
)
def test_a_file_that_is_none_is_answered(quiet_till, text):
    told = send(quiet_till, text)

    assert told.status_code in (201, 422), told.text
    assert told.status_code == 201 or codes(told)


def test_another_format_is_refused(quiet_till):
    assert send(quiet_till, sort="application/json").status_code == 415


def test_importing_is_a_right_of_its_own(shop):
    shop.publish_role("writer", {"member": {"create": True, "read": True}})

    assert send(shop.program("admin", roles=("writer",))).status_code == 403
