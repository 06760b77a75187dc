"""Users and tokens: who may come in, with which roles; a token is shown once."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _

from builder.access import tokens, users
from builder.access.policy import ADMIN, SCOPES
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from schema_store.problems import Problem, Problems, Refused
from schema_store.problems import _ as template


@web.needs("signed_in", "may:users")
def overview() -> Response:
    """`/studio/people`."""
    return _show(reader())


@web.needs("signed_in", "may:users")
def add() -> Response:
    """A new user with a password of our own making, shown this once."""
    here = reader()
    email, roles = request.form.get("email", ""), request.form.getlist("roles")
    password = secrets.token_urlsafe(12)
    try:
        with web.writing("form") as work:
            policy = web.policy_in(work)
            if not users.may_grant(policy, roles):
                raise Refused("users")
            if users.unknown_roles(work.catalog, roles):
                raise Problems(Problem("user.role", template("One of these roles does not exist.")))
            made = users.create(
                work.connection,
                email=email,
                name=request.form.get("name", ""),
                password=password,
                roles=roles,
                by=work.cause.actor,
                at=work.now,
            )
    except Problems as problems:
        return _show(here, problems=[here.said(one) for one in problems.problems], status=422)
    return _show(here, secret=(_("Password of %(who)s, shown this once", who=made.email), password))


@web.needs("signed_in", "may:users")
def switch(user_id: int) -> Response:
    """Suspend a user, or let them in again."""
    here = reader()
    if here.user and here.user.id == user_id:
        return _show(here, problems=[_("You cannot suspend yourself.")], status=422)
    with web.writing("form") as work:
        person = users.of_id(work.connection, user_id)
        if person and not users.may_grant(web.policy_in(work), person.roles):
            raise Refused("users")
        act = users.restore if request.form.get("active") == "1" else users.suspend
        act(work.connection, user_id, by=work.cause.actor, at=work.now)
    flash(_("Saved."), "good")
    return elsewhere("/studio/people")


@web.needs("signed_in", "may:users")
def add_token() -> Response:
    """A new token of the person who asks, shown this once."""
    here = reader()
    scopes = [scope for scope in request.form.getlist("scopes") if scope in SCOPES]
    try:
        with web.writing("form") as work:
            user = web.visit().user
            if user is None:
                raise Refused("users")
            _token, text = tokens.create(
                work.connection,
                user.id,
                scopes,
                name=request.form.get("name", ""),
                by=work.cause.actor,
                at=work.now,
            )
    except Problems as problems:
        return _show(here, problems=[here.said(one) for one in problems.problems], status=422)
    return _show(here, secret=(_("Your new token, shown this once"), text))


def _show(
    here: Reader,
    *,
    problems: list[str] | None = None,
    secret: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    with web.reading() as work:
        people = [_person(here, one) for one in users.everyone(work.connection)]
    roles = [(key, here.label(body.get("label"), key)) for key, body in here.catalog.of_kind("role").items()]
    return answer(
        "studio/people.html",
        status=status,
        people=people,
        roles=[*roles, (ADMIN, _("Administrator"))],
        scopes=SCOPES,
        problems=problems or [],
        secret=secret,
        form=request.form,
    )


def _person(here: Reader, one: users.User) -> dict[str, Any]:
    known = here.catalog.of_kind("role")
    labels = [
        _("Administrator") if role == ADMIN else here.label(known.get(role, {}).get("label"), role)
        for role in one.roles
    ]
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "roles": labels,
        "is_active": one.is_active,
        "is_self": here.user is not None and here.user.id == one.id,
    }
