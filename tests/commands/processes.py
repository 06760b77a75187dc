"""What tests of real processes share."""

from __future__ import annotations

import contextlib
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 60.0


def eventually(claim: Callable[[], bool]) -> bool:
    """True as soon as the claim holds; asked for a minute."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if claim():
            return True
        time.sleep(0.1)
    return claim()


def address(server: subprocess.Popen[str]) -> str:
    """The address in the line that says "answers at"."""
    assert server.stdout is not None
    for line in server.stdout:
        if "answers at" in line:
            return line.split()[-1]
    raise AssertionError("it ended without an address")


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
