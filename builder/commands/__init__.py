"""The command line: `tessera …`. One file per group of commands; `main` is the console script."""

from __future__ import annotations

import sys

from builder.commands import errors
from builder.commands.groups import tessera


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 fine, 1 a check or the work failed, 2 wrong use."""
    given = sys.argv[1:] if arguments is None else arguments
    with errors.told(as_json="--json" in given) as outcome:
        outcome.code = tessera.main(given, prog_name="tessera", standalone_mode=False) or 0
    return outcome.code
