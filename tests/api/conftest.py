"""A shop with the membership application on either database, and programs that carry tokens."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from builder.access import tokens, users
from builder.app import create_app
from builder.events import Cause
from builder.publishing.publish import publish
from tests import make
from tests.access import site


class Program:
    """Calls the API with a token; what it sends and gets is JSON."""

    def __init__(self, client: FlaskClient, token: str):
        self._client, self.token = client, token

    def call(self, method, path, document=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        sent = {} if document is None else {"data": json.dumps(document), "content_type": "application/json"}
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, **sent)

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, document, **headers):
        return self.call("POST", path, document, **headers)

    def patch(self, path, document, **headers):
        return self.call("PATCH", path, document, **headers)

    def put(self, path, document, **headers):
        return self.call("PUT", path, document, **headers)

    def delete(self, path, **headers):
        return self.call("DELETE", path, **headers)


class Shop:
    """The application, and who may call it."""

    def __init__(self, url):
        self.house = make.house(url)
        self.app = create_app(house=self.house)
        self.app.testing = False
        self._users: dict[str, int] = {}

    def program(self, *scopes, roles=("admin",), token=None):
        """A program with a token of these scopes, of a user with these roles."""
        return Program(self.app.test_client(), token or self.token(*scopes, roles=roles))

    def token(self, *scopes, roles=("admin",)):
        with self.house.database.writing() as connection:
            user = self._user(connection, roles)
            now = self.house.clock.now()
            return tokens.create(connection, user, scopes or ("admin",), at=now)[1]

    def _user(self, connection, roles):
        name = "-".join(roles) or "nobody"
        if name not in self._users:
            now = self.house.clock.now()
            made = users.create(
                connection, email=f"{name}@shop.example", password=site.PASSWORD, roles=roles, at=now
            )
            self._users[name] = made.id
        return self._users[name]

    def publish_role(self, key, entities, may=()):
        body = {"key": key, "label": key.title(), "entities": entities, "may": list(may)}
        publish(self.house, {("role", key): body}, cause=Cause("command"))

    def make(self, entity, **values):
        return make.record(self.house, entity, values)


@pytest.fixture
def shop(database_copy):
    made = Shop(database_copy("membership", make.membership))
    yield made
    made.house.database.close()


@pytest.fixture
def till(shop):
    """A program that may do everything."""
    return shop.program("admin")


@pytest.fixture(scope="module")
def quiet_shop(sqlite_databases):
    """A shop for all calls of a module that are refused or only read: they leave nothing behind."""
    url = sqlite_databases.copy("membership", make.membership)
    made = Shop(url)
    yield made
    made.house.database.close()
    sqlite_databases.drop(url)


@pytest.fixture(scope="module")
def quiet_till(quiet_shop):
    return quiet_shop.program("admin")


def codes(answer):
    return [(one["code"], one["pointer"]) for one in answer.get_json(force=True)["errors"]]
