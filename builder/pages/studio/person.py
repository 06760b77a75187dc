"""One user: roles, a new password where theirs is forgotten, suspend and let in again."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.access import users
from builder.access.users import User
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio.people import roles_of
from builder.work import Work
from schema_store.problems import Problem, Problems, Refused
from schema_store.problems import _ as template


@web.needs("signed_in", "may:users")
def show(user_id: int) -> Response:
    """`/studio/people/<id>`."""
    return _show(reader(), user_id)


@web.needs("signed_in", "may:users")
def switch(user_id: int) -> Response:
    """Suspend a user, or let them in again."""
    with web.writing("form") as work:
        _changeable(work, user_id)
        act = users.restore if request.form.get("active") == "1" else users.suspend
        act(work.connection, user_id, by=work.cause.actor, at=work.now)
    flash(_("Saved."), "good")
    return elsewhere(f"/studio/people/{user_id}")


@web.needs("signed_in", "may:users")
def change(user_id: int) -> Response:
    """Other roles, which hold from the user's next request on."""
    roles = request.form.getlist("roles")
    with web.writing("form") as work:
        if users.unknown_roles(work.catalog, roles):
            raise Problems(Problem("user.role", template("One of these roles does not exist.")))
        _changeable(work, user_id, roles)
        users.change(work.connection, user_id, roles=roles, by=work.cause.actor, at=work.now)
    flash(_("Saved."), "good")
    return elsewhere(f"/studio/people/{user_id}")


@web.needs("signed_in", "may:users")
def renew(user_id: int) -> Response:
    """A new password of our own making, shown this once; the old one and every session of it are over."""
    password = secrets.token_urlsafe(12)
    with web.writing("form") as work:
        person = _changeable(work, user_id)
        users.set_password(work.connection, user_id, password, by=work.cause.actor, at=work.now)
    return _show(
        reader(), user_id, secret=(_("Password of %(who)s, shown this once", who=person.email), password)
    )


def _changeable(work: Work, user_id: int, roles: Collection[str] = ()) -> User:
    """The user, where who asks holds all of their roles, and of `roles`, too. Nobody changes themselves here."""
    person, asking = users.of_id(work.connection, user_id), web.visit().user
    if person is None:
        abort(404)
    if asking is not None and asking.id == user_id:
        raise Problems(
            Problem("user.self", template("You cannot suspend yourself or change your own roles."))
        )
    if not users.may_grant(web.policy_in(work), {*person.roles, *roles}):
        raise Refused("users")
    return person


def _show(here: Reader, user_id: int, *, secret: tuple[str, str] | None = None) -> Response:
    with web.reading() as work:
        person = users.of_id(work.connection, user_id)
    if person is None:
        abort(404)
    return answer(
        "studio/person.html",
        person=person,
        base=f"/studio/people/{user_id}",
        is_self=here.user is not None and here.user.id == user_id,
        roles=roles_of(here),
        secret=secret,
    )
