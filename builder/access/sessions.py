"""Sessions: a row for each signed-in browser. The cookie only names it; the row decides at every request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from builder.access import secret
from builder.access.tables import sessions, users
from builder.access.users import COLUMNS, User, of_row
from schema_store.store import stamps

LASTS = timedelta(days=7)
"""Nobody stays signed in for longer, however busy."""
IDLE = timedelta(hours=24)
"""A session that was not used for this long is over."""
SEEN_EVERY = timedelta(minutes=10)
"""`seen_at` is written at most this often: reading a page should not cost a write."""


@dataclass(frozen=True)
class SignedIn:
    """Who is at the other end, and the stamp of the catalog at that moment."""

    user: User
    session: str
    """The hash that names the row."""
    seen_at: datetime
    stamp: int


def open_for(connection: Connection, user_id: int, *, epoch: int, at: datetime) -> str:
    """The secret of a new session: it goes into the cookie and nowhere else.

    `epoch` is the user's at the time of their proof: a password changed in between ends the session at once.
    """
    sid = secret.fresh()
    row = {"hash": secret.digest(sid), "user_id": user_id, "epoch": epoch}
    connection.execute(
        insert(sessions).values(row | {"created_at": at, "seen_at": at, "expires_at": at + LASTS})
    )
    return sid


_THE_STAMP = select(stamps.c.stamp).scalar_subquery().label("stamp")
_FOUND = (  # built once: every request asks it
    select(sessions.c.hash, sessions.c.seen_at, _THE_STAMP, *COLUMNS)
    .join_from(sessions, users, (users.c.id == sessions.c.user_id) & (users.c.epoch == sessions.c.epoch))
    .where(sessions.c.hash == bindparam("asked"), users.c.is_active)
    .where(sessions.c.expires_at > bindparam("now"), sessions.c.seen_at > bindparam("idle_since"))
)


def find(connection: Connection, sid: str, *, at: datetime) -> SignedIn | None:
    """Session, user, roles and stamp in one statement; None when it is over or its user suspended."""
    given = {"asked": secret.digest(sid), "now": at, "idle_since": at - IDLE}
    row = connection.execute(_FOUND, given).mappings().first()
    return SignedIn(of_row(row), row["hash"], row["seen_at"], row["stamp"] or 0) if row else None


def is_stale(signed_in: SignedIn, *, at: datetime) -> bool:
    """True when `touch` is due."""
    return at - signed_in.seen_at >= SEEN_EVERY


def touch(connection: Connection, session: str, *, at: datetime) -> None:
    """Note that the session named by its hash is in use."""
    connection.execute(update(sessions).where(sessions.c.hash == session).values(seen_at=at))


def close(connection: Connection, sid: str) -> None:
    """Sign out: the row goes, and with it the cookie's worth."""
    connection.execute(delete(sessions).where(sessions.c.hash == secret.digest(sid)))


def close_all(connection: Connection, user_id: int) -> None:
    """Sign the user out everywhere."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def sweep(connection: Connection, *, at: datetime) -> int:
    """Remove what is over; how many rows went."""
    over = (sessions.c.expires_at <= at) | (sessions.c.seen_at <= at - IDLE)
    return connection.execute(delete(sessions).where(over)).rowcount
