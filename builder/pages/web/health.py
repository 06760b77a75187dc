"""Is the house alive, and would a write work? For supervisors and proxies."""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import delete, func, insert, select, true
from sqlalchemy.exc import SQLAlchemyError

from builder.access.tables import sessions, tries, users
from builder.events import event_batches
from builder.pages.web.guard import needs
from builder.pages.web.visit import house
from builder.runs import runs
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


@health.get("/metrics")
@needs("public")
def metrics() -> Response:
    """How much waits and how many work here, as Prometheus text; numbers only, read at most once a second."""
    gauges: Gauges = current_app.extensions.setdefault("tessera.gauges", Gauges())
    return Response(gauges.text(house()), content_type="text/plain; version=0.0.4; charset=utf-8")


class Gauges:
    """The numbers of the house, from its database: the same whichever process is asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._text = ""

    def text(self, asked: House) -> str:
        with self._lock:
            if time.monotonic() - self._read_at > KNOWN_FOR_S:
                self._text = "".join(_gauge(*one) for one in self._read(asked))
                self._read_at = time.monotonic()
            return self._text

    def _read(self, asked: House) -> list[tuple[str, str, int]]:
        counts = [
            select(func.count()).select_from(table).where(condition).scalar_subquery()
            for _name, _help, table, condition in GAUGES
        ]
        with asked.database.reading() as connection:
            row = connection.execute(select(*counts)).one()
        return [(name, words, value) for (name, words, *_how), value in zip(GAUGES, row, strict=True)]


GAUGES = (
    (
        "event_batches_waiting",
        "Writes that workflows have not handled yet.",
        event_batches,
        ~event_batches.c.is_handled,
    ),
    ("runs_unfinished", "Runs at work or waiting for approval.", runs, runs.c.finished_at.is_(None)),
    ("users_active", "People who may sign in.", users, users.c.is_active),
    ("sessions", "Browsers that are signed in.", sessions, true()),
)


def _gauge(name: str, words: str, value: int) -> str:
    return f"# HELP tessera_{name} {words}\n# TYPE tessera_{name} gauge\ntessera_{name} {value}\n"


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
