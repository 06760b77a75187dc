"""One thing of a definition as the templates are given it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Drawn:
    """One node. `given` is what only its sort needs; `offers` are the names of the buttons that add to it."""

    sort: str
    id: str
    name: str
    place: str
    label: str
    help: str = ""
    is_required: bool = False
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    children: Sequence[Drawn] = ()
    offers: Options = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    is_more: bool = False
    is_open: bool = False
    has_focus: bool = False
    drags: str = ""
    """Of a list whose things can be dragged: the name that lists share which exchange theirs; of the root, any."""
    fold: str = ""
    """Of a thing that can be folded: "open", "shut", or "wrong" (open for what is wrong inside)."""

    @property
    def described(self) -> str:
        """The ids of what describes its input."""
        found = [f"{self.id}-error"] * bool(self.errors or self.warnings) + [f"{self.id}-help"] * bool(
            self.help
        )
        return " ".join(found)
