"""A house with the membership application, on both databases, whose clock a test may set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.work import House
from tests import make


@pytest.fixture
def shop(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    """A fresh house with the membership application published at noon of 2 March 2026, and no records."""
    made = make.house(database_copy("membership", make.membership), data=tmp_path)
    yield made
    made.database.close()
