"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """Two places that disagree. `count`: how many records it concerns; `repair`: what `check --repair` would do."""

    check: str
    code: str
    where: str
    message: str
    count: int = 1
    repair: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """`{check, code, where, message, count, repair?}`"""
        said = {
            "check": self.check,
            "code": self.code,
            "where": self.where,
            "message": self.message,
            "count": self.count,
        }
        return said | ({"repair": self.repair} if self.repair else {})

    def __str__(self) -> str:
        repair = f" (--repair: {self.repair})" if self.repair else ""
        return f"{self.where}: {self.message}{repair}"
