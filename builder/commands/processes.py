"""`serve`, `worker`, `scheduler`: the processes of an installation."""

from __future__ import annotations

import os
import sys

import click

from builder import serving
from builder.commands.errors import Failed


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them."
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0 takes a free one and prints it.",
)
@click.option(
    "--workers",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer requests.",
)
@click.option("--no-scheduler", is_flag=True, help="Timed workflows run elsewhere.")
@click.option("--no-worker", is_flag=True, help="Queued work is done elsewhere.")
def serve(host: str, port: int, workers: int, no_scheduler: bool, no_worker: bool) -> None:
    """Answer requests, and run timed workflows and queued work beside it.

    SIGTERM finishes what is being done, within 10 seconds.
    """
    _require_ready()
    serve_on(host, port, workers=workers, scheduler=not no_scheduler, worker=not no_worker)


def serve_on(host: str, port: int, *, workers: int = 2, scheduler: bool = True, worker: bool = True) -> None:
    """Serve until told to stop. Raises Failed when a process would not start."""
    bound = serving.listen(host, port)
    click.echo(f"Tessera answers at {serving.address_of(bound, host)}")
    sys.stdout.flush()
    children = [serving.web(bound, workers=workers)]
    if scheduler or worker:
        children.append(serving.background(scheduler=scheduler, worker=worker))
    if not serving.supervise(children, lambda line: click.echo(line, err=True), dict(os.environ)):
        raise Failed


@click.command()
def worker() -> None:
    """Do queued work (event workflows, deliveries) until told to stop; any number may run on PostgreSQL."""
    _run_background(scheduler=False, worker=True)


@click.command()
def scheduler() -> None:
    """Start timed workflows when they are due, until told to stop; each slot fires once, however many run."""
    _run_background(scheduler=True, worker=False)


def _run_background(*, scheduler: bool, worker: bool) -> None:
    from builder.commands import background  # noqa: PLC0415 - the supervisor beside it stays small

    background.run(scheduler=scheduler, worker=worker)


def _require_ready() -> None:
    """Say at once what a child could only say again and again. In a process of its own, to leave this one small."""
    if os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-m", "builder.commands.ready"]):
        raise Failed
