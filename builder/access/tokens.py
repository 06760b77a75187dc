"""API tokens: shown once, kept hashed, narrowed to scopes, perhaps expiring; they act as their user."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from builder import audit
from builder.access import secret
from builder.access.policy import SCOPES
from builder.access.tables import tokens, users
from builder.access.users import COLUMNS, User, of_row
from schema_store.problems import Problem, Problems, _
from schema_store.store import stamps

MARK = "tessera_"
"""How a token begins, so that scanners and people recognise one."""
SHOWN = len(MARK) + 6
USED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Token:
    """What may be shown of a token."""

    id: int
    prefix: str
    name: str
    user_id: int
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True)
class Bearer:
    """Who calls, with which scopes, and the stamp of the catalog at that moment."""

    user: User
    token_id: int
    scopes: frozenset[str]
    used_at: datetime | None
    stamp: int


def create(
    connection: Connection,
    user_id: int,
    scopes: Collection[str],
    *,
    name: str = "",
    expires_at: datetime | None = None,
    by: str = "operator",
    at: datetime,
) -> tuple[Token, str]:
    """A new token and its text, shown this once. Raises Problems (`token.scope`, `token.expired`)."""
    _check(scopes, expires_at, at)
    text = MARK + secret.fresh()
    row = {
        "hash": secret.digest(text),
        "prefix": text[:SHOWN],
        "name": name[:100],
        "user_id": user_id,
        "scopes": sorted(set(scopes)),
        "created_at": at,
        "expires_at": expires_at,
    }
    made = connection.execute(insert(tokens).values(row).returning(*_SHOWN_COLUMNS)).mappings().one()
    details = {"user": user_id, "scopes": row["scopes"]}
    audit.note(
        connection, at=at, actor=by, action="token_create", subject=f"token:{made['id']}", details=details
    )
    return Token(**{**made, "scopes": tuple(made["scopes"])}), text


_SHOWN_COLUMNS = [tokens.c[name] for name in Token.__dataclass_fields__]
_THE_STAMP = select(stamps.c.stamp).scalar_subquery().label("stamp")
_FOUND = (  # built once: every call asks it
    select(tokens.c.id.label("token_id"), tokens.c.scopes, tokens.c.used_at, _THE_STAMP, *COLUMNS)
    .join_from(tokens, users, users.c.id == tokens.c.user_id)
    .where(tokens.c.hash == bindparam("asked"), users.c.is_active)
    .where(or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > bindparam("now")))
)


def find(connection: Connection, text: str, *, at: datetime) -> Bearer | None:
    """Token, user, roles and stamp in one statement; None when it is unknown, over, or its user suspended."""
    row = connection.execute(_FOUND, {"asked": secret.digest(text), "now": at}).mappings().first()
    if row is None:
        return None
    return Bearer(of_row(row), row["token_id"], frozenset(row["scopes"]), row["used_at"], row["stamp"] or 0)


def is_stale(bearer: Bearer, *, at: datetime) -> bool:
    """True when `touch` is due."""
    return bearer.used_at is None or at - bearer.used_at >= USED_EVERY


def touch(connection: Connection, token_id: int, *, at: datetime) -> None:
    """Note that the token is in use."""
    connection.execute(update(tokens).where(tokens.c.id == token_id).values(used_at=at))


def of_user(connection: Connection, user_id: int) -> list[Token]:
    """The user's tokens, newest first."""
    asked = select(*_SHOWN_COLUMNS).where(tokens.c.user_id == user_id).order_by(tokens.c.id.desc())
    return [Token(**{**row, "scopes": tuple(row["scopes"])}) for row in connection.execute(asked).mappings()]


def revoke(connection: Connection, token_id: int, *, by: str, at: datetime) -> bool:
    """End a token at once; False where there is none."""
    if not connection.execute(delete(tokens).where(tokens.c.id == token_id)).rowcount:
        return False
    audit.note(connection, at=at, actor=by, action="token_revoke", subject=f"token:{token_id}")
    return True


def _check(scopes: Collection[str], expires_at: datetime | None, at: datetime) -> None:
    wrong = [scope for scope in scopes if not _is_scope(scope)]
    if wrong or not scopes:
        template = _(
            "“{scope}” is no scope: write read, write or admin, or read and write of one entity: read:member."
        )
        raise Problems(Problem("token.scope", template, {"scope": ", ".join(wrong)}, "/scopes"))
    if expires_at is not None and expires_at <= at:
        raise Problems(
            Problem("token.expired", _("This token would be over before it began."), pointer="/expires")
        )


def _is_scope(scope: str) -> bool:
    level, colon, entity = scope.partition(":")
    return level in SCOPES and (not colon or (level != "admin" and entity.isidentifier()))
