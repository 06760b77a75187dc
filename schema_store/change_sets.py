"""What was published together, when, by whom and why: each publish is one change set."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, select, tuple_

from schema_store.documents import Body, Name
from schema_store.store import Publication, publications, versions_table


@dataclass(frozen=True)
class Step:
    """One definition in a change set: its version, what it says, and what the version before said.

    `after` None: it was retired; `before` None: there was nothing, or it was retired then.
    """

    version: int
    before: Body | None
    after: Body | None


def recent(connection: Connection, *, before: int | None = None, limit: int = 50) -> list[Publication]:
    """The newest change sets, newest first; `before`: only those older than the one of this number."""
    asked = select(publications).order_by(publications.c.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(publications.c.id < before)
    return _with_names(connection, list(connection.execute(asked)))


def since(connection: Connection, change_id: int, names: Collection[Name]) -> list[Publication]:
    """The change sets after this one that published any of `names`, newest first."""
    version = versions_table.c
    of_names = tuple_(version.kind, version.key).in_(list(names))
    later = select(version.change_id).where(version.change_id > change_id, of_names)
    asked = select(publications).where(publications.c.id.in_(later)).order_by(publications.c.id.desc())
    return _with_names(connection, list(connection.execute(asked)))


def get(connection: Connection, change_id: int) -> Publication | None:
    """The change set of this number; None where there is none."""
    rows = list(connection.execute(select(publications).where(publications.c.id == change_id)))
    return next(iter(_with_names(connection, rows)), None)


def steps(connection: Connection, change_id: int) -> dict[Name, Step]:
    """What a change set did, definition by definition; {} where there is none of this number."""
    now, old = versions_table, versions_table.alias()
    is_before = (old.c.kind == now.c.kind) & (old.c.key == now.c.key) & (old.c.version == now.c.version - 1)
    asked = (
        select(now.c.kind, now.c.key, now.c.version, now.c.body, old.c.body.label("before"))
        .select_from(now.outerjoin(old, is_before))
        .where(now.c.change_id == change_id)
        .order_by(now.c.kind, now.c.key)
    )
    return {
        (row.kind, row.key): Step(row.version, _read(row.before), _read(row.body))
        for row in connection.execute(asked)
    }


def as_after(connection: Connection, change_id: int) -> dict[Name, Body]:
    """All that was live right after a change set."""
    version = versions_table
    newest = (
        select(version.c.kind, version.c.key, func.max(version.c.version))
        .where(version.c.change_id <= change_id)
        .group_by(version.c.kind, version.c.key)
    )
    key = tuple_(version.c.kind, version.c.key, version.c.version)
    asked = select(version.c.kind, version.c.key, version.c.body)
    asked = asked.where(key.in_(newest), version.c.body.is_not(None))
    return {(row.kind, row.key): json.loads(row.body) for row in connection.execute(asked)}


def as_before(connection: Connection, change_id: int) -> dict[Name, Body | None]:
    """What was live before a change set, of all that was published with it or since (None: nothing was)."""
    version = versions_table
    first = (
        select(version.c.kind, version.c.key, func.min(version.c.version).label("version"))
        .where(version.c.change_id >= change_id)
        .group_by(version.c.kind, version.c.key)
        .subquery()
    )
    is_before = (
        (version.c.kind == first.c.kind)
        & (version.c.key == first.c.key)
        & (version.c.version == first.c.version - 1)
    )
    asked = select(first.c.kind, first.c.key, version.c.body).select_from(first.outerjoin(version, is_before))
    return {(row.kind, row.key): _read(row.body) for row in connection.execute(asked)}


def bodies(connection: Connection, wanted: Collection[tuple[str, str, int]]) -> dict[Name, Body]:
    """What these versions, (kind, key, version), say; one of each definition. Retirements are left out."""
    version = versions_table.c
    is_wanted = tuple_(version.kind, version.key, version.version).in_(list(wanted))
    asked = select(version.kind, version.key, version.body).where(is_wanted, version.body.is_not(None))
    return {(row.kind, row.key): json.loads(row.body) for row in connection.execute(asked)} if wanted else {}


def last_bodies(connection: Connection, names: Collection[Name]) -> dict[Name, Body]:
    """The newest body that each of `names` ever had: for what is retired."""
    version = versions_table.c
    newest = (
        select(version.kind, version.key, func.max(version.version))
        .where(tuple_(version.kind, version.key).in_(list(names)), version.body.is_not(None))
        .group_by(version.kind, version.key)
    )
    asked = select(version.kind, version.key, version.body).where(
        tuple_(version.kind, version.key, version.version).in_(newest)
    )
    return {(row.kind, row.key): json.loads(row.body) for row in connection.execute(asked)} if names else {}


def _with_names(connection: Connection, rows: list[Row]) -> list[Publication]:
    """The publications of these rows, each with what it published: one statement for all."""
    version = versions_table.c
    asked = select(version.change_id, version.kind, version.key, version.version)
    asked = asked.where(version.change_id.in_([row.id for row in rows])).order_by(version.kind, version.key)
    of_change: dict[int, list[tuple[str, str, int]]] = {}
    for row in connection.execute(asked):
        of_change.setdefault(row.change_id, []).append((row.kind, row.key, row.version))
    return [
        Publication(row.id, row.at, row.by, row.note, row.stamp, tuple(of_change.get(row.id, ())))
        for row in rows
    ]


def _read(text: str | None) -> Body | None:
    return json.loads(text) if text is not None else None
