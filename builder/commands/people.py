"""`user`, `token`, `role`: who may sign in, what programs may carry, which rights there are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from builder.access import tokens, users
from builder.access.policy import ADMIN
from builder.commands import actors, asked, opening
from builder.commands.asked import json_option
from builder.work import House
from schema_store.texts import pick


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="What others see; the address by default.")
@click.option(
    "--role", "roles", multiple=True, help="A role by its key, or admin; may be given several times."
)
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Its first line; - is stdin.",
)
@json_option
def user_add(
    email: str, name: str, roles: tuple[str, ...], password_file: Path | None, as_json: bool
) -> None:
    """Add a user. Without a password file, the password is asked for on a terminal."""
    with opening.house() as house:
        with house.reading() as work:
            for role in users.unknown_roles(work.catalog, roles):
                asked.known("role", role, [ADMIN, *work.catalog.of_kind("role")])
        password = _password(password_file)
        with house.database.writing() as connection:
            made = users.create(
                connection, email=email, name=name, password=password, roles=roles, at=house.clock.now()
            )
        asked.answer(
            {"id": made.id, "email": made.email, "roles": list(made.roles)},
            as_json=as_json,
            people=lambda: [f"Added {made.email}."],
        )


def _password(file: Path | None) -> str | None:
    if file is not None:
        return first_line(file)
    if not sys.stdin.isatty():
        return None
    return click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)


def first_line(file: Path) -> str:
    """What a password file says; wrong use when its first line is empty."""
    text = sys.stdin.readline() if str(file) == "-" else file.read_text("utf-8").split("\n", 1)[0]
    if not text.strip("\r\n"):
        raise click.UsageError(f"The first line of {file} is empty; it should be the password.")
    return text.strip("\r\n")


@user.command("list")
@json_option
def user_list(as_json: bool) -> None:
    """All users, the disabled too."""
    with opening.house() as house, house.database.reading() as connection:
        found = users.everyone(connection)
        documents = [
            {
                "id": one.id,
                "email": one.email,
                "name": one.name,
                "roles": list(one.roles),
                "is_active": one.is_active,
            }
            for one in found
        ]
        asked.answer({"users": documents}, as_json=as_json, people=lambda: _user_lines(found))


def _user_lines(found: list[users.User]) -> list[str]:
    rows = [[one.email, one.name, ", ".join(one.roles), "" if one.is_active else "disabled"] for one in found]
    return asked.table(rows, ["e-mail", "name", "roles", ""])


@user.command("disable")
@click.argument("email")
@json_option
def user_disable(email: str, as_json: bool) -> None:
    """Refuse a user from the next request on; their sessions and tokens end."""
    with opening.house() as house:
        with house.database.writing() as connection:
            one = actors.found(connection, email)
            _keep_an_admin(house, one)
            users.suspend(connection, one.id, by="operator", at=house.clock.now())
        asked.answer(
            {"id": one.id, "email": one.email, "is_active": False},
            as_json=as_json,
            people=lambda: [f"Disabled {one.email}."],
        )


def _keep_an_admin(house: House, leaving: users.User) -> None:
    with house.database.reading() as connection:
        if users.holding(connection, ADMIN) == [leaving]:
            raise click.UsageError(f"{leaving.email} is the only admin; add another one first.")


@click.group()
def token() -> None:
    """What programs carry to act as a user."""


@token.command("create")
@click.option("--user", "email", required=True, help="Whose rights it carries.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="read, write, admin, or read:ENTITY; may be given several times.",
)
@click.option("--name", default="", help="What it is for.")
@click.option("--expires", metavar="T", help="The date or time when it ends.")
@json_option
def token_create(email: str, scopes: tuple[str, ...], name: str, expires: str | None, as_json: bool) -> None:
    """Make a token; it is printed this once."""
    with opening.house() as house:
        until = asked.moment(house.clock, expires)
        with house.database.writing() as connection:
            one = actors.found(connection, email)
            made, text = tokens.create(
                connection, one.id, scopes, name=name, expires_at=until, at=house.clock.now()
            )
        document = {
            "id": made.id,
            "token": text,
            "user": one.email,
            "scopes": list(made.scopes),
            "expires_at": until.isoformat() if until else None,
        }
        asked.answer(document, as_json=as_json, people=lambda: [text])


@click.group()
def role() -> None:
    """Sets of rights; made in the studio."""


@role.command("list")
@json_option
def role_list(as_json: bool) -> None:
    """All roles, with who holds them."""
    with opening.house() as house, house.reading() as work:
        labels = {ADMIN: "Admin (all rights)"} | {
            key: pick(body.get("label"), "en", key) for key, body in work.catalog.of_kind("role").items()
        }
        roles = [
            {"key": key, "label": label, "users": [one.email for one in users.holding(work.connection, key)]}
            for key, label in labels.items()
        ]
        rows = [[one["key"], one["label"], ", ".join(one["users"])] for one in roles]
        asked.answer(
            {"roles": roles}, as_json=as_json, people=lambda: asked.table(rows, ["role", "label", "users"])
        )
