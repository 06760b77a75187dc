"""What visitors send, and what the shop then has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import select

from builder.events import Cause
from builder.mechanics.public_forms import answering
from builder.mechanics.public_forms.answering import Answer, Kept
from builder.mechanics.public_forms.turns import Turn
from builder.publishing.publish import publish
from builder.records import history, tables
from builder.work import House
from tests import make

KEY = "member_signup"
MEI = {"name": "Li Mei", "phone": "+8613800138000", "birthday": date(1990, 5, 1)}


def opened(bodies: dict[tuple[str, str], Any], **more: Any) -> None:
    """The sign-up form switched on, with parts of it changed."""
    bodies["public_form", KEY] = {**bodies["public_form", KEY], "enabled": True, **more}


def change(shop: House, **more: Any) -> None:
    """Publish the open form with these parts changed; None takes a part away."""
    with shop.reading() as work:
        body = {**work.catalog.of_kind("public_form")[KEY], **more}
    left = {key: one for key, one in body.items() if one is not None}
    publish(shop, {("public_form", KEY): left}, cause=Cause("command"))


def turn(visitor: str = "somebody", nonce: str = "", digest: str = "d") -> Turn:
    return Turn(nonce or token_hex(8), visitor, digest)


def send(
    shop: House,
    values: Mapping[str, Any] = MEI,
    *,
    by: Turn | None = None,
    draw: Any = answering.drawn,
    **more: Any,
) -> Kept:
    """A visitor's answer, agreed to, in one transaction."""
    answer = Answer(values, **{"language": "en", "has_agreed": True, **more})
    with shop.writing(Cause("public_form", actor="public", reason=KEY)) as work:
        return answering.take(work, work.catalog.of_kind("public_form")[KEY], answer, by or turn(), draw)


def members(shop: House) -> list[dict[str, Any]]:
    """All members' stored values, oldest first."""
    with shop.reading() as work:
        table = tables.of(work.catalog).table("member")
        ids = list(work.connection.execute(select(table.c.id).order_by(table.c.id)).scalars())
    return [dict(make.read(shop, "member", one).values) for one in ids]


def story(shop: House, record_id: int) -> list[history.Entry]:
    with shop.reading() as work:
        return history.of(work, "member", record_id, make.OPERATOR)


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=make.SHANGHAI)
