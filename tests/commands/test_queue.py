"""`queue`: the log of messages, and events that nobody could handle."""

from __future__ import annotations

import os
from typing import Any

import pytest
from sqlalchemy import insert, update

from builder import events
from builder.work import House
from builder.workflows.tables import deliveries
from tests import make
from tests.commands.conftest import Tessera


@pytest.fixture
def shop(tessera: Tessera) -> House:
    """The house that the commands open, too."""
    return make.house(os.environ["TESSERA_DATABASE_URL"])


def message(shop: House, number: int, **values: Any) -> None:
    usual = {"channel": "webhook", "workflow": "tell", "entity": "member", "settings": {}, "types": {}}
    times = {"decided_at": shop.clock.now(), "next_at": shop.clock.now()}
    row = {"id": number, "key": f"k{number}", "run_id": number, "values": {}, **usual, **times, **values}
    with shop.database.writing() as connection:
        connection.execute(insert(deliveries).values(row))


def test_log_tells_what_was_sent_and_what_was_answered(tessera: Tessera, shop: House) -> None:
    message(shop, 1, state="sent", answer={"status": 204}, sent_at=shop.clock.now(), record_id=7)
    message(shop, 2, state="failed", trouble="The other side answered 400.")
    assert [one["id"] for one in tessera("queue", "list", "--json").json["messages"]] == [2]
    (sent,) = tessera("queue", "list", "--all", "--run", "1", "--json").json["messages"]
    assert (sent["state"], sent["answer"], sent["record"]) == ("sent", {"status": 204}, 7)
    assert "answered 400" in tessera("queue", "list").out


def test_event_that_failed_too_often_is_listed_and_handled_again(tessera: Tessera, shop: House) -> None:
    make.record(shop, "member", {"member_no": "M1"})
    batch = events.event_batches
    with shop.database.writing() as connection:
        values = {"is_handled": False, "attempts": 5, "trouble": "no memory"}
        number = connection.execute(update(batch).values(values).returning(batch.c.id)).scalar_one()
    (stuck,) = tessera("queue", "list", "--json").json["events"]
    assert (stuck["id"], stuck["entity"], stuck["trouble"]) == (number, "member", "no memory")
    assert f"event:{number}" in tessera("queue", "list").out
    assert tessera("queue", "retry", f"event:{number}").code == 0
    assert tessera("queue", "list", "--json").json["events"] == []
    assert tessera("queue", "retry", f"event:{number}").code == 1
    assert tessera("queue", "retry", "event:x").code == 2
