"""A rule that was checked: what every back end takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from builder.rules.names import Type
from builder.rules.tree import Node
from schema_store.problems import Problem


@dataclass(frozen=True, eq=False)
class Rule:
    """A typed rule over the records of `entity`.

    `document`: its canonical JSONLogic. `reads`: every (entity, field) it can read: over references, of child
    records, and what its rollups are made of. `uses_trigger`: it asks what a write changed (`was`, `changed` …).
    `is_condition`: it was asked for as a condition, so its answer is True or False.
    """

    document: Any
    entity: str
    tree: Node
    is_condition: bool = True
    reads: frozenset[tuple[str, str]] = frozenset()
    uses_trigger: bool = False
    warnings: tuple[Problem, ...] = field(default=())

    @property
    def type(self) -> Type:
        return self.tree.type

    @property
    def is_nullable(self) -> bool:
        """Whether its value may be empty; a condition never is."""
        return self.tree.is_nullable and not self.is_condition
