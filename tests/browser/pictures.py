"""Pictures of the product for the README and docs, from its own sample data and from the story that counts.

.venv/bin/python -m tests.browser.pictures
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from builder.upkeep import sample
from tests import chromium, make
from tests.browser import doors, from_nothing
from tests.pages.shop import Shop
from tests.pages.workshop import empty

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
    with sync_playwright() as driver:
        browser = chromium.launch(driver)
        with _served(make.membership) as (shop, address):
            sample.add(shop.house, "membership")
            for name, path, language, dark in SHOTS:
                page = _signed_in(browser, address, language=language, dark=dark)
                page.goto(path)
                page.screenshot(path=FOLDER / f"{name}.png")
                page.context.close()
        with _served(empty) as (_shop, address):
            _first_hour(_signed_in(browser, address))
        browser.close()


@contextmanager
def _served(fill: Callable[[str], None]) -> Iterator[tuple[Shop, str]]:
    """A shop with its doors open."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        fill(url)
        shop = Shop(url)
        shop.reader()
        with doors.opened(shop) as address:
            yield shop, address
        shop.house.database.close()


def _first_hour(page: Page) -> None:
    """What docs/first-application.md shows, taken while it is done."""

    def picture(name: str) -> None:
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=FOLDER / f"first-{name}.png", full_page=name == "rule")

    she = from_nothing.Manager(page, picture)
    from_nothing.members_and_orders(she)
    from_nothing.the_rule(she)


def _signed_in(browser: Browser, address: str, *, language: str = "en", dark: bool = False) -> Page:
    page = chromium.Pages(browser).open(language=language, dark=dark, width=SIZE["width"], base_url=address)
    page.set_viewport_size(SIZE)
    return doors.sign_in(page, language)


if __name__ == "__main__":
    main()
