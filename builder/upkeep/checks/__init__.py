"""Integrity: does what is written in one place agree with what is written in another?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from builder.upkeep.checks import definitions, history, links, rollups
from builder.upkeep.checks.finding import Finding
from builder.work import House, Work

Check = Callable[[Work, bool], list[Finding]]

CHECKS: Mapping[str, Check] = {
    "definitions": definitions.check,
    "tables": definitions.check_tables,
    "links": links.check,
    "history": history.check,
    "rollups": rollups.check,
}
"""Each asks one question. Its second argument: look at every record, not at a sample."""


@dataclass(frozen=True)
class Checked:
    """What all checks found."""

    findings: tuple[Finding, ...]

    @property
    def document(self) -> dict[str, Any]:
        return {"ok": not self.findings, "problems": [one.document for one in self.findings]}


def run(house: House, *, whole: bool = False) -> Checked:
    """Ask everything. `whole`: of every record; else of a sample where asking all would take long."""
    found: list[Finding] = []
    for name, check in CHECKS.items():
        if name in NEED_TABLES and any(one.check == "tables" for one in found):
            continue  # they would only stumble over what is said already
        found += _asked(house, check, whole)
    return Checked(tuple(found))


NEED_TABLES = ("links", "history", "rollups")


class _Enough(Exception):
    """Ends the transaction without a commit."""


def _asked(house: House, check: Check, whole: bool) -> list[Finding]:
    """One check; in a transaction that is taken back, since recomputing is the way to compare."""
    found: list[Finding] = []
    try:
        if check in WRITING:
            with house.writing(CAUSE) as work:
                found = check(work, whole)
                raise _Enough
        with house.reading() as work:
            found = check(work, whole)
    except _Enough:
        pass
    return found


WRITING = (rollups.check,)
CAUSE = rollups.CAUSE
