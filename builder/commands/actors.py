"""Whose rights hold for a command: the operator's, or with `--as` a user's."""

from __future__ import annotations

import click
from sqlalchemy import Connection

from builder.access import users
from builder.access.policy import Policy
from builder.access.users import User
from builder.events import Cause
from builder.work import House, Work

as_option = click.option(
    "--as", "as_user", metavar="USER", help="With the rights of this user (an e-mail address)."
)


def policy(work: Work, as_user: str | None) -> Policy:
    """The operator's policy, or that of the named user. Raises wrong use for an unknown one."""
    if as_user is None:
        return Policy.operator()
    return Policy.of_user(work.catalog, found(work.connection, as_user))


def cause(house: House, kind: str, as_user: str | None) -> Cause:
    """Who stands behind a write of this command."""
    if as_user is None:
        return Cause(kind)
    with house.reading() as work:
        return Cause(kind, actor=found(work.connection, as_user).actor)


def found(connection: Connection, name: str) -> User:
    """The user of that address (or `id:N`), active or wrong use."""
    user = (
        users.of_id(connection, int(name[3:]))
        if name.startswith("id:") and name[3:].isdecimal()
        else users.of_email(connection, name)
    )
    if user is None:
        raise click.UsageError(f"There is no user “{name}”. See: tessera user list")
    if not user.is_active:
        raise click.UsageError(f"The user “{name}” is disabled.")
    return user


def require(work: Work, as_user: str | None, right: str) -> None:
    """Raises Refused unless whoever the command is for holds this right of the workspace."""
    policy(work, as_user).require(right)
