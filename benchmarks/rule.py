"""The timed rule at a million members and five million orders: a fifth of the members becomes dormant.

Ours against SQL written by hand that writes the same rows with the same durability and indexes, and against a
loop over records with SQLAlchemy's ORM and a JSONLogic library (on a slice, scaled up).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import filling, measuring, places
from benchmarks.measuring import Cost, Line, compared

SLICE = int(os.environ.get("BENCH_SLICE", "20000"))
PEAK_MB = 300


def run() -> list[Line]:
    """The lines of the results, for each database that can be had."""
    lines: list[Line] = []
    with places.opened() as found:
        for kind, place in found.items():
            lines += _on(kind, place)
    return lines


def _on(kind: str, place: Any) -> list[Line]:
    members = filling.MEMBERS
    copy = _copies(place, f"rule{members}", lambda url: filling.fill(url, members))
    peaks: list[float] = []
    changed: set[int] = set()

    def variant(how: str) -> Callable[[], Cost]:
        def once() -> Cost:
            answer = copy(how, SLICE if how == "loop" else members)
            if how != "loop":
                changed.add(answer["changed"])
            if how == "ours":
                peaks.append(answer["peak_mb"])
            return Cost(**answer["cost"])

        return once

    costs = measuring.alternating({how: variant(how) for how in ("ours", "hand", "loop")})
    if len(changed) != 1:
        raise SystemExit(f"not the same records changed: {changed}")
    scale = members / min(SLICE, members)
    loop = [Cost(cost.cpu_s * scale, cost.wall_s * scale) for cost in costs["loop"]]
    note = f"{changed.pop():,} of {members:,} members change"
    lines = [
        compared(f"{kind}: rule, SQL by hand", costs["ours"], costs["hand"], bar=2.0, note=note),
        _times_quicker(f"{kind}: rule, loop with ORM", costs["ours"], loop),
        Line(
            f"{kind}: rule, peak memory", f"{max(peaks):.0f} MB", f"{PEAK_MB} MB", max(peaks) / PEAK_MB, 1.0
        ),
    ]
    return lines + _daily(kind, copy("daily", members))


def _daily(kind: str, answer: dict[str, Any]) -> list[Line]:
    costs = {name: [Cost(**cost) for cost in given] for name, given in answer.items() if name != "due"}
    due = f"{answer['due']:,} due"
    return [
        compared(f"{kind}: daily, {due}", costs["ours due"], costs["hand due"], bar=2.0),
        compared(f"{kind}: daily, nothing due", costs["ours nothing"], costs["hand nothing"], bar=2.0),
    ]


def _times_quicker(what: str, ours: list[Cost], theirs: list[Cost]) -> Line:
    line = compared(what, ours, theirs)
    note = f"scaled up from {SLICE:,} members; the ratio is how many times ours is quicker"
    return Line(what, line.ours, line.theirs, 1 / line.ratio, 30, more=True, note=note)


def _copies(place: Any, name: str, fill: Callable[[str], None]) -> Callable[[str, int], dict[str, Any]]:
    """`once(how, members)`: a run in a process of its own on a fresh copy of the filled database."""
    print(f"Filling {filling.MEMBERS:,} members …", file=sys.stderr, flush=True)

    def once(how: str, members: int) -> dict[str, Any]:
        url = place.copy(name, fill)
        command = [sys.executable, "-m", "benchmarks.rule_once", how, url, str(members)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        place.drop(url)
        print(f"  {how}: {done.stdout.strip()[:160]}", file=sys.stderr, flush=True)
        return json.loads(done.stdout.splitlines()[-1])

    return once
