"""What is told when something does not work, and the headers of every answer."""

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from builder.app import create_app
from builder.pages import web
from builder.records.save import Conflict, Missing
from schema_store.problems import Problem, Problems, Refused
from tests.access import site

RAISED = {
    "problems": Problems(
        Problem("value.type", "“{value}” is no date.", {"value": "soon"}, "/due_on", "Write 2026-03-31.")
    ),
    "refused": Refused("publish"),
    "refused-entity": Refused("member.read"),
    "missing": Missing("member", 7),
    "conflict": Conflict("member", 7, 3, {}),
    "fault": ZeroDivisionError("secret detail"),
    "locked": OperationalError("UPDATE …", {}, Exception("database is locked")),
    "statement": OperationalError("UPDATE …", {"phone": "13800138000"}, Exception("no such column")),
}


@pytest.fixture
def app(tmp_path, sqlite_url):
    app = site.make(tmp_path, sqlite_url)

    @app.get("/raise/<what>")
    @app.post("/raise/<what>")
    @app.get("/api/v1/raise/<what>", endpoint="raise_api")
    @web.needs("public")
    def fail(what):
        if what.isdecimal():
            abort(int(what))
        raise RAISED[what]

    @app.get("/publishers")
    @web.needs("signed_in", "may:publish")
    def publishers():
        return "published"

    yield app
    app.extensions["tessera"].database.close()


STATUS = {
    "problems": 422,
    "refused": 403,
    "refused-entity": 404,
    "missing": 404,
    "conflict": 409,
    "fault": 500,
    "locked": 503,
    "statement": 500,
    "404": 404,
    "413": 413,
}


@pytest.mark.parametrize(("what", "status"), STATUS.items())
def test_an_error_is_a_page_with_its_status(app, what, status):
    answer = app.test_client().get(f"/raise/{what}")

    assert answer.status_code == status
    assert answer.text.lstrip().startswith("<!doctype html>")


@pytest.mark.parametrize(("what", "status"), STATUS.items())
def test_below_api_an_error_is_a_problem_document(app, what, status):
    answer = app.test_client().get(f"/api/v1/raise/{what}")

    assert answer.content_type == "application/problem+json"
    assert answer.status_code == answer.get_json(force=True)["status"] == status


@pytest.mark.parametrize(("what", "status"), STATUS.items())
def test_a_program_always_gets_a_code_and_a_sentence(app, what, status):
    document = app.test_client().get(f"/api/v1/raise/{what}").get_json(force=True)

    assert all(one["code"] and one["message"] for one in document["errors"])
    assert document["errors"]


def test_a_problem_says_where_and_how_to_mend_it(app):
    document = app.test_client().get("/api/v1/raise/problems").get_json(force=True)

    assert document["errors"] == [
        {
            "code": "value.type",
            "pointer": "/due_on",
            "message": "“soon” is no date.",
            "hint": "Write 2026-03-31.",
        }
    ]


def test_a_problem_stands_on_the_page(app):
    assert "“soon” is no date. Write 2026-03-31." in app.test_client().get("/raise/problems").text


def test_htmx_gets_the_fragment_alone(app):
    answer = app.test_client().get("/raise/problems", headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert "is no date" in answer.text


@pytest.mark.parametrize("path", ["/raise/fault", "/api/v1/raise/fault"])
def test_a_fault_has_a_number_in_the_log_and_shows_no_detail(app, path):
    with capture_logs() as logged:
        answer = app.test_client().get(path)

    assert logged[0]["id"] in answer.text
    assert isinstance(logged[0]["exc_info"], ZeroDivisionError)
    assert "secret detail" not in answer.text


def test_the_log_of_a_failed_statement_holds_no_values(app):
    with capture_logs() as logged:
        app.test_client().get("/raise/statement")

    assert "13800138000" not in str(logged[0]["exc_info"])
    assert "UPDATE" in str(logged[0]["exc_info"])


@pytest.mark.parametrize("path", ["/nowhere", "/raise/problems/further"])
def test_an_unknown_address_is_a_page(app, path):
    assert app.test_client().get(path).status_code == 404


def test_the_wrong_method_below_api_is_a_problem_document(app):
    answer = app.test_client().post("/api/v1/raise/problems")

    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_a_right_that_is_missing_is_named(app):
    house = app.extensions["tessera"]
    site.add_user(house, "bob@shop.example")

    answer = site.sign_in(app, "bob@shop.example").get("/publishers")
    assert answer.status_code == 403
    assert "“publish”" in answer.text
    assert site.sign_in(app).get("/publishers").status_code == 200


def test_a_form_without_a_token_is_refused(app):
    browser = site.sign_in(app)

    assert browser.post("/sign-out").status_code == 403
    assert browser.post("/sign-out", data={"csrf_token": "stale"}).status_code == 403


def test_the_token_may_come_in_the_header_of_htmx(app):
    browser = site.sign_in(app)
    token = site.csrf_of(browser.get("/raise/404").text)

    assert browser.post("/sign-out", headers={"X-CSRFToken": token}).status_code == 303


def test_another_sites_page_is_refused_even_with_a_token(app):
    browser = site.sign_in(app)
    token = site.csrf_of(browser.get("/raise/404").text)

    answer = browser.post("/sign-out", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/live", "/sign-in", "/nowhere", "/raise/fault", "/api/v1/raise/fault", "/"]
)
def test_every_answer_carries_the_headers(app, path):
    headers = app.test_client().get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def test_a_nonce_is_new_each_time(app):
    app.add_url_rule("/nonce", "nonce", web.needs("public")(app.jinja_env.globals["csp_nonce"]))
    browser = app.test_client()
    first, second = browser.get("/nonce"), browser.get("/nonce")

    assert first.text != second.text
    assert f"script-src 'self' 'nonce-{first.text}'" in first.headers["Content-Security-Policy"]


def test_static_files_may_be_kept_for_ever(app):
    headers = app.test_client().get("/static/css/tessera.css").headers

    assert "immutable" in headers["Cache-Control"]


def test_the_house_is_ready_while_a_write_works(app):
    assert app.test_client().get("/ready").status_code == 200


def test_the_house_tells_how_much_waits(app):
    text = app.test_client().get("/metrics").text

    assert "tessera_users_active 1\n" in text
    assert "tessera_event_batches_waiting 0\n" in text


def test_the_house_is_not_ready_when_a_write_would_fail(tmp_path, sqlite_url):
    app = site.make(tmp_path, sqlite_url)
    house = app.extensions["tessera"]
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sign_in_try")

    assert app.test_client().get("/ready").status_code == 503
    assert app.test_client().get("/live").status_code == 200
    house.database.close()


def test_a_route_without_a_declared_permission_stops_the_start(app, monkeypatch):
    from builder.pages.web import account

    del account.start.tessera_needs
    try:
        with pytest.raises(RuntimeError, match=r"account\.start"):
            create_app(house=app.extensions["tessera"])
    finally:
        web.needs("signed_in")(account.start)


@pytest.mark.parametrize("permission", ["", "may:fly", "everybody"])
def test_an_unknown_permission_is_refused_where_it_is_written(permission):
    with pytest.raises(ValueError, match="no such permission"):
        web.needs(permission)


def test_a_host_that_is_not_ours_is_refused(tmp_path, sqlite_url):
    app = site.make(tmp_path, sqlite_url, base_url="https://shop.example")

    assert app.test_client().get("/live", base_url="https://evil.example").status_code == 400
    assert app.test_client().get("/live", base_url="https://shop.example").status_code == 200
    assert app.test_client().get("/live", base_url="http://127.0.0.1:8000").status_code == 200
    app.extensions["tessera"].database.close()
