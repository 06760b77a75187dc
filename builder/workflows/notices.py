"""What people inside are told: one row for a person or a role, read or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from builder.work import Work
from builder.workflows.tables import notices


@dataclass(frozen=True)
class Notice:
    """One notice. `text` in both languages; `link` a page of the product, or None."""

    id: int
    text: Mapping[str, str]
    link: str | None
    at: datetime
    read_at: datetime | None
    run_id: int | None


def write(
    work: Work,
    text: Mapping[str, str],
    *,
    user: int | None = None,
    role: str | None = None,
    link: str | None = None,
    run_id: int | None = None,
) -> None:
    """Tell a user (by id) or everybody of a role, in the caller's transaction."""
    row = {"user_id": user, "role": role, "text": dict(text), "link": link, "at": work.now, "run_id": run_id}
    work.connection.execute(insert(notices).values(row))


def for_user(work: Work, user_id: int, roles: Collection[str], *, limit: int = 50) -> list[Notice]:
    """What the user or one of their roles was told, newest first, unread and read."""
    columns = [notices.c[name] for name in ("id", "text", "link", "at", "read_at", "run_id")]
    asked = select(*columns).where(_is_for(user_id, roles)).order_by(notices.c.id.desc()).limit(limit)
    return [Notice(**row._mapping) for row in work.connection.execute(asked)]


def unread(work: Work, user_id: int, roles: Collection[str]) -> int:
    """How many notices wait for the user."""
    mine = and_(_is_for(user_id, roles), notices.c.read_at.is_(None))
    return work.connection.execute(select(func.count()).select_from(notices).where(mine)).scalar_one()


def mark_read(work: Work, notice_id: int | None, user_id: int, roles: Collection[str]) -> None:
    """Mark one notice of the user as read, or all of them (None); a role's notice is read by whoever comes first."""
    mine = and_(_is_for(user_id, roles), notices.c.read_at.is_(None))
    if notice_id is not None:
        mine = and_(mine, notices.c.id == notice_id)
    work.connection.execute(update(notices).where(mine).values(read_at=work.now))


def _is_for(user_id: int, roles: Collection[str]) -> ColumnElement[bool]:
    return or_(notices.c.user_id == user_id, notices.c.role.in_(list(roles)))
