"""`queue`: messages to the outside that wait, failed or are held back."""

from __future__ import annotations

import click

from builder.commands import asked, opening
from builder.commands.asked import json_option
from builder.events import Cause
from builder.workflows import outbox


@click.group()
def queue() -> None:
    """Messages to the outside."""


@queue.command("list")
@json_option
def list_queue(as_json: bool) -> None:
    """Messages that wait, failed, are unknown or parked, newest first; and how many there are of each."""
    with opening.house() as house, house.reading() as work:
        counts = dict(outbox.counts(work))
        messages = [
            {
                "id": row.id,
                "channel": row.channel,
                "state": row.state,
                "run": row.run_id,
                "workflow": row.workflow,
                "attempts": row.attempts,
                "next_at": row.next_at.isoformat(),
                "trouble": row.trouble,
            }
            for row in outbox.listed(work)
        ]
    rows = [
        [one["id"], one["channel"], one["state"], one["run"], one["attempts"], one["trouble"]]
        for one in messages
    ]
    lines = (
        asked.table(rows, ["id", "channel", "state", "run", "tries", "trouble"])
        if rows
        else ["Nothing waits."]
    )
    asked.answer({"counts": counts, "messages": messages}, as_json=as_json, people=lambda: lines)


@queue.command()
@click.argument("message", type=int)
@json_option
def retry(message: int, as_json: bool) -> None:
    """Send a failed, unknown or parked MESSAGE again, with the same key."""
    with opening.house() as house, house.writing(Cause("command")) as work:
        outbox.retry(work, message)
    asked.answer(
        {"id": message, "state": "waiting"},
        as_json=as_json,
        people=lambda: [f"Message {message} waits again."],
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
