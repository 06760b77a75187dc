"""Messages to the outside: decided and keyed once, tried again, never lost; and notices inside."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pytest
from sqlalchemy import update

from builder.access import users
from builder.events import Cause
from builder.rules.check import check
from builder.work import House
from builder.workflows import advancing, definition, leases, notices, outbox, undo
from builder.workflows import run as running
from builder.workflows.actions.contract import DeliverAction, Message
from builder.workflows.channels.contract import Channel, Delivery, Passing, Permanent
from builder.workflows.tables import deliveries
from schema_store.problems import Problems
from tests.workflows.days import all_runs, at, member, order, workflow


class Pigeon(Channel):
    key = "pigeon"
    label = "Pigeon"
    reaches_outside = False  # tests run at a shifted clock

    def __init__(self) -> None:
        self.flown: list[Delivery] = []
        self.fails: list[Exception] = []

    def deliver(self, delivery: Delivery, house: House) -> dict[str, Any]:
        self.flown.append(delivery)
        if self.fails:
            raise self.fails.pop(0)
        return {"ring": delivery.id}


class SendPigeon(DeliverAction):
    key = "send_pigeon"
    label = "Send a pigeon"
    settings: ClassVar[dict[str, Any]] = {"type": "object", "properties": {}, "additionalProperties": False}

    def sentence(self, settings: Any, scope: Any) -> str:
        return "send a pigeon"

    def message(self, settings: Any, scope: Any) -> Message:
        names = ("member_no", "joined_on", "total_spent", "updated_at", "city", "order_count")
        values = {name: check({"var": name}, scope.catalog, scope.entity, wanted="value") for name in names}
        return Message("pigeon", {"to": "head office"}, {**values, "greeting": "coo", "n": 3})


@pytest.fixture
def pigeon(shop: House) -> Pigeon:
    channel = Pigeon()
    shop.registry.channels.add("pigeon", channel, by="test")
    shop.registry.actions.add("send_pigeon", SendPigeon(), by="test")
    workflow(shop, "coo", actions=[{"type": "send_pigeon"}])
    return channel


def states(shop: House) -> dict[str, int]:
    with shop.reading() as work:
        return dict(outbox.counts(work))


def test_each_record_is_one_message_with_its_values_and_a_key(shop: House, pigeon: Pigeon) -> None:
    ann = member(shop, "M1", joined_on=date(2026, 1, 2))
    order(shop, "O1", ann, "2026-02-01", amount=1205)
    member(shop, "M2")
    done = running.run(shop, "coo")
    assert done.effects == {"deliveries": 2}
    assert outbox.send(shop) == 2
    first, second = pigeon.flown
    assert first.settings == {"to": "head office"}
    assert first.values["updated_at"].endswith("+00:00")
    shown = {name: value for name, value in first.values.items() if name != "updated_at"}
    assert shown == {
        "member_no": "M1",
        "joined_on": "2026-01-02",
        "total_spent": "12.05",
        "order_count": 1,
        "greeting": "coo",
        "n": 3,
    }
    assert first.key != second.key
    assert (first.workflow, first.run_id, first.record_id, first.attempt) == ("coo", done.id, ann, 1)
    assert states(shop) == {"sent": 2}
    assert outbox.send(shop) == 0


def test_passing_failure_is_tried_again_later_with_the_same_key(shop: House, pigeon: Pigeon) -> None:
    member(shop, "M1")
    running.run(shop, "coo")
    pigeon.fails = [Passing("fog"), RuntimeError("hawk"), Passing("fog", retry_after_s=7200)]
    moments = ["2026-03-02T12:01", "2026-03-02T12:02", "2026-03-02T12:04"]
    for text in moments:
        assert outbox.send(at(shop, text)) == 0
    assert outbox.send(at(shop, "2026-03-02T13:00")) == 0  # the receiver asked for two hours
    assert len(pigeon.flown) == 3
    assert outbox.send(at(shop, "2026-03-02T14:05")) == 1
    assert len({one.key for one in pigeon.flown}) == 1
    assert [one.attempt for one in pigeon.flown] == [1, 2, 3, 4]


def test_permanent_failure_is_shown_and_a_person_may_retry(shop: House, pigeon: Pigeon) -> None:
    member(shop, "M1")
    running.run(shop, "coo")
    pigeon.fails = [Permanent("no such roof")]
    outbox.send(shop)
    with shop.reading() as work:
        (failed,) = outbox.listed(work)
    assert (failed.state, failed.trouble) == ("failed", "no such roof")
    with shop.writing(Cause("command")) as work:
        outbox.retry(work, failed.id)
    assert outbox.send(at(shop, "2026-03-02T12:10")) == 1


def told(shop: House) -> tuple[str, dict[str, int], str | None]:
    one = all_runs(shop, "coo")[0]
    return one.status, dict(one.effects), one.trouble


def test_run_whose_messages_failed_is_partial_until_they_arrive(shop: House, pigeon: Pigeon) -> None:
    for number in range(3):
        member(shop, f"M{number}")
    running.run(shop, "coo")
    pigeon.fails = [Permanent("no such roof"), Permanent("no such roof")]
    outbox.send(shop)
    trouble = "Messages that did not arrive: 2. The queue says why."
    assert told(shop) == ("partial", {"deliveries": 3, "undelivered": 2}, trouble)
    with shop.writing(Cause("command")) as work:
        for failed in outbox.listed(work):
            outbox.retry(work, failed.id)
    outbox.send(at(shop, "2026-03-02T12:10"))
    assert told(shop) == ("done", {"deliveries": 3}, None)


def test_message_that_fails_while_its_run_goes_on_counts_at_the_end(
    shop: House, pigeon: Pigeon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advancing, "LIST", 1)
    monkeypatch.setattr(advancing, "START", 1)
    monkeypatch.setattr(advancing, "MOST", 1)
    for number in range(3):
        member(shop, f"M{number}")
    pigeon.fails = [Permanent("no such roof")]
    with shop.writing(Cause("command")) as work:
        run_id = running.open_run(
            work, definition.of(work, "coo"), trigger="hand", actor="operator", cause="command"
        )
    running.advance(shop, run_id, should_stop=lambda: outbox.send(shop) > 5)
    assert told(shop)[:2] == ("partial", {"deliveries": 3, "undelivered": 1})


def test_undone_run_stays_undone_whatever_becomes_of_its_messages(shop: House, pigeon: Pigeon) -> None:
    member(shop, "M1")
    done = running.run(shop, "coo")
    pigeon.fails = [Permanent("no such roof")]
    outbox.send(shop)
    undo.undo(shop, done.id)
    with shop.writing(Cause("command")) as work:
        outbox.retry(work, outbox.listed(work)[0].id)
    assert told(shop)[0] == "undone"


def test_message_fails_after_its_last_try(shop: House, pigeon: Pigeon) -> None:
    member(shop, "M1")
    running.run(shop, "coo")
    pigeon.fails = [Passing("fog")] * outbox.MAX_ATTEMPTS
    for day in range(outbox.MAX_ATTEMPTS):
        outbox.send(at(shop, f"2026-03-{day + 3:02}T12:00"))
    assert states(shop) == {"failed": 1}


@pytest.mark.parametrize(("is_repeatable", "state"), [(False, "unknown"), (True, "waiting")])
def test_message_whose_sender_was_cut_off(
    shop: House, pigeon: Pigeon, is_repeatable: bool, state: str
) -> None:
    pigeon.is_repeatable = is_repeatable  # type: ignore[misc]
    member(shop, "M1")
    running.run(shop, "coo")
    with shop.database.writing() as connection:
        connection.execute(
            update(deliveries).values(state="sending", lease_until=leases.later(-1), attempts=1)
        )
    outbox._settle_cut_off(shop)
    assert states(shop) == {state: 1}


def test_undo_cancels_what_waits_and_names_what_is_gone(shop: House, pigeon: Pigeon) -> None:
    member(shop, "M1")
    member(shop, "M2")
    done = running.run(shop, "coo")
    pigeon.fails = [Passing("fog")]
    outbox.send(shop)
    assert states(shop) == {"sent": 1, "waiting": 1}
    assert undo.undo(shop, done.id).not_undoable == ["Messages sent to the outside: 1."]
    assert states(shop) == {"sent": 1, "cancelled": 1}


def test_channel_that_is_off_or_outside_at_a_shifted_clock_sends_nothing(shop: House, pigeon: Pigeon) -> None:
    member(shop, "M1")
    running.run(shop, "coo")
    pigeon.reaches_outside = True  # type: ignore[misc]
    assert shop.clock.is_shifted
    assert outbox.send(shop) == 0
    assert pigeon.flown == []
    assert states(shop) == {"waiting": 1}


def test_channel_that_cannot_say_whether_it_is_on_stops_no_other(shop: House, pigeon: Pigeon) -> None:
    class Lost(Pigeon):
        key = "lost"

        @property
        def is_on(self) -> bool:
            raise RuntimeError("no idea")

    shop.registry.channels.add("lost", Lost(), by="test")
    member(shop, "M1")
    running.run(shop, "coo")
    assert outbox.send(shop) == 1


def test_parked_message_waits_for_a_person(shop: House, pigeon: Pigeon) -> None:
    member(shop, "M1")
    running.run(shop, "coo")
    with shop.writing(Cause("command")) as work:
        (waiting,) = outbox.listed(work)
        outbox.park(work, waiting.id)
        with pytest.raises(Problems):
            outbox.park(work, 999)
    assert outbox.send(shop) == 0


def person(shop: House) -> int:
    made = {"email": "mei@example.com", "password": "a long password", "roles": ["service"]}
    with shop.database.writing() as connection:
        return users.create(connection, **made, at=shop.clock.now()).id


def test_run_that_would_tell_nobody_is_partial_and_says_so(shop: House) -> None:
    mei = person(shop)
    member(shop, "M1")
    actions = [
        {"type": "add_tag", "field": "tags", "tag": "x"},
        {"type": "notify", "to": {"user": mei}, "text": "Hello"},
    ]
    workflow(shop, "tell", actions=actions)
    with shop.database.writing() as connection:
        users.suspend(connection, mei, by="operator", at=shop.clock.now())
    done = running.run(shop, "tell")
    assert (done.status, done.changed) == ("partial", 1)
    assert "Nobody was told" in str(done.trouble)


def test_notices_reach_who_has_the_role_until_they_are_read(shop: House) -> None:
    mei = person(shop)
    for number in range(3):
        member(shop, f"M{number}", joined_on=date(2025, 1, 1))
    actions = [
        {"type": "add_tag", "field": "tags", "tag": "x"},
        {
            "type": "notify",
            "to": {"role": "service"},
            "text": {"en": "{count} members", "zh": "{count} 位会员"},
        },
        {"type": "notify", "to": {"user": mei}, "text": "Hello"},
    ]
    workflow(shop, "tell", actions=actions)
    done = running.run(shop, "tell")
    with shop.writing(Cause("form")) as work:
        assert notices.unread(work, 77, ["clerk"]) == 0
        (told,) = notices.for_user(work, 77, ["service"])
        assert told.text == {"en": "3 members", "zh": "3 位会员"}
        assert told.link == f"/studio/runs/{done.id}"
        assert notices.unread(work, mei, ["service"]) == 2
        notices.mark_read(work, told.id, 77, ["service"])
        assert notices.unread(work, 77, ["service"]) == 0
        assert notices.unread(work, mei, []) == 1
