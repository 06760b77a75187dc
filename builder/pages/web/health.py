"""Is the house alive, and would a write work? For supervisors and proxies."""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog
from flask import Blueprint, current_app, jsonify
from sqlalchemy import delete, insert
from sqlalchemy.exc import SQLAlchemyError

from builder.access.tables import tries
from builder.pages.web.guard import needs
from builder.pages.web.visit import house
from builder.work import House

health = Blueprint("health", __name__)
KNOWN_FOR_S = 1.0
"""Whoever asks more often gets the last answer: this address is open, and each probe is a write to the disk."""


@health.get("/live")
@needs("public")
def live() -> Any:
    """200 as long as this process answers at all; touches nothing."""
    return jsonify(status="live")


@health.get("/ready")
@needs("public")
def ready() -> Any:
    """200 when a write went through just now, else 503."""
    probe: Probe = current_app.extensions.setdefault("tessera.probe", Probe())
    if probe.is_ready(house()):
        return jsonify(status="ready")
    return jsonify(status="not ready"), 503


class Probe:
    """Writes and takes back one row, at most once in KNOWN_FOR_S."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._answer = False

    def is_ready(self, asked: House) -> bool:
        with self._lock:
            if time.monotonic() - self._asked_at > KNOWN_FOR_S:
                self._answer = self._writes(asked)
                self._asked_at = time.monotonic()
            return self._answer

    def _writes(self, asked: House) -> bool:
        row = {"account": "ready", "peer": "ready", "at": asked.clock.now()}
        try:
            with asked.database.writing() as connection:
                made = connection.execute(insert(tries).values(row).returning(tries.c.id)).scalar_one()
                connection.execute(delete(tries).where(tries.c.id == made))
        except (SQLAlchemyError, OSError) as error:
            structlog.get_logger().warning("ready.refused", error=type(error).__name__)
            return False
        return True
