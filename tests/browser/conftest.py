"""The shop with its doors open: a real server that a real browser visits."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from werkzeug.serving import make_server

from tests import make
from tests.pages.shop import PASSWORD, Shop


@pytest.fixture
def shop(sqlite_databases):
    """Sixty members, one of whom has not bought for long, served at `shop.address`."""
    url = sqlite_databases.copy("membership", make.membership)
    found = Shop(url)
    server = make_server("127.0.0.1", 0, found.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_port}"
    first = found.member(
        1, name="Chen Jing", phone="+8613800138000", stage="active", joined_on=date(2025, 1, 1), level="gold"
    )
    found.order(1, first, ordered_on=date(2025, 2, 1))
    for number in range(2, 61):
        found.member(
            number, name=f"Member {number:02}", level="gold", stage="active", joined_on=date(2026, 2, 1)
        )
    found.reader()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
    found.house.database.close()
    sqlite_databases.drop(url)


@pytest.fixture
def signed_in(shop, pages):
    """`signed_in(language="zh", dark=True, width=390)`: a page of Ada, who may do everything."""

    def open_page(*, language="en", **how):
        page = pages.open(language=language, base_url=shop.address, **how)
        page.goto("/sign-in")
        page.fill("#email", "ada@shop.example")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk")
        if language != "en":
            page.click(f"button[name=language][value={language}]")
        return page

    return open_page
