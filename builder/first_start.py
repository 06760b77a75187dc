"""`make run`: on the first start an application with sample data and an admin; then, as on every start, serve."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click

from builder.access import users
from builder.commands import errors, opening
from builder.commands.setting_up import add_admin, install
from builder.upkeep import sample, schema
from builder.work import House

APP = "membership"
ADMIN_EMAIL = "admin@example.com"


def main() -> int:
    """Set up what is missing, then become `tessera serve` (which is smaller than this process)."""
    with errors.told(as_json=False) as outcome:
        with opening.house(ready=False) as house:
            _set_up(house)
        _serve(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")
    return outcome.code


def _set_up(house: House) -> None:
    """The admin comes last: a first start that was interrupted is a first start again."""
    schema.upgrade(house.database)
    with house.database.reading() as connection:
        if users.everyone(connection):
            _say_where(house)
            return
    click.echo(f"First start: making a workspace with the application “{APP}” and sample data …")
    install(house, APP)
    sample.add(house, APP)
    password = _write_password(house)
    add_admin(house, ADMIN_EMAIL, password)
    _say_where(house)


def _write_password(house: House) -> str:
    password = secrets.token_urlsafe(12)
    path = _password_file(house)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{password}\n")
    return password


def _password_file(house: House) -> Path:
    return house.settings.data / "admin-password.txt"


def _say_where(house: House) -> None:
    path = _password_file(house)
    if path.exists():
        click.echo(f"Sign in as {ADMIN_EMAIL}; the password is in {_short(path)}")


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _serve(host: str, port: str) -> None:
    sys.stdout.flush()
    os.execv(
        sys.executable, [sys.executable, "-m", "builder.commands", "serve", "--host", host, "--port", port]
    )


if __name__ == "__main__":
    sys.exit(main())
