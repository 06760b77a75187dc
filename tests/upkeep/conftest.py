"""A small shop with sample data, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.commands.setting_up import set_up
from builder.upkeep import sample
from builder.work import House
from tests import make

MEMBERS = 40


def fill(url: str) -> None:
    """What `tessera init` and `tessera sample add` make."""
    made = make.house(url)
    set_up(made, "membership", "admin@example.com", "a long password")
    sample.add(made, "membership", size=MEMBERS)
    made.database.close()


@pytest.fixture
def shop(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    made = make.house(database_copy("upkeep_shop", fill), data=tmp_path / "data")
    yield made
    made.database.close()


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on a database in which nothing is."""
    made = make.house(database_url, data=tmp_path / "empty")
    yield made
    made.database.close()
