"""How long a process may be silent in each sort of work, and how often it is tried again."""

from __future__ import annotations

from builder.leases import RUN_S, is_free, later

__all__ = ["DELIVERY_S", "EVENTS_S", "MAX_ATTEMPTS", "RUN_S", "is_free", "later", "pause_s"]

EVENTS_S = 30.0
DELIVERY_S = 60.0
MAX_ATTEMPTS = 5


def pause_s(attempts: int) -> float:
    """How long to wait after the n-th failed attempt: 1, 2, 4, 8 … seconds."""
    return float(min(2 ** (attempts - 1), 60))
