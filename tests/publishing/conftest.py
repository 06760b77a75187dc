"""A house whose database has our own tables and nothing published, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.work import House
from tests import make


@pytest.fixture
def bare(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    made = make.house(database_copy("own_tables", _own_tables), data=tmp_path)
    yield made
    made.database.close()


def _own_tables(url: str) -> None:
    made = make.house(url)
    make.own_tables(made)
    made.database.close()
