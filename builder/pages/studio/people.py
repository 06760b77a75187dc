"""Users and tokens: who may come in, with which roles; a token is shown once."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.access import tokens, users
from builder.access.policy import ADMIN, SCOPES
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, joined, reader
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


@web.needs("signed_in", "may:users")
def revoke_token(token_id: int) -> Response:
    """End one of the tokens of the person who asks."""
    with web.writing("form") as work:
        user = web.visit().user
        if user is None or token_id not in {one.id for one in tokens.of_user(work.connection, user.id)}:
            abort(404)
        tokens.revoke(work.connection, token_id, by=work.cause.actor, at=work.now)
    flash(_("The token is revoked."), "good")
    return elsewhere("/studio/people")


def roles_of(here: Reader) -> list[tuple[str, str]]:
    """(key, label) of every role that can be given."""
    made = [(key, here.label(body.get("label"), key)) for key, body in here.catalog.of_kind("role").items()]
    return [*made, (ADMIN, _("Administrator"))]


def _show(
    here: Reader,
    *,
    problems: list[str] | None = None,
    secret: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    with web.reading() as work:
        people = [_person(here, one) for one in users.everyone(work.connection)]
        own = (
            [_token(here, one) for one in tokens.of_user(work.connection, here.user.id)] if here.user else []
        )
    return answer(
        "studio/people.html",
        status=status,
        people=people,
        roles=roles_of(here),
        tokens=own,
        scopes=SCOPES,
        problems=problems or [],
        secret=secret,
        form=request.form,
    )


def _token(here: Reader, one: tokens.Token) -> dict[str, Any]:
    scopes = {"read": _("read"), "write": _("read and write"), "admin": _("everything you may")}
    return {
        "id": one.id,
        "name": one.name or f"{one.prefix}…",
        "may": joined(scopes.get(scope, scope) for scope in one.scopes),
        "used": here.moment(one.used_at) if one.used_at else _("never"),
    }


def _person(here: Reader, one: users.User) -> dict[str, Any]:
    known = dict(roles_of(here))
    labels = [known.get(role, role) for role in one.roles]
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "roles": labels,
        "is_active": one.is_active,
        "is_self": here.user is not None and here.user.id == one.id,
    }
