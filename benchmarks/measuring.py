"""What a piece of work costs: CPU of this process and of its database backends, wall time, memory.

CPU is the figure to compare: wall time on a shared machine moves by a factor of three.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


@dataclass
class Cost:
    """CPU and wall seconds of one piece of work; CPU is that of the process and of its database backends."""

    cpu_s: float = 0.0
    wall_s: float = 0.0


@contextmanager
def measured(engine: Engine | None = None) -> Iterator[Cost]:
    """Fills the Cost when the block ends. `engine`: whose PostgreSQL backends count too."""
    cost = Cost()
    before = _backends(engine)
    cpu, wall = time.process_time(), time.perf_counter()
    yield cost
    cost.wall_s = time.perf_counter() - wall
    cost.cpu_s = time.process_time() - cpu
    cost.cpu_s += sum(spent - before.get(pid, 0.0) for pid, spent in _backends(engine).items())


def _backends(engine: Engine | None) -> dict[int, float]:
    """CPU seconds so far of each process of the server that works for this database, by pid."""
    if engine is None or engine.dialect.name == "sqlite":
        return {}
    asked = text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type LIKE '%backend'"
    )
    with engine.connect() as connection:
        pids = list(connection.execute(asked).scalars())
    return {pid: spent for pid in pids if (spent := _spent(pid)) is not None}


def _spent(pid: int) -> float | None:
    """CPU seconds of a process, to the nanosecond where the kernel tells (`stat` counts hundredths)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError, ValueError):
        pass
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def peak_mb() -> float:
    """The most memory that this process ever held, in megabytes (getrusage would tell of its parent too)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def alternating(variants: Mapping[str, Callable[[], Cost]], *, rounds: int = ROUNDS) -> dict[str, list[Cost]]:
    """Each variant once a round, one after the other, so that a busy moment hits all alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in variants}
    for _round in range(rounds):
        for name, variant in variants.items():
            costs[name].append(variant())
    return costs


def cpu(costs: Sequence[Cost]) -> float:
    """The median CPU seconds."""
    return statistics.median(cost.cpu_s for cost in costs)


def wall(costs: Sequence[Cost]) -> float:
    return statistics.median(cost.wall_s for cost in costs)


@dataclass(frozen=True)
class Line:
    """One line of the results. `bar`: what the ratio may be at most (or at least, for `more`); None: no bar."""

    what: str
    ours: str
    theirs: str
    ratio: float
    bar: float | None = None
    more: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool:
        if self.bar is None:
            return True
        return self.ratio >= self.bar if self.more else self.ratio <= self.bar

    @property
    def cells(self) -> list[str]:
        bar = "" if self.bar is None else f"{'≥' if self.more else '≤'} {self.bar:g}"
        verdict = "" if self.bar is None else "met" if self.is_met else "MISSED"
        return [self.what, self.ours, self.theirs, f"{self.ratio:.2f}", bar, verdict, self.note]


def compared(
    what: str, ours: Sequence[Cost], theirs: Sequence[Cost], *, bar: float | None = None, **more: Any
) -> Line:
    """Ours against theirs, by CPU; a ratio above 1 means that ours costs more."""
    ratio = cpu(ours) / max(cpu(theirs), 1e-9)
    return Line(what, _shown(ours), _shown(theirs), ratio, bar, **more)


def _shown(costs: Sequence[Cost]) -> str:
    spent = cpu(costs)
    return (
        f"{spent:.2f} s (wall {wall(costs):.2f})"
        if spent >= 0.1
        else f"{spent * 1000:.2f} ms (wall {wall(costs) * 1000:.1f})"
    )


HEADINGS = ["what", "ours, CPU", "the other, CPU", "ratio", "bar", "", ""]


def markdown(lines: Sequence[Line]) -> str:
    """The results as a table."""
    rows = [HEADINGS, *(line.cells for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    written = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in rows
    ]
    written.insert(1, f"| {' | '.join('-' * width for width in widths)} |")
    return "\n".join(written)
