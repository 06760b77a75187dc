"""A house for one command: settings from the environment, a database that is set up, the policy of `--as`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from builder import settings as operator_settings
from builder.app import make_house
from builder.upkeep import schema
from builder.work import House


@contextmanager
def house(*, ready: bool = True) -> Iterator[House]:
    """The house; closed at the end. Raises Problems when the database is not set up, unless `ready` is False."""
    opened = make_house(operator_settings.read(os.environ))
    try:
        if ready:
            schema.require_current(opened.database)
        yield opened
    finally:
        opened.database.close()
