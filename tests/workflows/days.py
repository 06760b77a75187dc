"""Days of a shop: its clock set, its members and orders, its workflows run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from builder import runs
from builder.clock import Clock
from builder.events import Cause
from builder.publishing.publish import publish
from builder.records import history, tables
from builder.work import House
from tests import make
from tests.make import OPERATOR, SHANGHAI


def at(shop: House, text: str) -> House:
    """The same house with its clock at that local time."""
    return replace(shop, clock=Clock(SHANGHAI, datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def member(shop: House, number: str, **values: Any) -> int:
    return make.record(shop, "member", {"member_no": number, "name": f"Name {number}", **values})


def order(shop: House, number: str, owner: int, on: str, **values: Any) -> int:
    given = {
        "order_no": number,
        "member": owner,
        "ordered_on": date.fromisoformat(on),
        "amount": 1000,
        **values,
    }
    return make.record(shop, "order", given)


def value(shop: House, record_id: int, field: str, entity: str = "member") -> Any:
    return make.read(shop, entity, record_id).values[field]


def ids(shop: House, entity: str) -> list[int]:
    with shop.reading() as work:
        table = tables.of(work.catalog).table(entity)
        return list(work.connection.execute(select(table.c.id).order_by(table.c.id)).scalars())


def story(shop: House, record_id: int, entity: str = "member") -> list[history.Entry]:
    """The record's history, newest first."""
    with shop.reading() as work:
        return history.of(work, entity, record_id, OPERATOR)


def all_runs(shop: House, workflow: str | None = None) -> list[runs.Run]:
    """The runs, oldest first."""
    with shop.reading() as work:
        return runs.recent(work.connection, workflow=workflow)[::-1]


def workflow(shop: House, key: str, **parts: Any) -> Mapping[str, Any]:
    """Publish a workflow over members, by hand unless a trigger is given."""
    body = {
        "key": key,
        "label": {"en": key},
        "entity": "member",
        "trigger": {"type": "schedule", "cron": "0 3 * * *"},
        "actions": [{"type": "add_tag", "field": "tags", "tag": key}],
        **parts,
    }
    publish(shop, {("workflow", key): body}, cause=Cause("command"))
    return body
