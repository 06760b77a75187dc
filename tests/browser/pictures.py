"""Pictures of the product for the README, from its own sample data: `.venv/bin/python -m tests.browser.pictures`."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from builder.upkeep import sample
from tests import chromium, make
from tests.pages.shop import PASSWORD, Shop

FOLDER = Path("docs/images")
SIZE = {"width": 1200, "height": 720}
SHOTS = [
    ("list", "/desk/member?w=level.in.gold%0Ablack&sort=-total_spent", "en", False),
    ("record", "/desk/member/1", "en", False),
    ("rehearsal", "/studio/workflows/member_dormant/rehearsal", "en", False),
    ("workflow-dark", "/studio/workflows/member_dormant", "en", True),
    ("list-zh", "/desk/member?w=level.in.gold%0Ablack&sort=-total_spent", "zh", False),
    ("rehearsal-zh", "/studio/workflows/member_dormant/rehearsal", "zh", False),
]
"""(name, address, language, dark)"""


def main() -> None:
    problem = chromium.why_not()
    if problem:
        raise SystemExit(problem)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        make.membership(url)
        shop = Shop(url)
        sample.add(shop.house, "membership")
        shop.reader()
        server = make_server("127.0.0.1", 0, shop.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as driver:
            browser = chromium.launch(driver)
            for name, path, language, dark in SHOTS:
                _take(
                    browser,
                    f"http://127.0.0.1:{server.server_port}",
                    name,
                    path,
                    language=language,
                    dark=dark,
                )
            browser.close()
        server.shutdown()
        shop.house.database.close()


def _take(browser, address: str, name: str, path: str, *, language: str, dark: bool) -> None:
    page = chromium.Pages(browser).open(language=language, dark=dark, width=SIZE["width"], base_url=address)
    page.set_viewport_size(SIZE)
    page.goto("/sign-in")
    page.fill("#email", "ada@shop.example")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    other = page.locator(f"button[name=language][value={language}]")
    if other.count():  # the button offers the language that is not shown
        other.click()
    page.goto(path)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.context.close()


if __name__ == "__main__":
    main()
