"""The composition root: everything that the house is made of, floor by floor, in one list."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog

from builder import plugins
from builder import settings as operator_settings
from builder.catalog import Catalogs
from builder.clock import Clock
from builder.database import Database
from builder.fields.all import TYPES
from builder.kinds.all import KINDS
from builder.kinds.row_actions import ROW_ACTIONS
from builder.kinds.view_types.all import VIEW_TYPES
from builder.mechanics.public_forms import turns
from builder.pages.parts.all import HOME_PARTS, PAGE_PARTS, RECORD_ACTIONS
from builder.records.migrate import TableStep
from builder.records.rollups import Rollups
from builder.registry import Registry, Shelf
from builder.settings import Settings
from builder.work import House
from builder.workflows import outbox, planned
from builder.workflows.all import ACTIONS, CHANNELS, TRIGGERS

if TYPE_CHECKING:
    from flask import Flask


def make_house(settings: Settings) -> House:
    """All that lives as long as the process, without Flask: for commands, the scheduler, tests and `create_app`.

    Raises Problems for a set clock (TESSERA_NOW) while a channel that reaches the outside is on.
    """
    log_to_stderr()
    settings.data.mkdir(
        mode=0o700, parents=True, exist_ok=True
    )  # people's data: nobody else's on this machine
    registry = fill(Registry())
    plugins.load(registry, data=settings.data)
    clock = Clock(settings.zone, settings.now)
    outbox.require_real_time(clock, registry)
    return House(settings, clock, registry, Database(settings.database_url), Catalogs(registry))


def fill(registry: Registry) -> Registry:
    """Put every part of the product on its shelf; floors from below to above."""
    shelves: tuple[tuple[Shelf[Any], Iterable[Any]], ...] = (
        (registry.field_types, TYPES),
        (registry.kinds, KINDS),
        (registry.view_types, VIEW_TYPES),
        (registry.row_actions, ROW_ACTIONS),
        (registry.triggers, TRIGGERS),
        (registry.actions, ACTIONS),
        (registry.channels, CHANNELS),
        (registry.page_parts, PAGE_PARTS),
        (registry.record_actions, RECORD_ACTIONS),
        (registry.home_parts, HOME_PARTS),
    )
    for shelf, things in shelves:
        for thing in things:
            shelf.add(thing.key, thing)
    registry.publish_steps.add("entity", TableStep())
    registry.write_listeners.add("rollups", Rollups())
    registry.jobs.add("planned_publishes", planned.publish_due)
    registry.jobs.add("public_form_answers", turns.forget)
    return registry


def create_app(settings: Settings | None = None, house: House | None = None) -> Flask:
    """The WSGI application. `house`: one already made; else it is made of `settings`, or of the environment."""
    from builder.pages.web.site import flask_app  # noqa: PLC0415 - commands do without Flask: half a second each

    return flask_app(house or make_house(settings or operator_settings.read(os.environ)))


def served() -> Flask:
    """The application of a process that serves until it is told to stop: what a WSGI server loads."""
    house = make_house(operator_settings.read(os.environ))
    app = create_app(house=house)
    house.warm()
    return app


def log_to_stderr() -> None:
    """One JSON line for each event; stdout belongs to the answers of commands."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
