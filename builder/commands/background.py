"""The process behind the pages: `python -m builder.commands.background [--no-scheduler] [--no-worker]`."""

from __future__ import annotations

import os
import signal
import sys
import threading

from builder.commands import errors, opening
from builder.workflows import scheduler as ticking

DRAIN_S = 8.0
"""How long work that runs may go on after the signal; what it leaves, another process takes up."""


def run(*, scheduler: bool, worker: bool) -> None:
    """Fire slots and do queued work until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with opening.house() as house:
        house.warm()
        running = ticking.start(house, scheduler=scheduler, worker=worker)
        stop.wait()
        ending = threading.Thread(target=running.stop, daemon=True)
        ending.start()
        ending.join(DRAIN_S)
        if (
            ending.is_alive()
        ):  # a thread that waits for the outside would hold the process as long as it likes
            os._exit(0)


def main() -> int:
    with errors.told(as_json=False) as outcome:
        run(scheduler="--no-scheduler" not in sys.argv, worker="--no-worker" not in sys.argv)
    return outcome.code


if __name__ == "__main__":
    sys.exit(main())
