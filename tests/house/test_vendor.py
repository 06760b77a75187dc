"""What we ship of others: `vendor.json` tells the truth about it, and a strict CSP is enough for it.

To bring in a new version: `npm pack NAME@VERSION`, copy the few files and the licence to NAME-VERSION/, write
name, version, licence, the integrity that npm names, and each file's SHA-256 into `vendor.json`.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[2]
SHIPPED = HOME / "builder" / "static" / "vendor"
FOR_TESTS = HOME / "tests" / "vendor"
PACKAGES = [
    pytest.param(folder / package["folder"], package, id=package["name"])
    for folder in (SHIPPED, FOR_TESTS)
    for package in json.loads((folder / "vendor.json").read_text())["packages"]
]
STRICT = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"


@pytest.mark.parametrize(("folder", "package"), PACKAGES)
def test_every_file_is_the_one_in_the_book(folder: Path, package: dict[str, Any]):
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}

    assert found == package["files"]


@pytest.mark.parametrize(("folder", "package"), PACKAGES)
def test_every_package_says_where_it_is_from_and_brings_its_licence(folder: Path, package: dict[str, Any]):
    assert folder.name.endswith(f"-{package['version']}")
    assert package["integrity"].startswith("sha512-")
    assert package["licence"] in {"MIT", "0BSD", "MPL-2.0"}
    assert "LICENSE" in package["files"]


@pytest.mark.parametrize("folder", [SHIPPED, FOR_TESTS], ids=["shipped", "for tests"])
def test_no_folder_is_missing_from_the_book(folder: Path):
    named = {package["folder"] for package in json.loads((folder / "vendor.json").read_text())["packages"]}

    assert {entry.name for entry in folder.iterdir() if entry.is_dir()} == named


def test_style_sheets_fetch_nothing_from_elsewhere():
    for sheet in SHIPPED.rglob("*.css"):
        addresses = re.findall(r"""url\(\s*["']?([^"')]{0,20})""", sheet.read_text())

        assert [address for address in addresses if not address.startswith(("data:", "#"))] == []
        assert "@import" not in sheet.read_text()


def test_templates_name_only_icons_that_the_sprite_has():
    names = set(re.findall(r'<symbol id="([^"]+)"', next(SHIPPED.rglob("icons.svg")).read_text()))
    templates = [*(HOME / "builder").rglob("*.html"), *(HOME / "plugins").rglob("*.html")]
    used = {
        (name, str(template.relative_to(HOME)))
        for template in templates
        for name in re.findall(r"""(?:\bicon\(\s*["']|icons\.svg#)([a-z0-9-]+)["']""", template.read_text())
    }

    assert [use for use in sorted(used) if use[0] not in names] == []


def test_a_strict_content_security_policy_is_enough(page):
    """htmx swaps answers (422 too), Tabler opens a menu, an icon is drawn; `pages` fails on any breach."""
    page.route("http://tessera.test/**", answer)
    page.goto("http://tessera.test/")

    page.get_by_role("button", name="Save").click()
    page.get_by_text("This name is taken.").wait_for()
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Delete").wait_for(state="visible")

    assert page.locator("svg.icon").bounding_box()["width"] > 10
    assert page.evaluate("document.querySelector('svg.icon use').getBoundingClientRect().width") > 10


def answer(route) -> None:
    """The site of this test: its pages come from below, its files from the disk."""
    path = route.request.url.removeprefix("http://tessera.test/")
    if path == "save":
        route.fulfill(status=422, content_type="text/html", body='<p id="name">This name is taken.</p>')
    elif path:
        route.fulfill(path=SHIPPED / path)
    else:
        headers = {"Content-Security-Policy": STRICT, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=PAGE, headers=headers)


PAGE = """<!doctype html><html lang="en" data-bs-theme="dark"><head><title>Tile</title>
<link rel="stylesheet" href="/tabler-core-1.6.1/tabler.min.css">
<script defer src="/tabler-core-1.6.1/tabler.min.js"></script>
<script defer src="/htmx.org-4.0.1/htmx.min.js"></script></head><body>
<form hx-post="/save" hx-target="#name" hx-swap="outerMorph" action="/save" method="post">
<p id="name"><input name="name" aria-label="Name"></p><button class="btn">Save</button></form>
<svg class="icon"><use href="/tabler-icons-3.48.0/icons.svg#home"/></svg>
<div class="dropdown"><button class="btn" data-bs-toggle="dropdown">More</button>
<div class="dropdown-menu"><a class="dropdown-item" href="#delete">Delete</a></div></div>
</body></html>"""
