"""`queue`: messages to the outside that wait, failed or are held back, and events that nobody could handle."""

from __future__ import annotations

from typing import Any

import click

from builder.commands import asked, opening
from builder.commands.asked import json_option
from builder.events import Cause
from builder.work import Work
from builder.workflows import outbox, wake
from builder.workflows.tables import CANCELLED, SENT

EVENT = "event:"


@click.group()
def queue() -> None:
    """Messages to the outside, and events that are parked."""


@queue.command("list")
@click.option("--all", "is_all", is_flag=True, help="Those that were sent or cancelled too.")
@click.option("--run", "run_id", type=int, help="Of this run only.")
@json_option
def list_queue(*, is_all: bool, run_id: int | None, as_json: bool) -> None:
    """Messages that wait, failed, are unknown or parked, newest first; events that are parked."""
    with opening.house() as house, house.reading() as work:
        counts = dict(outbox.counts(work, run_id))
        messages = _messages(work, run_id, is_all=is_all)
        events = [] if run_id else _events(work)
    rows = [
        [one["id"], one["channel"], one["state"], one["run"], one["attempts"], one["trouble"]]
        for one in messages
    ]
    rows += [[f"{EVENT}{one['id']}", "", "parked", "", one["attempts"], one["trouble"]] for one in events]
    lines = (
        asked.table(rows, ["id", "channel", "state", "run", "tries", "trouble"])
        if rows
        else ["Nothing waits."]
    )
    document = {"counts": counts, "messages": messages, "events": events}
    asked.answer(document, as_json=as_json, people=lambda: lines)


def _messages(work: Work, run_id: int | None, *, is_all: bool) -> list[dict[str, Any]]:
    states = (*outbox.OPEN, SENT, CANCELLED) if is_all else outbox.OPEN
    return [
        {
            "id": row.id,
            "channel": row.channel,
            "state": row.state,
            "run": row.run_id,
            "workflow": row.workflow,
            "entity": row.entity,
            "record": row.record_id,
            "attempts": row.attempts,
            "next_at": row.next_at.isoformat(),
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            "answer": row.answer,
            "trouble": row.trouble,
        }
        for row in outbox.listed(work, states=states, run_id=run_id)
    ]


def _events(work: Work) -> list[dict[str, Any]]:
    """Events that failed too often: no workflow ran for them."""
    return [{**row._mapping, "at": row.at.isoformat()} for row in wake.parked(work)]


@queue.command()
@click.argument("message")
@json_option
def retry(message: str, as_json: bool) -> None:
    """Send a failed, unknown or parked MESSAGE again, with the same key; or handle a parked `event:N` again."""
    event, number = message.startswith(EVENT), message.removeprefix(EVENT)
    if not number.isdecimal():
        raise click.BadParameter("a number, or event: and a number, as `queue list` shows them.")
    with opening.house() as house, house.writing(Cause("command")) as work:
        (wake.retry if event else outbox.retry)(work, int(number))
    what = f"Event {number}" if event else f"Message {number}"
    asked.answer(
        {"id": message if event else int(number), "state": "waiting"},
        as_json=as_json,
        people=lambda: [f"{what} waits again."],
    )


@queue.command()
@click.argument("message", type=int)
@json_option
def park(message: int, as_json: bool) -> None:
    """Hold a waiting MESSAGE back until `retry`."""
    with opening.house() as house, house.writing(Cause("command")) as work:
        outbox.park(work, message)
    asked.answer(
        {"id": message, "state": "parked"}, as_json=as_json, people=lambda: [f"Message {message} is parked."]
    )
