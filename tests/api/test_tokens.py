"""Who may call what: tokens, scopes, roles."""

import pytest

from tests.access import site

MEMBERS = "/records/member"
MARY = {"member_no": "M1", "name": "Mary", "phone": "13800138000"}


def test_a_call_without_a_token_is_refused(quiet_shop):
    answer = quiet_shop.program(token="").get(MEMBERS, Authorization="")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer nonsense", "Basic YTpi", "bearer \x00", "Bearer " + "x" * 5000]
)
def test_a_token_that_is_none_is_refused(quiet_shop, header):
    assert quiet_shop.program("admin").get(MEMBERS, Authorization=header).status_code == 401


def test_a_browsers_session_is_no_token(shop):
    shop.token(roles=("admin",))
    browser = site.sign_in(shop.app, "admin@shop.example")

    assert browser.get("/api/v1/records/member").status_code == 401
    assert browser.post("/api/v1/records/member", json=MARY).status_code == 401


def test_a_reading_token_reads_and_writes_nothing(shop, till):
    made = till.post(MEMBERS, MARY).json
    reader = shop.program("read")

    assert reader.get(MEMBERS).status_code == 200
    assert reader.post(MEMBERS, {"member_no": "M2"}).status_code == 403
    assert reader.patch(f"{MEMBERS}/{made['id']}", {"name": "Eve"}).status_code == 403
    assert reader.delete(f"{MEMBERS}/{made['id']}").status_code == 403


def test_a_token_for_one_entity_does_not_see_the_others(shop):
    program = shop.program("write:order")

    assert program.get("/records/order").status_code == 200
    assert program.get(MEMBERS).status_code == 404


@pytest.mark.parametrize("scope", ["read", "write"])
def test_definitions_and_runs_need_the_scope_of_an_admin(quiet_shop, scope):
    program = quiet_shop.program(scope)

    assert program.get("/definitions/entity/member").status_code == 403
    assert program.post("/publish", {"rehearse": True}).status_code == 403
    assert program.get("/runs/1").status_code == 403


def test_a_scope_gives_no_more_than_the_users_roles(shop):
    program = shop.program("admin", roles=("nothing",))

    assert program.get(MEMBERS).status_code == 404
    assert program.post(MEMBERS, MARY).status_code == 404
    assert program.get("/definitions/entity/member").status_code == 403


def test_a_token_ends_when_its_user_is_suspended(shop):
    from builder.access import users

    program = shop.program("read")
    assert program.get(MEMBERS).status_code == 200
    with shop.house.database.writing() as connection:
        user = users.of_email(connection, "admin@shop.example")
        users.suspend(connection, user.id, by="operator", at=shop.house.clock.now())

    assert program.get(MEMBERS).status_code == 401


@pytest.mark.parametrize("path", ["/nowhere", "/records", "/records/member/x", "/records/member/1/colour"])
def test_an_unknown_address_is_a_problem_document(quiet_till, path):
    answer = quiet_till.get(path)

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_the_wrong_method_is_a_problem_document(quiet_till):
    answer = quiet_till.put(MEMBERS, {})

    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
