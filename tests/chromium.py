"""A real browser for tests: Debian's Chromium driven by Playwright, and what to ask of a page in it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import playwright
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"


def why_not() -> str | None:
    """Why no browser can be had here; None when it can."""
    if _program() is None:
        return "Chromium is not installed (on Debian: apt-get install chromium)"
    driver = Path(playwright.__file__).parent / "driver" / "node"
    if driver.exists() and subprocess.run([driver, "--version"], capture_output=True, check=False).returncode:
        return "Playwright's driver does not start (on Debian: apt-get install libatomic1)"
    return None


def launch(driver: Playwright) -> Browser:
    return driver.chromium.launch(executable_path=_program(), args=ARGUMENTS)


def _program() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Pages:
    """Opens pages, each with cookies of its own, and remembers what went wrong in any of them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.problems: list[str] = []
        self._contexts: list[Any] = []

    def open(self, *, language: str = "en", dark: bool = False, width: int = 1280, **options: Any) -> Page:
        """A blank page. `options` are Playwright's for a context (`base_url`, `java_script_enabled`, …)."""
        context = self.browser.new_context(
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            viewport={"width": width, "height": 800},
            **options,
        )
        self._contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("console", self._listen)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(message.text)


def accessibility_problems(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA: one line a finding, with the rule and the places."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({runOnly: tags})", tags)
    return [f"{finding['id']}: {finding['help']} — {_places(finding)}" for finding in found["violations"]]


def page_problems(page: Page) -> list[str]:
    """What axe-core finds, and whether the page is wider than its window."""
    page.evaluate("scrollTo(0, 0)")  # nothing is half covered by what stays at the top
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*accessibility_problems(page), *(["wider than the window"] if is_wide else [])]


def problems_of_pages(page: Page, paths: Iterable[str]) -> dict[str, list[str]]:
    """`page_problems` by address, for those that have some."""
    found = {}
    for path in paths:
        page.goto(path)
        problems = page_problems(page)
        if problems:
            found[path] = problems
    return found


def _places(finding: dict[str, Any]) -> str:
    return "; ".join(str(node["target"][-1]) for node in finding["nodes"])
