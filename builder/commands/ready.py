"""`python -m builder.commands.ready`: exit code 0 when the database is set up for this version; else says why not."""

from __future__ import annotations

import sys

from builder.commands import errors, opening


def main() -> int:
    with errors.told(as_json=False) as outcome, opening.house():
        pass
    return outcome.code


if __name__ == "__main__":
    sys.exit(main())
