"""A save that came too late: per field what it was, what they saved, what was typed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.fields.contract import Field
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader, joined
from builder.records import history, save

HISTORY = 200
UNTYPED = object()
"""Stands for what was typed into a field that the form does not have."""


@dataclass(frozen=True)
class Disputed:
    """A field that somebody else saved meanwhile. `is_open`: it was changed here too, so a person must choose."""

    field: str
    label: str
    original: str
    theirs: str
    yours: str
    is_open: bool


@dataclass(frozen=True)
class Conflict:
    said: str
    rows: list[Disputed]


def disputed(
    here: Reader, entity: Entity, since_version: int, typed: Mapping[str, Any], conflict: save.Conflict
) -> Conflict:
    """Both sides of a conflict about a record that was opened at `since_version`."""
    with web.reading() as work:
        entries = history.of(work, entity.key, conflict.record_id, here.policy, limit=HISTORY)
        since = [entry for entry in entries if entry.version > since_version]
        by = tale.names_of(work, [entry.actor for entry in since])
    original: dict[str, Any] = {}
    for entry in since:  # newest first, so the oldest change has the last word about what it was
        original.update({key: before for key, (before, _after) in entry.changes.items()})
    rows = [
        _row(here, entity.fields[key], before, conflict.current.get(key), typed.get(key, UNTYPED))
        for key, before in original.items()
    ]
    who = joined(dict.fromkeys(tale.actor_name(here, entry.actor, by) for entry in since)) or _(
        "Somebody else"
    )
    said = _(
        "%(who)s saved it after you had opened it. Nothing of yours is lost: compare and choose.", who=who
    )
    return Conflict(said, rows)


def _row(here: Reader, one: Field, before: Any, theirs: Any, yours: Any) -> Disputed:
    was = theirs if one.storage == "tags" else before  # history tells tags as what went and what came
    is_typed = yours is not UNTYPED
    is_open = is_typed and yours not in (was, theirs)
    words = [tale.said(one, here.shown, value) for value in (was, theirs, yours if is_typed else theirs)]
    return Disputed(one.key, here.label(one.label, one.key), *words, is_open)
