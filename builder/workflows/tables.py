"""The tables of workflows: what was done for which record and why, slots, notices, messages to send."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from builder.database import Id, Key, Moment, PlainText, metadata

ITEM_DONE, ITEM_FAILED = "done", "failed"

run_items = Table(
    "run_item",
    metadata,
    Column("workflow", Key, primary_key=True),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Column("episode", PlainText, primary_key=True),
    Column("run_id", BigInteger, nullable=False),
    Column("state", Key, nullable=False),
    Column("trouble", Text),
    sqlite_with_rowid=False,
)
"""A workflow touches a record once per episode: this key, not any code, sees to it."""
_is_failed = run_items.c.state == ITEM_FAILED
Index("ix_run_item_failed", run_items.c.run_id, sqlite_where=_is_failed, postgresql_where=_is_failed)

FIRED, SKIPPED, START = "fired", "skipped", "start"

slots = Table(
    "slot",
    metadata,
    Column("workflow", Key, primary_key=True),
    Column("due_at", Moment, primary_key=True),
    Column(
        "state", Key, nullable=False
    ),  # fired | skipped (a later one caught up) | start (watched from here)
    Column("run_id", BigInteger),
    Column("claimed_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
"""Whoever inserts a slot's row fires it; the key lets one of all processes do so."""

notices = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, unique=True),  # of the delivery that brought it; None where a run wrote it itself
    Column("user_id", BigInteger),
    Column("role", Key),
    Column("text", JSON, nullable=False),  # {"en": …, "zh": …}
    Column("link", Text),
    Column("at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("run_id", BigInteger),
)
_is_unread = notices.c.read_at.is_(None)
Index("ix_notice_user", notices.c.user_id, sqlite_where=_is_unread, postgresql_where=_is_unread)
Index("ix_notice_role", notices.c.role, sqlite_where=_is_unread, postgresql_where=_is_unread)
Index("ix_notice_run", notices.c.run_id)

WAITING, SENDING, SENT = "waiting", "sending", "sent"
FAILED, UNKNOWN, PARKED, CANCELLED = "failed", "unknown", "parked", "cancelled"

deliveries = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),
    Column("channel", Key, nullable=False),
    Column("state", Key, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("workflow", Key, nullable=False),
    Column("entity", Key, nullable=False),
    Column("record_id", BigInteger),
    Column("settings", JSON, nullable=False),
    Column("types", JSON, nullable=False),  # {name of a value: [rule type, scale]}
    Column("values", JSON().with_variant(JSONB, "postgresql"), nullable=False),  # {name: stored form}
    Column("decided_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),  # not tried before, by the product's clock
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Moment),  # by the database's clock
    Column("trouble", Text),
    Column("answer", JSON),
    Column("sent_at", Moment),
    UniqueConstraint("key"),
)
_is_open = deliveries.c.state.in_([WAITING, SENDING])
Index("ix_delivery_due", deliveries.c.next_at, sqlite_where=_is_open, postgresql_where=_is_open)
Index("ix_delivery_run", deliveries.c.run_id)
