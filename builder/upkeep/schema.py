"""The product's own tables, brought up to date by Alembic migrations.

`upgrade` runs what is missing in one transaction. Whoever changes a table writes the next migration with
`python -m builder.commands.new_migration MESSAGE`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from builder.database import Database
from builder.upkeep import comparing
from schema_store.problems import Problem, Problems, _

FOLDER = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x7E55E7A
"""On PostgreSQL: one host migrates, the others wait and find everything done."""


def newest() -> str:
    """The revision that this version of the product needs."""
    return str(_scripts().get_current_head())


def revision(connection: Connection) -> str | None:
    """The revision the database is at; None when it was never set up."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(wanted: str) -> bool:
    """False for a revision of a newer version of the product."""
    return wanted in {script.revision for script in _scripts().walk_revisions()}


def state(database: Database) -> str:
    """ "empty" (never set up), "current", "older" (`upgrade` will do) or "newer" (this product is too old for it)."""
    with database.reading() as connection:
        found = revision(connection)
    if found is None:
        return "empty"
    if found == newest():
        return "current"
    return "older" if is_known(found) else "newer"


def require_current(database: Database) -> None:
    """Raises Problems that say what to do, unless the database is set up for this version."""
    found = state(database)
    if found == "empty":
        raise Problems(
            Problem("schema.empty", _("There is no Tessera database here yet."), hint=_("Run: tessera init"))
        )
    if found == "older":
        raise Problems(
            Problem(
                "schema.older",
                _("The database was made by an older version of Tessera."),
                hint=_("Back it up, then run: tessera init"),
            )
        )
    if found == "newer":
        raise Problems(_newer())


def upgrade(database: Database) -> bool:
    """Bring the own tables up to date; True when there was something to do. Raises Problems for a newer database."""
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        found = revision(connection)
        if found == newest():
            return False
        if found is not None and not is_known(found):
            raise Problems(_newer())
        migrate(connection, "head")
        return True


def migrate(connection: Connection, wanted: str) -> None:
    """Run what is missing up to the revision `wanted`, in the caller's transaction."""
    command.upgrade(_config(connection), wanted)


def differences(connection: Connection) -> list[Any]:
    """What Alembic finds different between the migrated tables and those in the code; [] when they are the same."""
    return compare_metadata(
        MigrationContext.configure(connection, opts=comparing.OPTIONS), list(comparing.OWN)
    )


def own_tables(connection: Connection) -> list[str]:
    """The names of the own tables that are in the database."""
    return sorted(name for name in inspect(connection).get_table_names() if comparing.is_own_table(name))


def write_migration(message: str) -> None:
    """Write the next file under migrations/versions: what changed in the code since the newest one.

    Every module with a table must have been imported.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        if newest() != "None":
            upgrade(database)
        with database.writing() as connection:
            number = f"{len(list(_scripts().walk_revisions())) + 1:04}"
            command.revision(_config(connection), message, autogenerate=True, rev_id=number)
        database.close()


def _newer() -> Problem:
    return Problem(
        "schema.newer",
        _("The database was made by a newer version of Tessera than this one."),
        hint=_("Install that version, or restore an older backup."),
    )


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
