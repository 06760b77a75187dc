"""`init` and `sample`: from an empty folder to something to look at, and the sample gone again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from builder.access import users
from builder.access.policy import ADMIN
from builder.commands import asked, opening
from builder.commands.asked import json_option
from builder.commands.people import first_line
from builder.events import Cause
from builder.publishing.publish import publish
from builder.upkeep import backup, schema
from builder.upkeep import sample as samples
from builder.work import House
from schema_store import packages

PASSWORD_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command()
@click.option(
    "--app",
    "name",
    metavar="NAME|PATH",
    help="An application that comes with Tessera, or a folder of definitions.",
)
@click.option("--admin-email", metavar="E", help="The address of the first admin.")
@click.option("--admin-password-file", type=PASSWORD_FILE, help="Its first line is the password; - is stdin.")
@json_option
def init(name: str | None, admin_email: str | None, admin_password_file: Path | None, as_json: bool) -> None:
    """Set up the database, an application and the admin; what is there already is left alone."""
    if (admin_email is None) is not (admin_password_file is None):
        raise click.UsageError("--admin-email and --admin-password-file belong together.")
    password = first_line(admin_password_file) if admin_password_file else None
    with opening.house(ready=False) as house:
        document = set_up(house, name, admin_email, password)
    asked.answer(document, as_json=as_json, people=lambda: _lines(document))


def set_up(house: House, app: str | None, admin_email: str | None, password: str | None) -> dict[str, Any]:
    """What was done: `{"database", "app", "published", "admin"}`. Doing it twice changes nothing."""
    done = {
        "database": _database(house),
        "app": app,
        "published": install(house, app) if app else 0,
        "admin": "none",
    }
    if admin_email is not None and password is not None:
        done["admin"] = "made" if add_admin(house, admin_email, password) else "was there"
    return done


def _database(house: House) -> str:
    found = schema.state(house.database)
    if found == "older":
        folder = house.settings.data / "backups"
        folder.mkdir(parents=True, exist_ok=True)
        backup.write(house, folder / f"before-upgrade-{house.clock.now():%Y%m%d-%H%M%S}.zip")
    schema.upgrade(house.database)
    return {"empty": "made", "older": "brought up to date"}.get(found, "was there")


def install(house: House, app: str) -> int:
    """Publish an application unless any of its definitions is live: what people made of it since is theirs."""
    documents = packages.read(packages.find(app))
    with house.reading() as work:
        if any(name in work.catalog.bodies for name in documents):
            return 0
    done = publish(house, documents, cause=Cause("command"), note=f"Installed {Path(app).name}")
    return len(done.published) if done else 0


def add_admin(house: House, email: str, password: str) -> bool:
    """False where that user is there already; they are left as they are."""
    with house.database.writing() as connection:
        if users.of_email(connection, email):
            return False
        users.create(connection, email=email, password=password, roles=[ADMIN], at=house.clock.now())
        return True


def _lines(done: dict[str, Any]) -> list[str]:
    said = [
        f"The database {done['database']}."
        if done["database"] == "was there"
        else f"The database was {done['database']}."
    ]
    if done["app"]:
        published = done["published"]
        said.append(
            f"Installed {done['app']}: {published} definitions."
            if published
            else f"{done['app']} is installed already; to bring it up to date: tessera app publish {done['app']}"
        )
    if done["admin"] != "none":
        said.append(f"The admin {done['admin']}." if done["admin"] == "was there" else "The admin was made.")
    return said


@click.group()
def sample() -> None:
    """Sample data of the applications that come with Tessera: invented records, removed as easily."""


APP = click.argument("app", required=False)


@sample.command("add")
@APP
@click.option(
    "--size",
    "--members",
    type=click.IntRange(1, 900),
    help="How many of the main records (members), where the sample can be scaled.",
)
@json_option
def sample_add(app: str | None, size: int | None, as_json: bool) -> None:
    """Write the sample data of APP, once; without APP that of every installed application."""
    with opening.house() as house:
        wanted = [app] if app else _installed(house)
        missing = [name for name in wanted if not _has_sample(house, name)]
        if wanted and not missing:
            raise click.UsageError(
                f"The sample data is there already. To remove it: tessera sample remove {app or ''}".rstrip()
            )
        if not wanted:
            known = ", ".join(samples.known())
            raise click.UsageError(f"No application with sample data is installed. There is: {known}.")
        added = {name: samples.add(house, name, size=size) for name in missing}
    document = {"run": next(iter(added.values())), "runs": added}
    said = [f"Wrote the sample data of {name}. To remove it: tessera sample remove {name}" for name in added]
    asked.answer(document, as_json=as_json, people=lambda: said)


def _installed(house: House) -> list[str]:
    with house.reading() as work:
        return [name for name in samples.known() if ("app", name) in work.catalog.bodies]


def _has_sample(house: House, app: str) -> bool:
    with house.database.reading() as connection:
        return samples.is_there(connection, app)


@sample.command("remove")
@APP
@json_option
def sample_remove(app: str | None, as_json: bool) -> None:
    """Remove the sample data of APP (all of it without APP), changed since or not; what your own records need stays."""
    with opening.house() as house:
        found = [samples.remove(house, name) for name in ([app] if app else reversed(samples.known()))]
    done = [one for one in found if one is not None]
    removed, kept = sum(one.removed for one in done), sum(one.kept for one in done)
    stay = f" {kept} stay: your own records need them." if kept else ""
    said = f"Removed {removed} records.{stay}" if done else "There is no sample data."
    asked.answer({"removed": removed, "kept": kept}, as_json=as_json, people=lambda: [said])
