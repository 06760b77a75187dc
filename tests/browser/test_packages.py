"""Applications in a real browser: accessible in both languages, and what is needed is ticked at once."""

from __future__ import annotations

import pytest

from schema_store import package_file, packages
from tests.chromium import page_problems

HOME = "/studio/packages"


@pytest.fixture
def package(tmp_path):
    """Equipment loans as a file, with a view whose key is another one's, and one that is wrong."""
    bodies = packages.read(packages.find("loans"))
    view = bodies["view", "all_items"] | {"default": False}
    bodies["view", "open_tasks"] = view | {"key": "open_tasks", "label": "Broken items"}
    bodies["view", "odd"] = view | {"key": "odd", "columns": ["nothing"]}
    path = tmp_path / "loans.zip"
    path.write_bytes(package_file.write(bodies))
    return path


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1440), ("zh", True, 390), ("zh", False, 1440), ("en", True, 390)],
)
def test_the_pages_of_packages_are_accessible(signed_in, package, tmp_path, language, dark, width):
    page = signed_in(language=language, dark=dark, width=width)
    hostile = tmp_path / "hostile.zip"
    hostile.write_bytes(b"PK\x03\x04 no more than that")
    shown = {
        "gallery": lambda: page.goto(HOME),
        "install": lambda: page.goto(f"{HOME}/apps/loans"),
        "compare": lambda: page.goto(f"{HOME}/apps/membership"),
        "export": lambda: page.goto(f"{HOME}/export?app=membership"),
        "import": lambda: uploaded(page, package),
        "refused": lambda: uploaded(page, hostile),
    }
    found = {}
    for name, go in shown.items():
        go()
        problems = page_problems(page)
        if problems:
            found[name] = problems
    assert found == {}


def uploaded(page, path) -> None:
    page.goto(HOME)
    page.set_input_files("#package-file", path)
    page.click("main form[enctype] button")
    page.wait_for_url("**/import")


def test_what_is_needed_is_ticked_at_once(signed_in):
    page = signed_in()
    page.goto(f"{HOME}/export")
    page.check("#pick-view-prospects")
    page.wait_for_selector("#pick-entity-member:disabled")
    assert page.is_checked("#pick-entity-order")
    page.uncheck("#pick-view-prospects")
    page.wait_for_selector("#pick-entity-member:enabled")
    assert not page.is_checked("#pick-entity-member")
    page.check("#pick-app-membership")
    page.wait_for_selector("#pick-entity-member:disabled")
    with page.expect_download() as download:
        page.click("text=Download the package")
    assert download.value.suggested_filename.startswith("membership-")
