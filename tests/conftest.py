"""What every test may ask for: databases of both kinds and a browser."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import databases as places

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.chromium import Pages

    Databases = places.SqliteDatabases | places.PostgresDatabases

FOLDER = "TESSERA_TEST_FOLDER"
KEPT = (FOLDER, "TESSERA_TEST_PG_URL")

# A busy machine is no reason to fail. In CI, Hypothesis takes its own profile: the same examples each time.
hypothesis.settings.register_profile("house", deadline=None)
if not os.environ.get("CI"):
    hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """The session's folder is made by the process that starts the workers, and removed when all are done."""
    for name in [name for name in os.environ if name.startswith("TESSERA_") and name not in KEPT]:
        del os.environ[name]
    if hasattr(config, "workerinput"):
        return
    folder, remove = places.open_folder()
    os.environ[FOLDER] = str(folder)
    config.add_cleanup(remove)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled CI job leaves no server behind


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m postgres` and `-m browser` find whoever uses these fixtures; nobody needs to write the mark."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "postgres_databases" in names:
            item.add_marker("postgres")
        if "browser" in names:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def sqlite_databases() -> places.SqliteDatabases:
    return places.SqliteDatabases(Path(os.environ[FOLDER]))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[places.PostgresDatabases]:
    try:
        found = places.postgres(Path(os.environ[FOLDER]))
    except places.NotAvailable as problem:
        pytest.skip(str(problem))
    yield found
    found.close()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Both kinds, one after the other: a test that asks for this, or for a URL below, runs twice."""
    name = "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    return request.getfixturevalue(name)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """An empty database for one test."""
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture(scope="module")
def module_database_url(databases: Databases) -> Iterator[str]:
    """An empty database that the tests of one module share."""
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture
def database_copy(databases: Databases) -> Iterator[Callable[[str, places.Fill], str]]:
    """`database_copy("members", fill)` gives the URL of a copy; `fill(url)` runs once a test session."""
    made: list[str] = []

    def copy(name: str, fill: places.Fill) -> str:
        made.append(databases.copy(name, fill))
        return made[-1]

    yield copy
    for url in made:
        databases.drop(url)


@pytest.fixture
def sqlite_url(sqlite_databases: places.SqliteDatabases) -> Iterator[str]:
    url = sqlite_databases.fresh()
    yield url
    sqlite_databases.drop(url)


@pytest.fixture
def postgres_url(postgres_databases: places.PostgresDatabases) -> Iterator[str]:
    url = postgres_databases.fresh()
    yield url
    postgres_databases.drop(url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    from tests import chromium

    problem = chromium.why_not()
    if problem:
        pytest.skip(problem)
    with playwright.sync_playwright() as driver:
        opened = chromium.launch(driver)
        yield opened
        opened.close()


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    """`pages.open(language="zh", dark=True)`; a script error or a breach of the CSP in any fails the test."""
    from tests.chromium import Pages

    opened = Pages(browser)
    yield opened
    opened.close()
    assert opened.problems == []


@pytest.fixture
def page(pages: Pages) -> Page:
    return pages.open()
