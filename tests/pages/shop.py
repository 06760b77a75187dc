"""A shop with the membership application, and people who look at its pages."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import event

from builder.access import users
from builder.app import create_app
from tests import make

PASSWORD = "tile by tile"


class Page:
    """An answer as somebody sees it."""

    def __init__(self, response: Any):
        self.response, self.status, self.html = response, response.status_code, response.text
        self.soup = BeautifulSoup(response.text, "lxml")

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def where(self) -> str:
        """Where the answer sends the reader, by redirect or by htmx."""
        return self.response.headers.get("Location") or self.response.headers.get("HX-Redirect") or ""

    def one(self, selector: str) -> Tag:
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} of {selector}"
        return found[0]

    def all(self, selector: str) -> list[str]:
        return [" ".join(tag.get_text(" ").split()) for tag in self.soup.select(selector)]

    def link(self, words: str) -> str:
        """The address of the first link in the page's own part with these words."""
        for tag in self.soup.select("main a[href]") or self.soup.select("a[href]"):
            if " ".join(tag.get_text(" ").split()).startswith(words):
                return str(tag["href"])
        raise AssertionError(f"no link “{words}”")

    def form(self, selector: str = "main form[method=post]") -> dict[str, str]:
        """What the first such form would post as it stands."""
        form = self.soup.select(selector)[0]
        posted: dict[str, str] = {}
        for tag in form.select("input[name], textarea[name], select[name]"):
            sort = tag.get("type")
            if sort in ("checkbox", "radio") and not tag.has_attr("checked"):
                continue
            if tag.name == "select":
                chosen = tag.select_one("option[selected]") or tag.select_one("option")
                posted[str(tag["name"])] = str(chosen["value"]) if chosen else ""
            elif tag.name == "textarea":
                posted[str(tag["name"])] = tag.get_text().removeprefix("\n")
            else:
                posted[str(tag["name"])] = str(tag.get("value", ""))
        return posted


class Reader:
    """Somebody with a browser that has no script; `swap` is what htmx would ask."""

    def __init__(self, client: FlaskClient):
        self.client = client

    def get(self, path: str, **query: Any) -> Page:
        return Page(self.client.get(path, query_string=query or None))

    def swap(self, path: str, target: str) -> Page:
        return Page(self.client.get(path, headers={"HX-Request": "true", "HX-Target": f"div#{target}"}))

    def post(self, path: str, fields: dict[str, str], *, htmx: str = "") -> Page:
        headers = {"HX-Request": "true", "HX-Target": f"div#{htmx}"} if htmx else {}
        return Page(self.client.post(path, data={"csrf_token": self.token(), **fields}, headers=headers))

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/desk").text)
        assert found
        return found[1]


class Shop:
    def __init__(self, url: str):
        self.house = make.house(url)
        self.app = create_app(house=self.house)
        self.app.testing = False

    def reader(self, *roles: str, language: str = "en") -> Reader:
        """Somebody who has signed in, with these roles ("admin" if none are given)."""
        email = f"{'-'.join(roles) or 'ada'}@shop.example"
        self._user(email, roles or ("admin",), language)
        client = self.app.test_client()
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
        assert found
        client.post("/sign-in", data={"csrf_token": found[1], "email": email, "password": PASSWORD})
        return Reader(client)

    def _user(self, email: str, roles: Collection[str], language: str) -> None:
        with self.house.database.writing() as connection:
            if users.of_email(connection, email) is None:
                at = self.house.clock.now()
                users.create(
                    connection,
                    email=email,
                    name=email.split("@", maxsplit=1)[0].title(),
                    password=PASSWORD,
                    roles=roles,
                    language=language,
                    at=at,
                )

    def member(self, number: int = 1, **values: Any) -> int:
        usual = {"member_no": f"M{number:04}", "name": f"Name {number:04}", "joined_on": date(2026, 1, 1)}
        return make.record(self.house, "member", usual | values)

    def order(self, number: int, member: int, **values: Any) -> int:
        usual = {
            "order_no": f"O{number:04}",
            "member": member,
            "ordered_on": date(2026, 2, 1),
            "amount": 1250,
        }
        return make.record(self.house, "order", usual | values)

    def statements(self) -> list[str]:
        """What the database is asked from now on."""
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith("BEGIN"):
                asked.append(statement)

        event.listen(self.house.database.engine, "before_cursor_execute", note)
        return asked
