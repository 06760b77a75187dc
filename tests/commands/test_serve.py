"""The supervisor and its children, as real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import fill
from tests.commands.processes import address, children, command_line, eventually, is_there, status


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


STUCK = """
import time
from concurrent.futures import ThreadPoolExecutor
from builder.commands import background
class Stuck:
    def stop(self):
        ThreadPoolExecutor().submit(time.sleep, 50).result()
background.DRAIN_S = 0.5
background.ticking.start = lambda *_args, **_more: print("ready", flush=True) or Stuck()
background.run(scheduler=True, worker=True)
"""


def test_a_worker_ends_in_time_whatever_its_threads_wait_for(
    sqlite_databases: object, tmp_path: Path
) -> None:
    url = sqlite_databases.copy("commands", fill)  # type: ignore[attr-defined]
    environment = {**os.environ, "TESSERA_DATA": str(tmp_path), "TESSERA_DATABASE_URL": url}
    with subprocess.Popen(
        [sys.executable, "-c", STUCK], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
