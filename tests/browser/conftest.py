"""The shop with its doors open: a real server that a real browser visits."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tests.browser import doors
from tests.pages.shop import Shop
from tests.pages.workshop import empty


@pytest.fixture
def shop(sqlite_databases):
    """Sixty members, one of whom has not bought for long, served at `shop.address`."""
    url = sqlite_databases.copy("membership", make.membership)
    found = Shop(url)
    first = found.member(
        1, name="Chen Jing", phone="+8613800138000", stage="active", joined_on=date(2025, 1, 1), level="gold"
    )
    found.order(1, first, ordered_on=date(2025, 2, 1))
    for number in range(2, 61):
        found.member(
            number, name=f"Member {number:02}", level="gold", stage="active", joined_on=date(2026, 2, 1)
        )
    found.reader()
    with doors.opened(found) as found.address:
        yield found
    found.house.database.close()
    sqlite_databases.drop(url)


@pytest.fixture
def signed_in(shop, pages):
    """`signed_in(language="zh", dark=True, width=390)`: a page of Ada, who may do everything."""

    def open_page(*, language="en", **how):
        return doors.sign_in(pages.open(language=language, base_url=shop.address, **how), language)

    return open_page


@pytest.fixture
def bare(sqlite_databases, pages):
    """An empty workspace with its doors open: `bare.open(language="zh", …)` gives a page of Ada."""
    url = sqlite_databases.copy("empty", empty)
    found = Shop(url)
    found.reader()
    with doors.opened(found) as address:
        found.open = lambda *, language="en", **how: doors.sign_in(
            pages.open(language=language, base_url=address, **how), language
        )
        yield found
    found.house.database.close()
    sqlite_databases.drop(url)
