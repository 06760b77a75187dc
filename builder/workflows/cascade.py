"""What one event sets in motion: workflows that wake one another, bounded in number as well as in depth.

Two workflows in a loop end at `DEPTH`; five that all wake one another would be five to that power before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from schema_store.problems import Problem, Problems, _

DEPTH = 8
"""Workflows that may wake one another in a row; beyond it they are in a loop."""
MOST = 300
"""Runs that may come of one event."""


@dataclass
class Cascade:
    """What came of each first event, as the process that handles them sees it; kept while events wait."""

    _roots: dict[int, int] = field(default_factory=dict)  # {run: the batch that began it all}
    _runs: Counter[int] = field(default_factory=Counter)  # {first batch: runs that came of it}
    _told: set[tuple[int, str]] = field(default_factory=set)

    def root(self, batch_id: int, run_id: int | None) -> int:
        """The batch that began it all, for a batch that `run_id` wrote."""
        return batch_id if run_id is None else self._roots.get(run_id, batch_id)

    def note(self, root: int, run_id: int) -> None:
        """A run came of it."""
        self._roots[run_id] = root
        self._runs[root] += 1

    def is_full(self, root: int) -> bool:
        return self._runs[root] >= MOST

    def is_told(self, root: int, workflow: str) -> bool:
        """Whether it was asked before: a workflow that is stopped says so once."""
        is_told = (root, workflow) in self._told
        self._told.add((root, workflow))
        return is_told


def refuse_loop(depth: int, count: int) -> None:
    """Raises Problems for a run that would do something though too many workflows stand behind it."""
    if count and depth > DEPTH:
        template = _(
            "Stopped: {depth} workflows woke one another in a row. Look for two that undo each other's work."
        )
        raise Problems(Problem("workflow.loop", template, {"depth": DEPTH}))


def stopped() -> str:
    """What the run of a workflow says that was not woken any more."""
    return f"Stopped: {MOST} runs came of one event. Look for workflows that wake one another."
