"""A site for tests: a house on a database of its own, people in it, and browsers that sign in."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from builder.access import users
from builder.app import create_app, make_house
from builder.database import metadata
from builder.settings import Settings
from builder.work import House
from schema_store.columns import metadata as definitions

PASSWORD = "tile by tile"


def make(folder: Path, url: str, **settings) -> Flask:
    """The application on an empty database with the house's own tables, and Ada, who is admin."""
    house = make_house(Settings(data=folder, database_url=url, zone=ZoneInfo("Asia/Shanghai"), **settings))
    metadata.create_all(house.database.engine)
    definitions.create_all(house.database.engine)
    app = create_app(house=house)
    app.testing = False
    add_user(house, "ada@shop.example", roles=["admin"])
    return app


def add_user(house: House, email: str, *, roles=(), **how) -> users.User:
    with house.database.writing() as connection:
        name = email.split("@", maxsplit=1)[0].title()
        return users.create(
            connection, email=email, name=name, password=PASSWORD, roles=roles, at=house.clock.now(), **how
        )


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def sign_in(app: Flask, email: str = "ada@shop.example", password: str = PASSWORD, **form) -> FlaskClient:
    """A browser in which `email` has signed in."""
    browser = app.test_client()
    post(browser, "/sign-in", email=email, password=password, **form)
    return browser


def post(browser: FlaskClient, path: str, **form):
    """What a form posts, with the token of a page that was loaded before."""
    token = csrf_of(browser.get("/sign-in", follow_redirects=True).text)
    return browser.post(path, data={"csrf_token": token, **form})


class Statements:
    """The statements that a block sent to the database, without BEGIN and COMMIT."""

    def __init__(self, house: House):
        self._engine = house.database.engine
        self.texts: list[str] = []

    def _note(self, _connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            self.texts.append(statement)

    def __enter__(self) -> Statements:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)
