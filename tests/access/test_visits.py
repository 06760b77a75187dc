"""Browsers: signing in and out, what a request costs, which language a page speaks."""

import pytest
from flask import redirect, request

from builder.access import sessions, users
from builder.pages import web
from tests.access import site


@pytest.fixture
def app(tmp_path, sqlite_url):
    app = site.make(tmp_path, sqlite_url)

    @app.get("/who")
    @web.needs("signed_in")
    def who():
        return f"{web.visit().user.name} {web.language()}"

    @app.get("/nothing")
    @web.needs("public")
    def nothing():
        return "nothing"

    @app.post("/note")
    @web.needs("signed_in")
    def note():
        with web.writing() as work:
            return f"{work.cause.kind} {work.cause.actor} {web.policy_in(work).may('publish')}"

    done = []

    @app.post("/order")
    @web.needs("signed_in")
    def order():
        def effect(work):
            done.append(work.cause.kind)
            return redirect(f"/orders/{len(done)}", 303)

        return web.once(effect, kind="form", key=request.form.get("idempotency_key"))

    yield app
    app.extensions["tessera"].database.close()


@pytest.fixture
def house(app):
    return app.extensions["tessera"]


def cookie_of(browser):
    return browser.get_cookie("tessera")


def test_who_is_not_signed_in_is_asked_and_comes_back(app):
    answer = app.test_client().get("/who?a=1")

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/who?a%3D1")


def test_signing_in_goes_where_one_wanted(app):
    answer = site.post(
        app.test_client(), "/sign-in", email="ada@shop.example", password=site.PASSWORD, next="/who"
    )

    assert (answer.status_code, answer.location) == (303, "/who")


def test_who_signed_in_is_known(app):
    assert site.sign_in(app).get("/who").text == "Ada en"


def test_a_page_for_the_signed_in_costs_one_statement(app, house):
    browser = site.sign_in(app)
    browser.get("/who")

    with site.Statements(house) as statements:
        browser.get("/who")
    assert len(statements.texts) == 1


@pytest.mark.parametrize("path", ["/live", "/nothing", "/static/css/tessera.css"])
def test_a_page_that_needs_nobody_costs_none(app, house, path):
    browser = site.sign_in(app)

    with site.Statements(house) as statements:
        browser.get(path)
    assert statements.texts == []


def test_a_wrong_password_gets_the_form_again_with_words_that_tell_nothing(app):
    wrong = site.post(app.test_client(), "/sign-in", email="ada@shop.example", password="stone")
    nobody = site.post(app.test_client(), "/sign-in", email="eve@shop.example", password="stone")

    words = "The e-mail address or the password is not right."
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    assert words in wrong.text
    assert words in nobody.text


def test_too_many_tries_are_answered_429(app):
    browser = app.test_client()
    for _try in range(10):
        site.post(browser, "/sign-in", email="ada@shop.example", password="stone")

    assert site.post(browser, "/sign-in", email="ada@shop.example", password=site.PASSWORD).status_code == 429


def test_signing_in_gives_a_new_cookie_and_forgets_what_the_old_one_held(app):
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sid"] = "planted"
        cookie["language"] = "zh"
        cookie["planted"] = "yes"
    site.post(browser, "/sign-in", email="ada@shop.example", password=site.PASSWORD)

    with browser.session_transaction() as cookie:
        assert cookie["sid"] != "planted"
        assert "planted" not in cookie
        assert cookie["language"] == "zh"


def test_signing_out_ends_every_copy_of_the_cookie(app):
    browser = site.sign_in(app)
    copy = cookie_of(browser).value
    site.post(browser, "/sign-out")
    thief = app.test_client()
    thief.set_cookie("tessera", copy)

    assert thief.get("/who").status_code == 303


def test_a_suspended_user_is_refused_by_the_next_request(app, house):
    clerk = site.add_user(house, "bob@shop.example")
    browser = site.sign_in(app, "bob@shop.example")
    assert browser.get("/who").status_code == 200
    with house.database.writing() as connection:
        users.suspend(connection, clerk.id, by="operator", at=house.clock.now())

    assert browser.get("/who").status_code == 303


def test_a_forged_cookie_is_nobody(app):
    browser = app.test_client()
    browser.set_cookie("tessera", "eyJzaWQiOiJhZGEifQ.forged.forged")

    assert browser.get("/who").status_code == 303


def test_htmx_is_sent_to_the_sign_in_page(app):
    answer = app.test_client().get("/who", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_htmx_comes_back_to_the_page_that_was_open(app):
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/who?a=1"}

    assert app.test_client().get("/who", headers=headers).headers["HX-Redirect"] == "/sign-in?next=/who?a%3D1"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "/%0d\n", "http:/evil.example", "", "desk", "/ /evil", "//", "https:evil"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(app, target):
    answer = site.post(
        app.test_client(), "/sign-in", email="ada@shop.example", password=site.PASSWORD, next=target
    )

    assert answer.location == "/desk"


def test_the_cookie_is_for_us_alone(app):
    cookie = cookie_of(site.sign_in(app))

    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert not cookie.secure


def test_over_https_the_cookie_never_travels_in_the_open(tmp_path, sqlite_url):
    app = site.make(tmp_path, sqlite_url, base_url="https://shop.example")
    browser = app.test_client()
    answer = browser.get("/sign-in", base_url="https://shop.example")

    assert "__Host-tessera=" in answer.headers["Set-Cookie"]
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]
    app.extensions["tessera"].database.close()


def test_a_write_says_who_did_it(app):
    answer = site.post(site.sign_in(app), "/note")

    assert answer.text == "form user:1 True"


def test_a_form_that_is_sent_twice_is_done_once(app):
    browser = site.sign_in(app)
    sent = [site.post(browser, "/order", idempotency_key="k", what="tiles").location for _turn in range(2)]
    other = site.post(browser, "/order", idempotency_key="l", what="tiles").location

    assert sent == ["/orders/1", "/orders/1"]
    assert other == "/orders/2"


def test_a_busy_session_is_noted_as_seen_after_the_answer(app, house, monkeypatch):
    browser = site.sign_in(app)
    browser.get("/who")
    monkeypatch.setattr(sessions, "SEEN_EVERY", sessions.SEEN_EVERY * 0)
    with site.Statements(house) as statements:
        browser.get("/who").close()

    assert [text.split()[0] for text in statements.texts] == ["SELECT", "UPDATE"]


@pytest.mark.parametrize(
    ("wish", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("de,fr", "en"), ("en-GB,zh", "en"), ("zh-TW", "zh")],
)
def test_a_page_speaks_the_browsers_language(app, wish, language):
    page = app.test_client().get("/sign-in", headers={"Accept-Language": wish})

    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in page.text


def test_the_users_choice_wins_in_every_browser(app):
    site.post(site.sign_in(app), "/preferences", language="zh", next="/who")

    elsewhere = site.sign_in(app)
    assert elsewhere.get("/who", headers={"Accept-Language": "en"}).text == "Ada zh"


def test_the_workspaces_language_wins_over_the_browsers(tmp_path, sqlite_url):
    app = site.make(tmp_path, sqlite_url, language="zh")

    page = app.test_client().get("/sign-in", headers={"Accept-Language": "en"})
    assert '<html lang="zh-CN"' in page.text
    app.extensions["tessera"].database.close()


def test_who_is_signed_in_already_need_not_again(app):
    answer = site.sign_in(app).get("/sign-in?next=/who")

    assert (answer.status_code, answer.location) == (303, "/who")
