"""A shop whose sign-up form is open, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.work import House
from tests import make
from tests.public.street import Street
from tests.public.visiting import opened


@pytest.fixture
def shop(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    """The membership application with its sign-up form switched on, at noon of 2 March 2026, without records."""
    made = make.house(database_copy("signup", make.changed_membership(opened)), data=tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def street(sqlite_databases) -> Iterator[Street]:
    """The same shop as visitors see it; pages do not differ by database."""
    url = sqlite_databases.copy("signup", make.changed_membership(opened))
    found = Street(url)
    yield found
    found.house.database.close()
    sqlite_databases.drop(url)
