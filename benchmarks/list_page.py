"""The list of members: a million of them against ten thousand, and against a bare Flask page of the same rows."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import filling, measuring, places
from benchmarks.measuring import Cost, Line, compared, measured
from builder.app import create_app
from builder.fields.contract import Shown
from builder.records import tables
from builder.work import House
from schema_store.texts import pick
from tests.access import site

FEW = 10_000
AT_ONCE = int(os.environ.get("BENCH_REQUESTS", "60"))
ROUNDS = max(7, measuring.ROUNDS)
PATH = "/desk/member"
STATEMENTS = 3

BARE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Members</title></head><body>
<table><thead><tr>{% for label in labels %}<th>{{ label }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr>{% for cell in row.cells %}<td><a href="/m/{{ row.id }}">{{ cell }}</a></td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""


def run() -> list[Line]:
    """The lines of the results, for each database that can be had."""
    lines: list[Line] = []
    with places.opened() as found:
        for kind, place in found.items():
            print(f"Filling {filling.MEMBERS:,} members on {kind} …", file=sys.stderr, flush=True)
            lines += _on(kind, place)
    return lines


def _on(kind: str, place: Any) -> list[Line]:
    houses = [_filled(place, members) for members in (filling.MEMBERS, FEW)]
    many, few = (_Page(house) for house in houses)
    costs = measuring.alternating(
        {"many": many.cost, "few": few.cost, "bare": _Bare(houses[0]).cost}, rounds=ROUNDS
    )
    count = many.statements()
    for house in houses:
        house.database.close()
    return [
        compared(f"{kind}: list of {filling.MEMBERS:,}, of {FEW:,}", costs["many"], costs["few"], bar=1.3),
        compared(f"{kind}: list, bare Flask page", costs["many"], costs["bare"], bar=2.0),
        Line(f"{kind}: list, statements", str(count), str(STATEMENTS), count / STATEMENTS, 1.0),
    ]


def _filled(place: Any, members: int) -> House:
    url = place.copy(f"list{members}", lambda url: filling.fill(url, members, orders_each=0))
    return filling.house_on(url)


class _Page:
    """Our list, asked by somebody who has signed in."""

    def __init__(self, house: House):
        self.house = house
        self.client = site.sign_in(create_app(house=house), filling.EMAIL, filling.PASSWORD)
        house.warm()  # as in a process that serves
        _must_show(self.client, PATH)

    def cost(self) -> Cost:
        return _per_request(self.house, lambda: self.client.get(PATH))

    def statements(self) -> int:
        with site.Statements(self.house) as seen:
            self.client.get(PATH)
        return len(seen.texts)


class _Bare:
    """The same rows and columns by hand: one prepared statement, one template, nobody signed in."""

    def __init__(self, house: House):
        self.house = house
        with house.reading() as work:
            entity = work.catalog.entity("member")
            view = work.catalog.of_kind("view")["all_members"]
            known = tables.of(work.catalog)
        self.fields = [entity.fields[key] for key in view["columns"] if entity.fields[key].column]
        member = known.table("member")
        self.statement = (
            select(member.c.id, *(member.c[one.column] for one in self.fields))
            .order_by(member.c.id)
            .limit(51)
        )
        app = Flask("bare")
        self.template = app.jinja_env.from_string(BARE)  # compiled once, escaping as any .html
        app.add_url_rule(PATH, view_func=self._page)
        self.client = app.test_client()
        _must_show(self.client, PATH)

    def _page(self) -> str:
        shown = Shown()
        with self.house.database.reading() as connection:
            found = connection.execute(self.statement).all()[:50]
        rows = [
            {
                "id": row[0],
                "cells": [
                    one.type.cell(value, one.settings, shown)
                    for one, value in zip(self.fields, row[1:], strict=True)
                ],
            }
            for row in found
        ]
        return self.template.render(labels=[pick(one.label, "en") for one in self.fields], rows=rows)

    def cost(self) -> Cost:
        return _per_request(self.house, lambda: self.client.get(PATH))


def _must_show(client: FlaskClient, path: str) -> None:
    """Asked some times before it is measured, as in a server that runs."""
    for _time in range(20):
        answer = client.get(path)
    if answer.status_code != 200 or answer.text.count("<tr") < 50:
        raise SystemExit(f"{path} answered {answer.status_code} with {answer.text.count('<tr')} rows")


def _per_request(house: House, ask: Callable[[], Any]) -> Cost:
    with measured(house.database.engine) as cost:
        for _time in range(AT_ONCE):
            ask()
    return Cost(cost.cpu_s / AT_ONCE, cost.wall_s / AT_ONCE)
