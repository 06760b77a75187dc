"""An import that is killed leaves whole rows, a run that says so and can be undone, and goes on when it is repeated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from builder import runs
from builder.events import Cause
from builder.records import find, imports, revert
from builder.records.find import Query
from builder.records.importing import Options, Report
from builder.work import House
from tests.make import OPERATOR

# Imports with two chunks and dies without a word before the second.
DYING = """
import os, sys
from pathlib import Path
from builder.records import importing
from tests import make
from tests.records.test_imports import run

url, file, data = sys.argv[1:]
write, calls = importing._Importer._write, []

def once(self, rows):
    if calls:
        os._exit(9)
    calls.append(1)
    write(self, rows)

importing._Importer._write = once
run(make.house(url, data=Path(data)), Path(file))
"""


def run(shop: House, file: Path) -> Report:
    return imports.run(shop, "member", file, Options(key="member_no"), OPERATOR, cause=Cause("import"))


@pytest.fixture
def members(tmp_path: Path) -> Path:
    file = tmp_path / "members.csv"
    file.write_text("member_no\n" + "".join(f"M{number}\n" for number in range(1_500)))
    return file


@pytest.fixture
def killed(shop: House, members: Path, tmp_path: Path) -> House:
    arguments = [shop.settings.database_url, str(members), str(tmp_path / "dying")]
    ended = subprocess.run(
        [sys.executable, "-c", DYING, *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 9, ended.stderr
    return shop


def its_run(shop: House) -> runs.Run:
    with shop.database.reading() as connection:
        found = runs.get(connection, 1)
    assert found is not None
    return found


def fall_silent(shop: House) -> None:
    with shop.database.writing() as connection:
        connection.execute(update(runs.runs).values(lease_until=None))


def test_killed_import_kept_whole_chunks_and_goes_on_when_repeated(killed: House, members: Path) -> None:
    with killed.reading() as work:
        assert find.count(work, Query("member"), OPERATOR) == 1_000
    report = run(killed, members)
    assert (report.inserted, report.unchanged, report.failed) == (500, 1_000, 0)


def test_run_of_a_killed_import_is_told_as_failed_once_it_is_silent(killed: House) -> None:
    assert imports.close_silent(killed) == 0
    assert (its_run(killed).status, its_run(killed).changed) == (runs.RUNNING, 1_000)
    fall_silent(killed)
    assert imports.close_silent(killed) == 1
    assert (its_run(killed).status, its_run(killed).matched) == (runs.FAILED, 1_000)
    assert "ended in the middle" in str(its_run(killed).trouble)


def test_killed_import_can_be_undone(killed: House) -> None:
    fall_silent(killed)
    imports.close_silent(killed)
    assert revert.run(killed, 1, Cause("undo", run=99)).reverted == 1_000


def test_import_that_ends_says_what_it_did(shop: House, members: Path) -> None:
    run(shop, members)
    ended = its_run(shop)
    assert (ended.status, ended.matched, ended.changed, ended.trouble) == (runs.DONE, 1_500, 1_500, None)
