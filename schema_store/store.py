"""Definitions kept: drafts, published versions, change sets, and the stamp that moves with each publish.

Every function works in the caller's transaction. What is published never changes: a new version is a new row,
and a version without a body retires the definition. Keys are never given to another definition.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    RowMapping,
    Table,
    Text,
    and_,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import expression

from schema_store import strict_json
from schema_store.columns import Document, Key, Moment, metadata
from schema_store.documents import Body, Name

definitions = Table(
    "definition",
    metadata,
    Column("kind", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("live_version", Integer),  # None: never published
    Column("is_retired", Boolean, nullable=False, server_default=expression.false()),
    Column("draft", Document),
    Column("draft_base", Integer),  # the live version it was written against
    Column("draft_turn", Integer, nullable=False, server_default="0"),  # counts the saves of drafts
    Column("draft_by", Text),
    Column("draft_at", Moment),
    PrimaryKeyConstraint("kind", "key"),
)

publications = Table(
    "publication",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("stamp", Integer, nullable=False, unique=True),
)

versions_table = Table(
    "definition_version",
    metadata,
    Column("kind", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Document),  # None: this version retires the definition
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("change_id", Integer, ForeignKey("publication.id"), nullable=False),
    PrimaryKeyConstraint("kind", "key", "version"),
    ForeignKeyConstraint(["kind", "key"], ["definition.kind", "definition.key"]),
    CheckConstraint("version > 0", name="version_counts_from_one"),
)
Index("ix_definition_version_change_id", versions_table.c.change_id)

stamps = Table(
    "definition_stamp",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("stamp", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)


@dataclass(frozen=True)
class Live:
    """A published definition: its key's newest version."""

    version: int
    body: Body


@dataclass(frozen=True)
class Version:
    """One published version; `body` None says that it retired the definition."""

    version: int
    body: Body | None
    at: datetime
    by: str
    note: str
    change_id: int


@dataclass(frozen=True)
class Publication:
    """One change set that was published. `published` holds (kind, key, version)."""

    id: int
    at: datetime
    by: str
    note: str
    stamp: int
    published: tuple[tuple[str, str, int], ...] = ()


def read_stamp(connection: Connection, *, for_update: bool = False) -> int:
    """How many publishes there were. `for_update` makes other publishers wait for the end of this transaction."""
    asked = select(stamps.c.stamp)
    return connection.execute(asked.with_for_update() if for_update else asked).scalar() or 0


def lock(connection: Connection) -> int:
    """The stamp, held until the end of this transaction: one publisher at a time."""
    if not connection.execute(select(stamps.c.id)).scalar():
        connection.execute(_insert_stamp(connection))
    return read_stamp(connection, for_update=True)


def live(connection: Connection, *, kind: str | None = None) -> dict[Name, Live]:
    """Every published, not retired definition, by kind and key."""
    joined = definitions.join(versions_table, _is_live())
    asked = select(
        definitions.c.kind, definitions.c.key, versions_table.c.version, versions_table.c.body
    ).select_from(joined)
    asked = asked.where(~definitions.c.is_retired).order_by(definitions.c.kind, definitions.c.key)
    if kind is not None:
        asked = asked.where(definitions.c.kind == kind)
    return {(row.kind, row.key): Live(row.version, json.loads(row.body)) for row in connection.execute(asked)}


def live_one(connection: Connection, kind: str, key: str) -> Live | None:
    """The published body of one definition; None where there is none or it is retired."""
    asked = select(versions_table.c.version, versions_table.c.body).select_from(
        definitions.join(versions_table, _is_live())
    )
    asked = asked.where(definitions.c.kind == kind, definitions.c.key == key, ~definitions.c.is_retired)
    row = connection.execute(asked).first()
    return Live(row.version, json.loads(row.body)) if row else None


def retired(connection: Connection) -> set[Name]:
    """The definitions whose keys are taken for ever, though nothing of them is published."""
    asked = select(definitions.c.kind, definitions.c.key).where(definitions.c.is_retired)
    return {(row.kind, row.key) for row in connection.execute(asked)}


def versions(connection: Connection, kind: str, key: str) -> list[Version]:
    """All published versions, newest first."""
    asked = select(versions_table).where(versions_table.c.kind == kind, versions_table.c.key == key)
    rows = connection.execute(asked.order_by(versions_table.c.version.desc())).mappings()
    return [_version(row) for row in rows]


def body_of_version(connection: Connection, kind: str, key: str, version: int) -> Body | None:
    """The body published as `version`; None where that version does not exist or retired the definition."""
    asked = select(versions_table.c.body).where(_version_is(kind, key), versions_table.c.version == version)
    body = connection.execute(asked).scalar()
    return json.loads(body) if body is not None else None


def publish(
    connection: Connection, changes: Mapping[Name, Body | None], *, at: datetime, by: str, note: str = ""
) -> Publication:
    """Write one change set (a body, or None to retire) as new versions and move the stamp.

    Call `lock` first in the same transaction. What may be published was decided by the caller.
    """
    stamp = connection.execute(
        update(stamps).values(stamp=stamps.c.stamp + 1).returning(stamps.c.stamp)
    ).scalar_one()
    row = {"at": at, "by": by, "note": note, "stamp": stamp}
    change_id = connection.execute(insert(publications).values(row).returning(publications.c.id)).scalar_one()
    make_known(connection, changes)
    published = []
    for (kind, key), body in changes.items():
        version = _next_version(connection, kind, key)
        text = strict_json.write(body) if body is not None else None
        new = {"kind": kind, "key": key, "version": version, "body": text, "change_id": change_id}
        connection.execute(
            insert(versions_table).values(new | {"published_at": at, "published_by": by, "note": note})
        )
        now = {"live_version": version, "is_retired": body is None}
        connection.execute(update(definitions).where(_is(kind, key)).values(now))
        published.append((kind, key, version))
    return Publication(change_id, at, by, note, stamp, tuple(published))


def make_known(connection: Connection, names: Iterable[Name]) -> None:
    """Let the definitions have rows, so that drafts and versions can be written; whoever else does so too."""
    rows = [{"kind": kind, "key": key} for kind, key in sorted(set(names))]
    if rows:
        insert_or_leave = _insert(connection)(definitions).on_conflict_do_nothing()
        connection.execute(insert_or_leave, rows)


def hold(connection: Connection, names: Iterable[Name]) -> None:
    """Nobody else drafts or publishes these definitions until the end of this transaction.

    Rows are taken in one order, so that two who want the same do not wait for each other for ever.
    """
    wanted = sorted(set(names))
    make_known(connection, wanted)
    for kind, key in wanted:
        connection.execute(select(definitions.c.kind).where(_is(kind, key)).with_for_update())


def _next_version(connection: Connection, kind: str, key: str) -> int:
    newest = select(func.max(versions_table.c.version)).where(_version_is(kind, key))
    return (connection.execute(newest).scalar() or 0) + 1


def _insert_stamp(connection: Connection) -> Any:
    """The one row of the stamp; two hosts that start at the same moment both succeed."""
    return _insert(connection)(stamps).values(id=1, stamp=0).on_conflict_do_nothing()


def _insert(connection: Connection) -> Any:
    """The database's own INSERT, which can leave alone what is there."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def _is(kind: str, key: str) -> Any:
    return and_(definitions.c.kind == kind, definitions.c.key == key)


def _version_is(kind: str, key: str) -> Any:
    return and_(versions_table.c.kind == kind, versions_table.c.key == key)


def _is_live() -> Any:
    return and_(
        versions_table.c.kind == definitions.c.kind,
        versions_table.c.key == definitions.c.key,
        versions_table.c.version == definitions.c.live_version,
    )


def _version(row: RowMapping) -> Version:
    body = json.loads(row["body"]) if row["body"] is not None else None
    return Version(
        row["version"], body, row["published_at"], row["published_by"], row["note"], row["change_id"]
    )
