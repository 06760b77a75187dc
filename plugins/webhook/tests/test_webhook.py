"""A real receiver checks what the channel sends, and says no in the ways in which receivers do."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from builder import plugins
from builder.app import fill
from builder.clock import Clock
from builder.plugin_api import Delivery, House, Passing, Permanent
from builder.registry import Registry
from builder.settings import Settings
from tests import make
from tests.outbound.receivers import Listener, heard, is_signed, listening, said

KEY, OLD_KEY = b"k" * 32, b"o" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode()
DECIDED = datetime(2026, 3, 2, 4, tzinfo=UTC)
MESSAGE = Delivery(
    id=1,
    key="7-1772424000-0-12",
    settings={"endpoint": "till", "event": "member.dormant"},
    values={"name": "李梅", "total_spent": "12.50", "stage": "dormant"},
    workflow="dormant",
    run_id=7,
    entity="member",
    record_id=12,
    decided_at=DECIDED,
    attempt=1,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "webhook-till.secret").write_text(SECRET + "\n")
    return tmp_path


@pytest.fixture
def receiver() -> Iterator[Listener]:
    with listening(said("204 No Content")) as listener:
        yield listener


def loaded(data: Path, **endpoint: Any) -> Registry:
    """The shelves with the plugin loaded as an installation does it."""
    (data / "plugins" / "webhook.json").write_text(json.dumps({"endpoints": {"till": endpoint}}))
    registry = fill(Registry())
    plugins.load(registry, data=data)
    return registry


def deliver(data: Path, port: int, message: Delivery = MESSAGE, **endpoint: Any) -> Any:
    """What the channel remembers of sending `message` to the receiver on `port`."""
    registry = loaded(data, **{"url": f"http://127.0.0.1:{port}/hook", "is_private": True, **endpoint})
    assert registry.plugins["webhook"].is_running, registry.plugins["webhook"].reason
    return registry.channels["webhook"].deliver(message, house_of(data))


def house_of(data: Path) -> House:
    """As much of a house as a channel reads."""
    settings = Settings(data, "sqlite://", make.SHANGHAI)
    return House(settings, Clock(settings.zone), None, None, None)  # type: ignore[arg-type]


# --- the signature ---


def test_the_receiver_can_check_who_sent_it(data, receiver):
    assert deliver(data, receiver.port) == {"status": 204}
    headers, body = heard(receiver)
    assert is_signed(headers, body, KEY)
    assert not is_signed(headers, body + b" ", KEY)
    assert not is_signed(headers, body, OLD_KEY)
    assert headers["webhook-id"] == MESSAGE.key


def test_the_message_says_what_happened_to_which_record(data, receiver):
    deliver(data, receiver.port)
    headers, body = heard(receiver)
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "type": "member.dormant",
        "timestamp": "2026-03-02T04:00:00+00:00",
        "data": {
            "entity": "member",
            "id": 12,
            "record": {"name": "李梅", "total_spent": "12.50", "stage": "dormant"},
        },
    }


def test_every_attempt_carries_the_same_key_and_body(data, receiver):
    deliver(data, receiver.port)
    with listening(said("204 No Content")) as again:
        deliver(data, again.port, replace(MESSAGE, attempt=2))
        first, second = heard(receiver), heard(again)
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]


def test_a_secret_is_replaced_without_a_gap(data, receiver):
    old = "whsec_" + base64.b64encode(OLD_KEY).decode()
    (data / "webhook-till.secret").write_text(f"{SECRET}\n{old}\n")
    deliver(data, receiver.port)
    headers, body = heard(receiver)
    assert is_signed(headers, body, KEY)
    assert is_signed(headers, body, OLD_KEY)


def test_the_form_is_that_of_the_specification(data):
    """Numbers of the specification's own example."""
    webhook = plugins._module(plugins.SHIPPED / "webhook" / "plugin.py")
    key = webhook.signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    made = webhook.signature([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", "password"])
def test_without_a_real_secret_nothing_is_sent(data, receiver, secret):
    (data / "webhook-till.secret").write_text(secret)
    with pytest.raises(Passing):
        deliver(data, receiver.port)
    assert receiver.connections == 0


def test_a_missing_secret_is_asked_for_by_the_name_of_its_file(data, receiver):
    (data / "webhook-till.secret").unlink()
    with pytest.raises(Passing, match=r"webhook-till\.secret"):
        deliver(data, receiver.port)


# --- what answers mean ---


@pytest.mark.parametrize("status", ["500 No", "503 No", "429 No", "408 No"])
def test_a_receiver_in_trouble_is_tried_again(data, status):
    with listening(said(status, b"", "Retry-After: 120")) as listener, pytest.raises(Passing) as caught:
        deliver(data, listener.port)
    assert caught.value.retry_after_s == 120


@pytest.mark.parametrize("status", ["400 No", "401 No", "404 No", "410 Gone", "302 Found"])
def test_a_receiver_that_says_no_is_not_tried_again(data, status):
    with listening(said(status, b"", "Location: http://127.0.0.1/")) as listener, pytest.raises(Permanent):
        deliver(data, listener.port)


def test_a_receiver_that_is_gone_is_tried_again(data):
    with listening() as listener:
        pass
    with pytest.raises(Passing):
        deliver(data, listener.port)


def test_an_endpoint_that_was_taken_away_is_final(data, receiver):
    with pytest.raises(Permanent, match="erp"):
        deliver(data, receiver.port, replace(MESSAGE, settings={"endpoint": "erp", "event": "x"}))


# --- who may be told ---


def test_a_private_host_is_reached_only_where_the_operator_says_so(data, receiver):
    for url in (f"http://127.0.0.1:{receiver.port}/hook", f"https://127.0.0.1:{receiver.port}/hook"):
        with pytest.raises(Permanent):
            deliver(data, receiver.port, url=url, is_private=False)
    assert receiver.connections == 0


def test_an_address_that_is_none_fences_the_plugin_with_its_reason(data):
    registry = loaded(data, url="ftp://example.com/")
    assert not registry.plugins["webhook"].is_running
    assert "not a web address" in str(registry.plugins["webhook"].reason)
    assert "webhook" not in registry.channels


def test_without_endpoints_the_channel_is_off(tmp_path):
    registry = fill(Registry())
    plugins.load(registry, data=tmp_path)
    assert not registry.channels["webhook"].is_on
