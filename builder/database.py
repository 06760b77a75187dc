"""Two doors to the database, `reading()` and `writing()`, on SQLite and PostgreSQL alike.

SQLite: WAL, synchronous=FULL, foreign keys on, explicit BEGIN, IMMEDIATE in `writing()`, so nothing ever
upgrades from reading to writing (that fails at once under load) and DDL is transactional.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import Dialect, Engine, make_url

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
"""The engine's own tables (events, runs, users …). Records' tables live in a MetaData of their own, the catalog's."""

Id = BigInteger().with_variant(Integer, "sqlite")
"""Integer primary keys: BIGINT; on SQLite INTEGER, which is the row's own id."""

PlainText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared by code point on both databases, whatever the server's locale."""

Key = String(64).with_variant(String(64, collation="C"), "postgresql")
"""A definition's key or another short name of ours."""

BUSY_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 10_000


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC: `timestamptz`; on SQLite text of fixed width, so order is text order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone reached the database")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """One database. `url` is an SQLAlchemy URL: `sqlite:///…` or `postgresql+psycopg://…`."""

    def __init__(self, url: str, *, pool_size: int = 8):
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url, pool_size) if self.is_sqlite else _postgresql(url, pool_size)
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in one read transaction: all it reads is of one moment (SQLite) or committed (PostgreSQL)."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in one write transaction: committed at the end of the block, rolled back by any exception."""
        if not self.is_sqlite:
            with self.engine.connect() as connection, connection.begin():
                yield connection
            return
        with (
            self._turn,
            self.engine.connect() as opened,
        ):  # our own threads queue here; other processes by busy_timeout
            connection = opened.execution_options(tessera_writing=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def _sqlite(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def set_up(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves, in `begin` below
        cursor = raw.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "cache_size=-65536",
            "temp_store=MEMORY",
            "recursive_triggers=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("tessera_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql(url: str, pool_size: int) -> Engine:
    options = f"-c timezone=UTC -c jit=off -c lock_timeout={LOCK_TIMEOUT_MS}"
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": options},
    )
