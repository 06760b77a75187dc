"""One request's visit: who asks, what they may, and the catalog of that moment; found in one statement.

Nothing is loaded before somebody asks, so that a page which needs nobody does no I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Response, after_this_request, current_app, g, session
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from builder.access import sessions, tokens
from builder.access.policy import Policy
from builder.access.users import User
from builder.access.viewing import policy_as
from builder.catalog import Catalog
from builder.events import Cause
from builder.work import House, Work
from schema_store.problems import Problem, Problems, _

SID = "sid"
"""Where the cookie keeps the session's secret."""
VIEWING = "viewing"
"""Where the signed cookie keeps the roles through which somebody looks at the pages."""


@dataclass(frozen=True)
class Visit:
    """Who asks (`user` None: nobody who signed in) and what they may. `scopes` narrow a token, else None.

    `viewing`: the roles as which they look at the pages; nothing is written then.
    """

    user: User | None
    catalog: Catalog
    policy: Policy
    scopes: frozenset[str] | None = None
    viewing: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        """How history and audit name who asks."""
        return self.user.actor if self.user else "public"


def workspace() -> House:
    """What lives as long as the process."""
    return current_app.extensions["tessera"]


def house() -> House:
    """The house of this request: the workspace's, or the trial copy that somebody works in."""
    return g.get("trial") or workspace()


def visit() -> Visit:
    """The visit of this request. By session, unless the API's guard has found a token's."""
    if "visit" not in g:
        g.visit = _by_session()
    return g.visit


def visit_by_token(text: str) -> Visit | None:
    """The visit of the bearer of `text`, from now on this request's; None for an unknown token."""
    now = house().clock.now()
    found = tokens.find(_connection(), text, at=now)
    if found is None:
        return None
    catalog = house().catalogs.current(_connection(), found.stamp)
    policy = Policy.of_user(catalog, found.user, found.scopes)
    g.visit = Visit(found.user, catalog, policy, found.scopes)
    if tokens.is_stale(found, at=now):
        _after_the_answer(lambda connection: tokens.touch(connection, found.token_id, at=now))
    return g.visit


def known_visit() -> Visit | None:
    """The visit if it was loaded already: for answers that must not fail again, such as error pages."""
    return g.get("visit")


@contextmanager
def reading(*, as_of: datetime | None = None) -> Iterator[Work]:
    """Reading work on this request's one connection: all that a page reads is of one moment."""
    catalog = visit().catalog
    now = house().clock.now()
    try:
        yield Work(house(), _connection(), catalog, now, as_of or now, Cause("read"))
    except BaseException:
        let_go()
        raise


@contextmanager
def writing(kind: str = "form", *, run: int | None = None, reason: str = "") -> Iterator[Work]:
    """Writing work by who asks; committed at the end of the block. Ask `policy_in(work)` for their rights.

    Raises OnlyViewing where they look through the eyes of a role.
    """
    refuse_while_viewing()
    cause = Cause(kind, actor=visit().actor, run=run, reason=reason)
    let_go()
    with house().writing(cause) as work:
        yield work


def policy_in(work: Work) -> Policy:
    """What the visitor may in `work`: a publish may have come between their page and their write."""
    asking = visit()
    if asking.user is None:
        return asking.policy
    viewed = policy_as(work.catalog, asking.user, asking.viewing) if asking.viewing else None
    return viewed or Policy.of_user(work.catalog, asking.user, asking.scopes)


class OnlyViewing(Problems):
    """Somebody who looks at the pages as a role would wanted to write."""


def refuse_while_viewing() -> None:
    """Raises OnlyViewing where this request's visit only looks; one that nobody asked about yet does not matter.

    In a trial copy nothing is real: there the role may do what it may.
    """
    known = known_visit()
    if known is not None and known.viewing and house() is workspace():
        hint = _("End the view in the bar on top, then do it as yourself.")
        raise OnlyViewing(
            Problem("viewing.write", _("You only look as this role: nothing was written."), hint=hint)
        )


def let_go(_error: BaseException | None = None) -> None:
    """Give the reading connection back; what is read later in this request is of a later moment."""
    held = g.pop("reading", None)
    if held is not None:
        held[0].close()


def forget_visit() -> None:
    """Ask again who is there: they signed in or out, or something was published."""
    g.pop("visit", None)
    let_go()


def _by_session() -> Visit:
    sid = session.get(SID)
    now = house().clock.now()
    with _sessions() as (connection, is_own):
        found = sessions.find(connection, sid, at=now) if isinstance(sid, str) else None
    stamp = found.stamp if found and is_own else None
    catalog = house().catalogs.current(_connection(), stamp)
    if found is None:
        return Visit(None, catalog, Policy.nobody())
    if sessions.is_stale(found, at=now):
        _after_the_answer(lambda connection: sessions.touch(connection, found.session, at=now))
    viewing = tuple(session.get(VIEWING, ()))
    policy = policy_as(catalog, found.user, viewing) if viewing else None
    if policy is not None:
        return Visit(found.user, catalog, policy, viewing=policy.roles)
    return Visit(found.user, catalog, Policy.of_user(catalog, found.user))


@contextmanager
def _sessions() -> Iterator[tuple[Connection, bool]]:
    """A connection to where sessions are kept, and whether it is the request's own: a trial copy has none."""
    if house() is workspace():
        yield _connection(), True
        return
    with workspace().database.reading() as connection:
        yield connection, False


def _connection() -> Connection:
    if "reading" not in g:
        stack = ExitStack()
        g.reading = (stack, stack.enter_context(house().database.reading()))
    return g.reading[1]


def _after_the_answer(write: Callable[[Connection], None]) -> None:
    """Do a small write when the reader has their page; whether it works is not their trouble."""
    database = workspace().database

    def do() -> None:
        try:
            with database.writing() as connection:
                write(connection)
        except SQLAlchemyError as error:
            structlog.get_logger().warning("visit.not_noted", error=type(error).__name__)

    @after_this_request
    def when_sent(response: Response) -> Response:
        response.call_on_close(do)
        return response
