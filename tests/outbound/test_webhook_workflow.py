"""A workflow tells a receiver of each record: from the published definition to the signed request."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from builder.work import House
from builder.workflows import outbox
from builder.workflows.run import run
from schema_store.problems import Problems
from tests import make
from tests.outbound.receivers import Listener, heard, is_signed, listening, said

KEY = b"k" * 32


@pytest.fixture
def receiver() -> Iterator[Listener]:
    with listening(said("204 No Content")) as listener:
        yield listener


@pytest.fixture
def shop(database_copy, tmp_path: Path, receiver) -> Iterator[House]:
    """The membership application with one member, whose webhook workflow is published; the clock is the real one."""
    endpoint = {"url": f"http://127.0.0.1:{receiver.port}/", "is_private": True}
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "webhook.json").write_text(json.dumps({"endpoints": {"till": endpoint}}))
    (tmp_path / "webhook-till.secret").write_text("whsec_" + base64.b64encode(KEY).decode())
    made = make.house(database_copy("membership", make.membership), data=tmp_path, now=None)
    make.record(made, "member", {"member_no": "M001", "name": "李梅", "stage": "active"})
    yield made
    made.database.close()


def workflow(**action: Any) -> dict[tuple[str, str], Any]:
    body = {
        "key": "tell_till",
        "label": {"en": "Tell the till"},
        "entity": "member",
        "trigger": {"type": "schedule", "cron": "0 3 * * *"},
        "actions": [{"type": "send_webhook", "endpoint": "till", "event": "member.told", **action}],
    }
    return {("workflow", "tell_till"): body}


def test_a_workflow_tells_the_receiver_of_each_record(shop, receiver):
    publish(
        shop, workflow(fields=["member_no", "stage", "total_spent", "order_count"]), cause=Cause("command")
    )
    done = run(shop, "tell_till")
    assert done.status == "done"
    assert outbox.send(shop) == 1
    assert outbox.send(shop) == 0
    headers, body = heard(receiver)
    assert is_signed(headers, body, KEY)
    told = json.loads(body)["data"]
    assert told["record"] == {"member_no": "M001", "stage": "active", "total_spent": "0.00", "order_count": 0}
    assert (told["entity"], told["id"]) == ("member", 1)


@pytest.mark.parametrize(
    ("action", "place"),
    [
        ({"endpoint": "erp"}, "/actions/0/endpoint"),
        ({"fields": ["member_no", "nothing"]}, "/actions/0/fields/1"),
    ],
)
def test_what_cannot_be_sent_is_not_published(shop, action, place):
    with pytest.raises(Problems) as caught:
        publish(shop, workflow(**action), cause=Cause("command"))
    assert any(problem.pointer.endswith(place) for problem in caught.value.problems)


def test_a_set_clock_is_refused_while_a_channel_reaches_the_outside(shop):
    with pytest.raises(Problems, match=r"TESSERA_NOW: refused.*webhook"):
        make.house(shop.settings.database_url, data=shop.settings.data)
