"""One measured run of the timed rule, in a process of its own: `python -m benchmarks.rule_once HOW URL [MEMBERS]`.

Prints one JSON document. HOW: ours, hand, loop, daily.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from benchmarks import by_hand, by_loop, measuring
from benchmarks.filling import AS_OF, WORKFLOW, house_on
from benchmarks.measuring import Cost, measured
from builder.records import tables
from builder.work import House
from builder.workflows.run import run as run_workflow

DUE_PER_MILLE = 1


def ours(house: House) -> int:
    done = run_workflow(house, WORKFLOW, as_of=house.clock.end_of(AS_OF))
    if done.status != "done":
        raise SystemExit(f"the run ended as {done.status}: {done.trouble}")
    return done.changed


def once(house: House, work: Callable[[], int]) -> dict[str, Any]:
    """One run: `{"cost", "changed", "peak_mb"}`."""
    with measured(house.database.engine) as cost:
        changed = work()
    return {"cost": asdict(cost), "changed": changed, "peak_mb": measuring.peak_mb()}


def daily(house: House, members: int) -> dict[str, Any]:
    """After the first large run: a day with one in a thousand due, and one with nothing due, ours and by hand."""
    ours(house)
    due = max(1, members * DUE_PER_MILLE // 1000)
    found: dict[str, Any] = {"due": due}
    for _round in range(max(5, measuring.ROUNDS)):
        for name, work in (("hand", by_hand.run), ("ours", ours)):
            for day, count in (("due", due), ("nothing", 0)):
                _age(house, count)
                with measured(house.database.engine) as cost:
                    changed = work(house)
                if changed != count:
                    raise SystemExit(f"{name} changed {changed} instead of {count}")
                found.setdefault(f"{name} {day}", []).append(asdict(cost))
    return found


def _age(house: House, count: int) -> None:
    """Let the last order of so many active members be 200 days ago."""
    with house.writing(by_hand.CAUSE) as work:
        member = tables.of(work.catalog).table("member")
        some = select(member.c.id).where(member.c.stage == "active").order_by(member.c.id).limit(count)
        day = AS_OF - timedelta(days=200)
        work.connection.execute(update(member).where(member.c.id.in_(some)).values(last_order_on=day))


def cost_of(document: dict[str, float]) -> Cost:
    return Cost(**document)


def main(how: str, url: str, members: int) -> None:
    house = house_on(url)
    house.warm()  # as in a process that runs for days
    if how == "daily":
        document = daily(house, members)
    elif how == "loop":
        document = once(house, lambda: by_loop.run(house, members))
    else:
        document = once(house, lambda: {"ours": ours, "hand": by_hand.run}[how](house))
    house.database.close()
    print(json.dumps(document))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
