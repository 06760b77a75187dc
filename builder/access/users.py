"""People who may sign in. Every function works in the caller's transaction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from builder import audit
from builder.access import passwords
from builder.access.policy import ADMIN, Policy
from builder.access.tables import sessions, tokens, users
from builder.catalog import Catalog
from schema_store.problems import Problem, Problems, _

MAX_EMAIL = 254
MAX_NAME = 100
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class User:
    """Somebody who may sign in. `roles`: keys of published roles, or "admin"; `language` None: not chosen.

    `preferences`: small choices about their own pages, such as `{"keys": "off"}`.
    """

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    language: str | None = None
    is_active: bool = True
    preferences: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def actor(self) -> str:
        """How history and audit name them."""
        return f"user:{self.id}"


COLUMNS = [
    *(users.c.id, users.c.email, users.c.name, users.c.roles),
    *(users.c.language, users.c.is_active, users.c.preferences),
]


def of_row(row: RowMapping) -> User:
    """The user of a row that has COLUMNS."""
    return User(
        row["id"],
        row["email"],
        row["name"],
        tuple(row["roles"]),
        row["language"],
        bool(row["is_active"]),
        row["preferences"] or {},
    )


def create(
    connection: Connection,
    *,
    email: str,
    name: str = "",
    password: str | None = None,
    roles: Collection[str] = (),
    language: str | None = None,
    by: str = "operator",
    at: datetime,
) -> User:
    """A new user; without a `password` they cannot sign in. Raises Problems (`user.email`, `user.taken`)."""
    row = {
        "email": normal_email(email),
        "name": _name(name or email.split("@", maxsplit=1)[0]),
        "password_hash": passwords.hashed(password) if password is not None else None,
        "roles": sorted(set(roles)),
        "language": language,
        "created_at": at,
    }
    if of_email(connection, row["email"]):
        raise _taken(row["email"])
    try:
        with connection.begin_nested():
            made = connection.execute(insert(users).values(row).returning(*COLUMNS)).mappings().one()
    except IntegrityError:
        raise _taken(row["email"]) from None
    audit.note(
        connection,
        at=at,
        actor=by,
        action="user_create",
        subject=f"user:{made['id']}",
        details={"roles": row["roles"]},
    )
    return of_row(made)


def of_id(connection: Connection, user_id: int) -> User | None:
    return _one(connection, users.c.id == user_id)


def of_email(connection: Connection, email: str) -> User | None:
    """The user of that address, written in whatever case."""
    return _one(connection, users.c.email == folded(email))


def everyone(connection: Connection) -> list[User]:
    """All users, the suspended too, by address."""
    rows = connection.execute(select(*COLUMNS).order_by(users.c.email)).mappings()
    return [of_row(row) for row in rows]


def holding(connection: Connection, role: str) -> list[User]:
    """The active users who hold `role`."""
    return [user for user in everyone(connection) if user.is_active and role in user.roles]


def change(
    connection: Connection,
    user_id: int,
    *,
    by: str,
    at: datetime,
    name: str | None = None,
    language: str | None = None,
    roles: Collection[str] | None = None,
) -> User:
    """The user with what is given (not None) changed; a `language` of "" takes the choice back."""
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = _name(name)
    if language is not None:
        values["language"] = language or None
    if roles is not None:
        values["roles"] = sorted(set(roles))
    _write(connection, user_id, values)
    audit.note(connection, at=at, actor=by, action="user_change", subject=f"user:{user_id}", details=values)
    return _must(connection, user_id)


def choose_language(connection: Connection, user_id: int, language: str) -> None:
    """Note the language that the user chose for themselves; too small a thing for the audit."""
    _write(connection, user_id, {"language": language})


def prefer(connection: Connection, user: User, name: str, value: str) -> None:
    """Note a choice of the user about their own pages; "" takes it back. Too small a thing for the audit."""
    kept = {key: one for key, one in user.preferences.items() if key != name}
    _write(connection, user.id, {"preferences": kept | ({name: value} if value else {})})


def set_password(connection: Connection, user_id: int, password: str, *, by: str, at: datetime) -> None:
    """A new password; every session of before is over. Raises Problems."""
    _write(connection, user_id, {"password_hash": passwords.hashed(password), "epoch": users.c.epoch + 1})
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
    audit.note(connection, at=at, actor=by, action="user_password", subject=f"user:{user_id}")


def suspend(connection: Connection, user_id: int, *, by: str, at: datetime) -> None:
    """Refuse them from the very next request on: sessions end, tokens are revoked."""
    _write(connection, user_id, {"is_active": False, "epoch": users.c.epoch + 1})
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
    connection.execute(delete(tokens).where(tokens.c.user_id == user_id))
    audit.note(connection, at=at, actor=by, action="user_suspend", subject=f"user:{user_id}")


def restore(connection: Connection, user_id: int, *, by: str, at: datetime) -> None:
    """Let a suspended user sign in again."""
    _write(connection, user_id, {"is_active": True})
    audit.note(connection, at=at, actor=by, action="user_restore", subject=f"user:{user_id}")


def unknown_roles(catalog: Catalog, roles: Iterable[str]) -> list[str]:
    """Those of `roles` that are neither published nor built in."""
    return [role for role in roles if role != ADMIN and role not in catalog.of_kind("role")]


def may_grant(policy: Policy, roles: Iterable[str]) -> bool:
    """True when the actor holds all of `roles` themselves: nobody gives away more than they have."""
    return policy.is_everything or (policy.may("users") and set(roles) <= set(policy.roles))


def normal_email(email: str) -> str:
    """The address as it is kept and compared. Raises Problems (`user.email`)."""
    address = folded(email)
    if len(address) > MAX_EMAIL or not _EMAIL.fullmatch(address) or not email.strip().isprintable():
        raise Problems(
            Problem("user.email", _("“{email}” is not an e-mail address."), {"email": email[:60]}, "/email")
        )
    return address


_EMAIL = re.compile(r"[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+")


def folded(email: str) -> str:
    """The address in the one way of writing it that is compared; anything goes in."""
    return _printable(unicodedata.normalize("NFKC", email)).strip().casefold()


def _printable(text: str) -> str:
    """Without control characters, half characters and the like: no database keeps them all."""
    return "".join(char for char in text if char.isprintable())


def _name(name: str) -> str:
    cleaned = _printable(" ".join(name.split()))[:MAX_NAME]
    if not cleaned:
        raise Problems(Problem("user.name", _("A user needs a name."), pointer="/name"))
    return cleaned


def _one(connection: Connection, condition: Any) -> User | None:
    row = connection.execute(select(*COLUMNS).where(condition)).mappings().first()
    return of_row(row) if row else None


def _must(connection: Connection, user_id: int) -> User:
    user = of_id(connection, user_id)
    if user is None:
        raise _absent(user_id)
    return user


def _write(connection: Connection, user_id: int, values: dict[str, Any]) -> None:
    if values and not connection.execute(update(users).where(users.c.id == user_id).values(values)).rowcount:
        raise _absent(user_id)


def _absent(user_id: int) -> Problems:
    return Problems(Problem("user.absent", _("There is no user {id}."), {"id": user_id}))


def _taken(email: str) -> Problems:
    return Problems(
        Problem(
            "user.taken", _("There is a user with the address {email} already."), {"email": email}, "/email"
        )
    )
