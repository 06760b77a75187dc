"""A shop with its doors open, and somebody who goes in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server

from tests.pages.shop import PASSWORD, Shop


@contextmanager
def opened(shop: Shop) -> Iterator[str]:
    """The address at which a real server answers for the shop."""
    server = make_server("127.0.0.1", 0, shop.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in(page: Any, language: str = "en") -> Any:
    """The page as Ada, who may do everything, on the desk in her language."""
    page.goto("/sign-in")
    page.fill("#email", "ada@shop.example")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    other = page.locator(f"button[name=language][value={language}]")
    if other.count():  # the button offers the language that is not shown
        other.click()
    return page
