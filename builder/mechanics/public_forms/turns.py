"""A visitor's turn: each page counts once, so many an hour, so many in all; counted in the writing transaction.

Every answer first takes the form's own counter row, which the database holds for it until the commit. What is
counted after that is right however many processes take answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from builder.mechanics.public_forms.tables import answers, counters
from builder.mechanics.public_forms.tickets import OLD
from builder.work import House, Work

HOUR = timedelta(hours=1)
HOURLY = 20
"""Answers of one visitor in an hour where a form does not say: a whole shop may be one visitor."""


@dataclass(frozen=True)
class Turn:
    """One answer on its way: the page's nonce, whose it is, and what it says (`digest`)."""

    nonce: str
    visitor: str
    digest: str


@dataclass(frozen=True)
class Count:
    """Answers that a form has taken; `known` of them came from people who had a record already."""

    answers: int = 0
    known: int = 0


class Sent(Exception):
    """This page was sent already. `is_same`: with the same words, as a second press of the button does."""

    def __init__(self, *, is_same: bool):
        self.is_same = is_same
        super().__init__("This page was sent already.")


class TooOften(Exception):
    """The visitor sent as many answers as one may in an hour."""


class Full(Exception):
    """The form has as many answers as it takes."""


def counted(connection: Connection, form: str) -> Count:
    """How many answers the form has taken."""
    row = connection.execute(
        select(counters.c.answers, counters.c.known).where(counters.c.form == form)
    ).first()
    return Count(row.answers, row.known) if row else Count()


def take(work: Work, form: Mapping[str, Any], turn: Turn) -> None:
    """Count this answer. Raises Sent, TooOften or Full; the transaction must then be given up."""
    limit, key = form.get("limit", {}), form["key"]
    number = _count(work, key)
    earlier = work.connection.execute(
        select(answers.c.digest).where(answers.c.nonce == turn.nonce, answers.c.form == key)
    ).scalar()
    if earlier is not None:
        raise Sent(is_same=earlier == turn.digest)
    if number > limit.get("total", number):
        raise Full
    if _lately(work, key, turn.visitor) >= limit.get("hourly", HOURLY):
        raise TooOften
    row = {"nonce": turn.nonce, "form": key, "visitor": turn.visitor, "digest": turn.digest, "at": work.now}
    work.connection.execute(insert(answers).values(row))


def forget(house: House) -> int:
    """Take away what is kept of answers whose pages cannot be sent any more; how many. A tick's job."""
    is_old = answers.c.at <= house.clock.now() - OLD
    with house.database.reading() as connection:
        if connection.execute(select(answers.c.nonce).where(is_old).limit(1)).first() is None:
            return 0
    with house.database.writing() as connection:
        return connection.execute(delete(answers).where(is_old)).rowcount


def note_known(work: Work, form: str) -> None:
    """This answer came from somebody who had a record already."""
    mine = counters.c.form == form
    work.connection.execute(update(counters).where(mine).values(known=counters.c.known + 1))


def _count(work: Work, form: str) -> int:
    """One more; how many with this one. Others wait here until we are done."""
    new = (sqlite if work.house.database.is_sqlite else postgresql).insert(counters)
    statement = new.values(form=form, answers=1, known=0).on_conflict_do_update(
        index_elements=["form"], set_={"answers": counters.c.answers + 1}
    )
    return work.connection.execute(statement.returning(counters.c.answers)).scalar_one()


def _lately(work: Work, form: str, visitor: str) -> int:
    mine = (answers.c.form == form, answers.c.visitor == visitor, answers.c.at > work.now - HOUR)
    return work.connection.execute(select(func.count()).select_from(answers).where(*mine)).scalar_one()
