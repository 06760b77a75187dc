"""Answers kept by the key of their call, so that a repeated call has one effect and one answer.

The key is a unique row, written in the same transaction as the effect: of two calls side by side the second
waits, fails on the constraint, and is given the first one's answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from builder.access.tables import answers

KEPT_FOR = timedelta(hours=24)
MAX_KEY = 255


class Taken(Exception):
    """Another call with this key was first."""


@dataclass(frozen=True)
class Call:
    """One call: whose, under which key, and what it asks for (`request`, a digest)."""

    user_id: int
    key: str
    request: str


@dataclass(frozen=True)
class Reply:
    """What the first call was told. `status` None: it is still at work, or died at it."""

    request: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes


def call(user_id: int, key: str, *parts: str | bytes) -> Call:
    """The call of a user's `key` that asks for `parts` (method, path, body …)."""
    return Call(user_id, _digest(key), _digest(*parts))


def claim(connection: Connection, asked: Call, *, at: datetime) -> None:
    """Take the key for this call. Raises Taken where it is in use; the transaction must then be given up."""
    connection.execute(delete(answers).where(answers.c.at <= at - KEPT_FOR))
    row = {"user_id": asked.user_id, "key": asked.key, "request": asked.request, "at": at}
    try:
        connection.execute(insert(answers).values(row))
    except IntegrityError:
        raise Taken from None


def keep(connection: Connection, asked: Call, reply: Reply) -> None:
    """Keep what the call is told, for those who repeat it."""
    values = {"status": reply.status, "headers": dict(reply.headers), "body": reply.body}
    connection.execute(update(answers).where(_is(asked)).values(values))


def release(connection: Connection, asked: Call) -> None:
    """Give a claimed key back: the call had no effect and may be tried again."""
    connection.execute(delete(answers).where(_is(asked), answers.c.status.is_(None)))


def find(connection: Connection, asked: Call) -> Reply | None:
    """What was told under this key; None where it is free."""
    columns = (answers.c.request, answers.c.status, answers.c.headers, answers.c.body)
    row = connection.execute(select(*columns).where(_is(asked))).first()
    return Reply(row.request, row.status, row.headers or {}, bytes(row.body or b"")) if row else None


def _is(asked: Call) -> ColumnElement[bool]:
    return (answers.c.user_id == asked.user_id) & (answers.c.key == asked.key)


def _digest(*parts: str | bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(len(raw).to_bytes(8, "big") + raw)
    return found.hexdigest()
