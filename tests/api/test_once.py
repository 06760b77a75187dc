"""A call that is repeated with its key has one effect and one answer."""

import threading

import pytest
from sqlalchemy import select

from builder.access import replies
from builder.access.tables import answers
from tests.api.conftest import codes

MEMBERS = "/records/member"
MARY = {"member_no": "M1", "name": "Mary"}


def count(program):
    return program.get(f"{MEMBERS}?count=1").json["count"]


def test_a_repeated_call_is_told_the_same_and_done_once(till):
    first = till.post(MEMBERS, MARY, Idempotency_Key="a")
    again = till.post(MEMBERS, MARY, Idempotency_Key="a")

    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(till) == 1


def test_every_unsafe_call_takes_a_key(till):
    path = f"{MEMBERS}/{till.post(MEMBERS, MARY).json['id']}"
    for _turn in range(2):
        assert till.patch(path, {"name": "Maria"}, Idempotency_Key="b").headers["ETag"] == '"2"'
    for _turn in range(2):
        assert till.delete(path, Idempotency_Key="c").status_code == 204


def test_another_request_with_the_same_key_is_refused(till):
    till.post(MEMBERS, MARY, Idempotency_Key="a")

    answer = till.post(MEMBERS, MARY | {"name": "Eve"}, Idempotency_Key="a")
    assert answer.status_code == 422
    assert codes(answer) == [("call.reused", "")]


def test_a_call_that_failed_may_be_mended_under_its_key(till):
    assert till.post(MEMBERS, {"name": "Mary"}, Idempotency_Key="a").status_code == 422
    assert till.post(MEMBERS, MARY, Idempotency_Key="a").status_code == 201


def test_keys_of_different_people_are_different(shop, till):
    other = shop.program("write", roles=("manager",))
    till.post(MEMBERS, MARY, Idempotency_Key="a")

    assert other.post(MEMBERS, MARY | {"member_no": "M2"}, Idempotency_Key="a").status_code == 201


@pytest.mark.parametrize(("length", "status"), [(255, 201), (256, 422), (5000, 422)])
def test_a_key_has_a_limit(till, length, status):
    assert till.post(MEMBERS, MARY, Idempotency_Key="k" * length).status_code == status


def test_calls_side_by_side_have_one_effect(shop, till):
    told = []

    def call():
        told.append(shop.program(token=till.token).post(MEMBERS, MARY, Idempotency_Key="a"))

    threads = [threading.Thread(target=call) for _turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in told} == {201}
    assert len({one.data for one in told}) == 1
    assert count(till) == 1


def test_what_was_told_is_kept_for_a_day(shop, till):
    till.post(MEMBERS, MARY, Idempotency_Key="a")
    with shop.house.database.writing() as connection:
        connection.execute(answers.update().values(at=shop.house.clock.now() - replies.KEPT_FOR))
    till.post(MEMBERS, MARY | {"member_no": "M2"}, Idempotency_Key="b")

    with shop.house.database.reading() as connection:
        assert len(connection.execute(select(answers.c.id)).all()) == 1


def test_a_publish_that_is_still_at_work_is_not_done_twice(shop, till):
    till.put(
        "/definitions/view/quiet",
        {"key": "quiet", "label": "Quiet", "entity": "member", "type": "table", "columns": ["name"]},
    )
    published = till.post("/publish", {}, Idempotency_Key="p")
    again = till.post("/publish", {}, Idempotency_Key="p")
    assert published.status_code == 200, published.text
    assert again.data == published.data

    with shop.house.database.writing() as connection:
        connection.execute(answers.update().values(status=None))
    busy = till.post("/publish", {}, Idempotency_Key="p")
    assert busy.status_code == 409
    assert busy.headers["Retry-After"]
