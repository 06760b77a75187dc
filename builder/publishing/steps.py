"""What upper rooms do when definitions of a kind are published: tables, rollups.

Steps stand on `registry.publish_steps` by kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from schema_store.problems import Problem
from schema_store.sentences import Sentence

if TYPE_CHECKING:
    from builder.catalog import Catalog
    from builder.work import Work


@dataclass(frozen=True)
class StepChange:
    """One thing that a publish would do to what is stored.

    `sentence` says it; a param named `count` may differ between plan and publish without a new confirmation.
    `count`: how many records it concerns (None: not counted). `is_destructive`: values can no longer be reached.
    """

    sentence: Sentence
    is_destructive: bool = False
    count: int | None = None


class Step(Protocol):
    """One room's part in publishing one kind. `before` is what is live, `after` what will be; both whole."""

    def plan(self, work: Work, before: Catalog, after: Catalog) -> list[StepChange | Problem]:
        """What `apply` would do, and Problems that refuse the publish (or warn). Reads only."""
        ...

    def apply(self, work: Work, before: Catalog, after: Catalog) -> None:
        """Do it, in the publishing transaction; any exception undoes the whole publish."""
        ...
