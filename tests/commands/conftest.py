"""`tessera …` in this process, as a script would see it: exit code, stdout, stderr."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builder import commands
from builder.commands.setting_up import set_up
from tests import make

NOW = "2026-03-02T12:00"


@dataclass(frozen=True)
class Answer:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; fails where there is anything else."""
        return json.loads(self.out)


Tessera = Callable[..., Answer]


def fill(url: str) -> None:
    made = make.house(url)
    set_up(made, "membership", "admin@example.com", "a long password")
    made.database.close()


@pytest.fixture
def run_tessera(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Tessera:
    """Commands against the database that TESSERA_DATABASE_URL names."""
    monkeypatch.setenv("TESSERA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TESSERA_NOW", NOW)

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        code = commands.main([str(one) for one in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


@pytest.fixture
def tessera(
    run_tessera: Tessera, database_copy: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> Tessera:
    """Commands on a workspace with the membership application and no records."""
    monkeypatch.setenv("TESSERA_DATABASE_URL", database_copy("commands", fill))
    return run_tessera


@pytest.fixture
def bare(run_tessera: Tessera, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Tessera:
    """Commands on an empty database."""
    monkeypatch.setenv("TESSERA_DATABASE_URL", database_url)
    return run_tessera


@pytest.fixture
def members(tmp_path: Path) -> Path:
    """Three members in a file."""
    path = tmp_path / "members.csv"
    path.write_text(
        "no,name,since\n001,王小明,2025-01-05\n002,Ann,2025-02-01\n003,=1+1,2026-02-20\n", "utf-8"
    )
    return path


@pytest.fixture
def stocked(tessera: Tessera, members: Path, tmp_path: Path) -> Tessera:
    """The workspace with these members and two orders."""
    orders = tmp_path / "orders.csv"
    orders.write_text("order_no,member,ordered_on,amount\nA1,001,2025-06-01,10.50\nA2,002,2026-02-01,20\n")
    pairs = ["--map", "no=member_no", "--map", "since=joined_on"]
    assert tessera("import", "member", members, "--key", "member_no", *pairs).code == 0
    assert tessera("import", "order", orders, "--key", "order_no").code == 0
    return tessera
