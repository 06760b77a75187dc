"""Signing in with a password: same words and same time for a wrong password and for nobody's address.

A try is counted before the password is looked at, so that tries side by side count as well. Too many failed
ones of an account (whether it exists or not) or from a peer refuse every further one for a while.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from builder import audit
from builder.access import passwords, sessions
from builder.access.tables import tries, users
from builder.access.users import folded
from builder.clock import Clock
from builder.database import Database
from schema_store.problems import Problem, Problems, _

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
TRIES_PER_PEER = 100
"""Higher than for an account: a whole shop, or everybody behind a proxy, may be one peer."""


def sign_in(database: Database, clock: Clock, *, email: str, password: str, peer: str) -> tuple[int, str]:
    """The user's id and the secret of their new session. `peer`: the address that the connection came from.

    Raises Problems (`sign_in.wrong`, `sign_in.locked`).
    """
    account = account_of(email)
    with database.writing() as connection:
        is_open = _count(connection, account, peer, at=clock.now())
    if not is_open:
        raise Problems(Problem("sign_in.locked", _LOCKED, {"minutes": int(WINDOW.total_seconds() // 60)}))
    with database.reading() as connection:
        known = connection.execute(_BY_EMAIL.where(users.c.email == folded(email))).first()
    if not passwords.matches(known.password_hash if known else None, password) or known is None:
        raise Problems(Problem("sign_in.wrong", _WRONG))
    renewed = passwords.hashed(password) if passwords.is_outdated(known.password_hash) else None
    with database.writing() as connection:
        _forget_tries(connection, account, known.id, renewed, at=clock.now())
        return known.id, sessions.open_for(connection, known.id, epoch=known.epoch, at=clock.now())


def account_of(email: str) -> str:
    """How a typed address is named among the tries: no table of what people mistyped."""
    return hashlib.sha256(folded(email).encode("utf-8", "surrogatepass")).hexdigest()


def sweep(connection: Connection, *, at: datetime) -> int:
    """Forget tries that no longer count; how many rows went."""
    return connection.execute(delete(tries).where(tries.c.at <= at - WINDOW)).rowcount


_WRONG = _("The e-mail address or the password is not right.")
_LOCKED = _("There were too many tries. Wait {minutes} minutes, then try again.")
_BY_EMAIL = select(users.c.id, users.c.password_hash, users.c.epoch).where(users.c.is_active)


def _count(connection: Connection, account: str, peer: str, *, at: datetime) -> bool:
    """Note one more try; False, and not noted, where there were too many."""
    sweep(connection, at=at)
    if _so_far(connection, tries.c.account == account) >= TRIES_PER_ACCOUNT:
        return False
    if _so_far(connection, tries.c.peer == peer[:64]) >= TRIES_PER_PEER:
        return False
    connection.execute(insert(tries).values(account=account, peer=peer[:64], at=at))
    return True


def _so_far(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(tries).where(which)).scalar_one()


def _forget_tries(
    connection: Connection, account: str, user_id: int, renewed: str | None, *, at: datetime
) -> None:
    connection.execute(delete(tries).where(tries.c.account == account))
    if renewed:
        connection.execute(update(users).where(users.c.id == user_id).values(password_hash=renewed))
    sessions.sweep(connection, at=at)
    audit.note(connection, at=at, actor=f"user:{user_id}", action="sign_in", subject=f"user:{user_id}")
