"""What a panel beside a design is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A template and what it is given."""

    template: str
    given: Mapping[str, Any]
