"""Every route, whoever asks: what it declares is what it does, and nothing is ever a fault."""

import itertools

import pytest

from builder.app import create_app
from builder.pages.web.guard import declared
from tests import make
from tests.access import site

PARTS = {
    "entity_key": ["member", "order", "no_such", "\x00"],
    "record_id": [1, 2, 999_999, 10**30],
    "field_key": ["store", "name", "no_such"],
    "kind": ["entity", "view", "page", "role", "workflow", "no_such"],
    "key": ["member", "member_dormant", "clerk", "member_signup", "no_such", "\x00"],
    "name": ["membership", "loans", "no_such", "\x00"],
    "sort": ["svg", "png", "no_such"],
    "version": [1, 99, 10**30],
    "run_id": [1, 999_999, 10**30],
    "change_id": [1, 999_999, 10**30],
    "planned_id": [1, 999_999],
    "user_id": [1, 999_999],
    "token_id": [1, 999_999],
    "filename": ["css/tessera.css", "../../app.py", "%2e%2e/app.py"],
}
ROLES = {
    "nobody": None,
    "nothing": (),
    "clerk": ("clerk",),
    "service": ("service",),
    "manager": ("manager",),
    "admin": ("admin",),
}


@pytest.fixture(scope="module")
def app(sqlite_databases):
    url = sqlite_databases.copy("membership", make.membership)
    house = make.house(url)
    make.record(house, "member", {"member_no": "M1", "name": "Mary"})
    make.record(house, "order", {"order_no": "O1", "member": 1})
    app = create_app(house=house)
    app.testing = False
    for name, roles in ROLES.items():
        if roles is not None:
            site.add_user(house, f"{name}@shop.example", roles=roles)
    yield app
    house.database.close()
    sqlite_databases.drop(url)


@pytest.fixture(scope="module")
def browsers(app):
    return {
        name: app.test_client() if roles is None else site.sign_in(app, f"{name}@shop.example")
        for name, roles in ROLES.items()
    }


def addresses(app, rule):
    """The rule's address for every mixture of its parts."""
    names = sorted(rule.arguments)
    unknown = [name for name in names if name not in PARTS]
    assert not unknown, f"{rule}: say in PARTS what {unknown} may be"
    with app.test_request_context():
        for mixture in itertools.product(*(PARTS[name] for name in names)):
            text = rule.rule
            for name, value in zip(names, mixture, strict=True):
                text = "/".join(
                    str(value) if part.rstrip(">").endswith(f":{name}") or part == f"<{name}>" else part
                    for part in text.split("/")
                )
            yield text.replace("\x00", "%00")


def rules(app, method):
    return [rule for rule in app.url_map.iter_rules() if method in rule.methods]


@pytest.mark.parametrize("name", ROLES)
def test_no_address_is_a_fault(app, browsers, name):
    for rule in rules(app, "GET"):
        for address in addresses(app, rule):
            answer = browsers[name].get(address)
            assert answer.status_code < 500, (name, address)
            answer.close()


@pytest.mark.parametrize("name", ["nobody"])
def test_who_is_not_signed_in_sees_only_what_is_public(app, browsers, name):
    for rule in rules(app, "GET"):
        for address in addresses(app, rule):
            answer = browsers[name].get(address)
            if answer.status_code == 200:
                assert declared(app, rule.endpoint) == ("public",), address
            answer.close()


@pytest.mark.parametrize("name", ROLES)
def test_no_form_is_taken_without_its_token(app, browsers, name):
    for rule in rules(app, "POST"):
        if rule.endpoint.startswith("api."):
            continue
        for address in addresses(app, rule):
            answer = browsers[name].post(address, data={"name": "x"})
            assert answer.status_code in (403, 404, 405), (name, address)


@pytest.mark.parametrize("name", ROLES)
def test_no_call_of_the_api_is_taken_with_a_cookie(app, browsers, name):
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("api.") or "token" not in declared(app, rule.endpoint):
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            for address in addresses(app, rule):
                assert browsers[name].open(address, method=method, json={}).status_code in (401, 404, 405), (
                    address
                )


@pytest.mark.parametrize("name", ROLES)
def test_reading_changes_nothing(app, browsers, name):
    house = app.extensions["tessera"]
    with site.Statements(house) as statements:
        for rule in rules(app, "GET"):
            if rule.rule in ("/ready",):
                continue
            for address in addresses(app, rule):
                browsers[name].get(address).close()
    written = [text for text in statements.texts if not text.startswith(("SELECT", "WITH"))]
    assert [text for text in written if "user_session" not in text] == []


def test_every_answer_carries_the_headers(app, browsers):
    for rule in rules(app, "GET"):
        for address in addresses(app, rule):
            answer = browsers["admin"].get(address)
            if not address.startswith("/static/"):
                assert "script-src 'self'" in answer.headers["Content-Security-Policy"], address
                assert "unsafe" not in answer.headers["Content-Security-Policy"], address
                assert answer.headers["Cache-Control"] == "no-store", address
            answer.close()
