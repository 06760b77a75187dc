"""Workflows and runs over HTTP."""

import pytest

from tests.api.conftest import codes

RUN = "/workflows/member_dormant/run"


@pytest.fixture
def sleeper(till):
    """A member whose last sign of life was long before the tests' day."""
    return till.post(
        "/records/member", {"member_no": "M1", "joined_on": "2025-01-05", "stage": "active"}
    ).json["id"]


def stage_of(program, member):
    return program.get(f"/records/member/{member}").json["stage"]


def test_a_rehearsal_counts_and_writes_nothing(till, sleeper):
    told = till.post(RUN, {"rehearse": True}).json

    assert (told["matched"], told["changed"], told["run"]) == (1, 1, None)
    assert stage_of(till, sleeper) == "active"


def test_a_run_is_done_looked_up_and_undone(till, sleeper):
    run = till.post(RUN, {}).json
    assert (run["matched"], run["changed"], run["status"]) == (1, 1, "done")
    assert stage_of(till, sleeper) == "dormant"
    assert till.get(f"/runs/{run['run']}").json == run

    assert till.post(f"/runs/{run['run']}/undo", {"rehearse": True}).json["reverted"] >= 1
    assert stage_of(till, sleeper) == "dormant"
    assert till.post(f"/runs/{run['run']}/undo", {}).json["reverted"] >= 1
    assert stage_of(till, sleeper) == "active"
    assert till.get(f"/runs/{run['run']}").json["status"] == "undone"


def test_a_repeated_run_is_one_run(till, sleeper):
    first = till.post(RUN, {}, Idempotency_Key="r")
    again = till.post(RUN, {}, Idempotency_Key="r")

    assert again.data == first.data


def test_a_run_may_be_asked_about_another_day(till, sleeper):
    assert till.post(RUN, {"as_of": "2025-07-04", "rehearse": True}).json["matched"] == 0
    assert till.post(RUN, {"as_of": "2025-07-05", "rehearse": True}).json["matched"] == 1


def test_a_body_may_be_left_out(till, sleeper):
    assert till.call("POST", RUN).json["status"] == "done"


@pytest.mark.parametrize("document", [{"as_of": "soon"}, {"as_of": 7}, {"rehearse": "no"}, {"now": True}, []])
def test_a_run_that_is_not_understood_is_refused(quiet_till, document):
    assert quiet_till.post(RUN, document).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/workflows/nothing/run"),
        ("POST", "/runs/7/undo"),
        ("GET", "/runs/7"),
        ("POST", "/workflows/%00/run"),
    ],
)
def test_what_is_not_there_is_404(quiet_till, method, path):
    assert quiet_till.call(method, path).status_code == 404


def test_an_undone_run_is_not_undone_again(till, sleeper):
    run = till.post(RUN, {}).json["run"]
    till.post(f"/runs/{run}/undo", {})

    again = till.post(f"/runs/{run}/undo", {})
    assert again.status_code == 422
    assert codes(again)


def test_running_and_undoing_are_rights_of_their_own(shop, till, sleeper):
    shop.publish_role("runner", {}, may=["run"])
    runner = shop.program("admin", roles=("runner",))
    run = runner.post(RUN, {}).json["run"]

    assert runner.post(f"/runs/{run}/undo", {}).status_code == 403
    assert runner.get(f"/runs/{run}").status_code == 200
