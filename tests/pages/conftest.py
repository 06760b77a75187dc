"""The shop that page tests look at."""

from __future__ import annotations

import pytest

from tests import make
from tests.pages.shop import Reader, Shop


@pytest.fixture
def shop(sqlite_databases):
    """A shop of its own for each test; pages do not differ by database, the rooms below are tested on both."""
    url = sqlite_databases.copy("membership", make.membership)
    found = Shop(url)
    yield found
    found.house.database.close()
    sqlite_databases.drop(url)


@pytest.fixture
def ada(shop) -> Reader:
    """Ada may do everything."""
    return shop.reader()
