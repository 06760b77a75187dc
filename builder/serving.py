"""`tessera serve`: a small supervisor. It binds the socket, starts its children, and starts again those that fall.

Children: gunicorn with the web workers, on our socket, and one process that runs scheduler and worker. The
supervisor itself loads nothing of the application, so it stays small and has little that can break.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from builder import settings as operator_settings
from builder.clock import Clock

DRAIN_S = 9.0
"""How long children may finish what they are doing; then they are killed. Together less than the promised 10 s."""
LOOK_EVERY_S = 0.2
STEADY_S = 10.0
"""A child that lived this long started well; one that falls earlier, five times in a row, will never."""
HOPELESS = 5
THREADS = 8


@dataclass
class Child:
    """One process that must run. `fds` stay open in it."""

    name: str
    command: Sequence[str]
    fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    falls: int = 0  # in a row, each soon after its start
    start_again_at: float = field(default=0.0)

    def start(self, environment: dict[str, str]) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # in a session of its own: Ctrl-C reaches it through us, once
            self.command,
            pass_fds=self.fds,
            env=environment,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has no threads
        )

    def has_ended(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def signal(self, number: int) -> None:
        """To the whole group: a killed gunicorn must not leave its workers behind."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; `port` 0 lets the system choose. Raises OSError with the address as `filename`."""
    try:
        family, _type, _proto, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(1024)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), f"{host}:{port}") from None
    return bound


def address_of(bound: socket.socket, host: str) -> str:
    """The address for people: `http://127.0.0.1:8000`."""
    port = bound.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def web(bound: socket.socket, *, workers: int) -> Child:
    """gunicorn with `workers` processes of threads, on our socket."""
    quick = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - workers touch a file there each second
    options = {
        "bind": f"fd://{bound.fileno()}",
        "worker-class": "gthread",
        "workers": workers,
        "threads": THREADS,
        "graceful-timeout": int(DRAIN_S) - 1,
        "timeout": 60,
        "keep-alive": 5,
        "limit-request-line": 8_190,  # the most there is: a rule may stand in the address of a list
        "log-level": "warning",
        **({"worker-tmp-dir": quick} if quick else {}),
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    return Child(
        "web",
        [sys.executable, "-m", "gunicorn", *words, "--no-control-socket", "builder.app:served()"],
        (bound.fileno(),),
    )


def background(*, scheduler: bool, worker: bool) -> Child:
    """The process that runs timed workflows and queued work."""
    left_out = [*([] if scheduler else ["--no-scheduler"]), *([] if worker else ["--no-worker"])]
    return Child("background", [sys.executable, "-m", "builder.commands.background", *left_out])


def supervise(children: Sequence[Child], say: Callable[[str], None], environment: dict[str, str]) -> bool:
    """Keep `children` running until SIGTERM or SIGINT, then drain them. False when one would not start at all."""
    clock = _clock(environment)
    with _stop_wanted() as stop:
        for child in children:
            child.start(_environment(environment, clock))
        while not stop.is_wanted:
            time.sleep(LOOK_EVERY_S)
            for child in children:
                if not _keep(child, _environment(environment, clock), say):
                    drain(children)
                    return False
    drain(children)
    return True


def _keep(child: Child, environment: dict[str, str], say: Callable[[str], None]) -> bool:
    """Start a fallen child again, later each time; False when it is hopeless."""
    now = time.monotonic()
    if child.process is not None:
        code = child.has_ended()
        if code is None:
            return True
        child.falls = child.falls + 1 if now - child.started_at < STEADY_S else 1
        say(f"The {child.name} process ended ({_how(code)}).")
        if child.falls >= HOPELESS:
            say(f"The {child.name} process does not start; giving up.")
            return False
        child.signal(signal.SIGKILL)  # what it left behind
        child.process = None
        child.start_again_at = now + 0.5 * 2 ** (child.falls - 1)
    if now >= child.start_again_at:
        child.start(environment)
    return True


def drain(children: Sequence[Child]) -> None:
    """Ask all children to finish, wait, then kill what is left."""
    running = [child for child in children if child.process is not None]
    for child in running:
        child.process.terminate()  # type: ignore[union-attr] - gunicorn's first process tells its workers itself
    until = time.monotonic() + DRAIN_S
    for child in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, until - time.monotonic()))  # type: ignore[union-attr]
        child.signal(signal.SIGKILL)


class _Stop:
    is_wanted = False


@contextlib.contextmanager
def _stop_wanted() -> Iterator[_Stop]:
    """`is_wanted` turns true on SIGTERM or SIGINT."""
    stop = _Stop()

    def wanted(_number: int, _frame: object) -> None:
        stop.is_wanted = True

    before = {number: signal.signal(number, wanted) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _clock(environment: dict[str, str]) -> Clock:
    read = operator_settings.read(environment)
    return Clock(read.zone, read.now)


def _environment(environment: dict[str, str], clock: Clock) -> dict[str, str]:
    """A child that starts later must not read an earlier time: a shifted clock goes on where it stands."""
    return {**environment, "TESSERA_NOW": clock.now().isoformat()} if clock.is_shifted else environment


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _die_with_parent() -> None:
    """Linux ends the child when the supervisor is killed; elsewhere children outlive it until their next start."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
