"""What `make run` starts: a workspace to look at, and the same one the next time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from builder.access import passwords, users
from builder.access.tables import users as table
from builder.upkeep import checks
from tests import make
from tests.commands.processes import address, eventually, status
from tests.upkeep.test_sample import count


@contextmanager
def started(data: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "TESSERA_DATA": str(data), "PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "builder.first_start"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


def test_the_first_start_makes_a_workspace_and_later_ones_keep_it(tmp_path: Path) -> None:
    data = tmp_path / "instance"
    with started(data) as server:
        url = address(server)
        assert eventually(lambda: status(f"{url}/ready") == 200)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    password = data / "admin-password.txt"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    first = password.read_text().strip()

    house = make.house(f"sqlite:///{data / 'tessera.db'}", data=data)
    assert count(house, "member") >= 300
    assert checks.run(house, whole=True).document == {"ok": True, "problems": []}
    with house.database.reading() as connection:
        kept = connection.execute(select(table.c.password_hash)).scalar()
        assert [user.roles for user in users.everyone(connection)] == [("admin",)]
    assert passwords.matches(kept, first)

    with started(data) as server:
        address(server)
    assert password.read_text().strip() == first
    assert count(house, "member") >= 300
    house.database.close()
