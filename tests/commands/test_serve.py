"""The supervisor and its children, as real processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import fill

PATIENCE_S = 60.0


@pytest.fixture
def server(sqlite_databases: object, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`tessera serve --port 0 --workers 1`; its first line names the address."""
    url = sqlite_databases.copy("commands", fill)  # type: ignore[attr-defined]
    environment = {**os.environ, "TESSERA_DATA": str(tmp_path), "TESSERA_DATABASE_URL": url}
    command = [sys.executable, "-m", "builder.commands", "serve", "--port", "0", "--workers", "1"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    )
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    return server.stdout.readline().split()[-1]


def status(url: str) -> int:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=30) as answer:
        return answer.status
    return 0


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def is_there(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def eventually(claim: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if claim():
            return True
        time.sleep(0.1)
    return claim()


def background(server: subprocess.Popen[str]) -> list[int]:
    return [pid for pid in children(server.pid) if "commands.background" in command_line(pid)]


def test_it_answers_and_a_term_ends_it_within_ten_seconds(server: subprocess.Popen[str]) -> None:
    url = address(server)
    assert eventually(lambda: status(f"{url}/live") == 200)
    assert status(f"{url}/ready") == 200
    family = children(server.pid)
    began = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    assert time.monotonic() - began < 10.5
    assert not any(is_there(pid) for pid in family)


def test_a_child_that_falls_is_started_again(server: subprocess.Popen[str]) -> None:
    address(server)
    assert eventually(lambda: len(background(server)) == 1)
    (first,) = background(server)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: background(server) not in ([], [first]))


def test_nothing_outlives_a_killed_supervisor(server: subprocess.Popen[str]) -> None:
    address(server)
    assert eventually(lambda: len(children(server.pid)) == 2)
    family = children(server.pid)
    server.kill()
    assert eventually(lambda: not any(is_there(pid) for pid in family))


def test_a_port_in_use_is_said_in_one_line(server: subprocess.Popen[str], tmp_path: Path) -> None:
    port = address(server).rsplit(":", 1)[1]
    environment = {**os.environ, "TESSERA_DATA": str(tmp_path / "other")}
    subprocess.run(
        [sys.executable, "-m", "builder.commands", "init"], env=environment, check=True, capture_output=True
    )
    command = [sys.executable, "-m", "builder.commands", "serve", "--port", port]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "TESSERA_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "builder.commands", "serve", "--port", "0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "tessera init" in done.stderr
