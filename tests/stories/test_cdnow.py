"""Real orders of real members, from two files to dormant members and back, with the shipped application alone.

The five worked members and the totals are those of the data's own README.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from builder import commands
from builder.commands.setting_up import set_up
from tests import make

DATA = Path(__file__).parents[3] / "shared" / "data" / "cdnow"
AS_OF = "1998-06-30"
DORMANT = '{">": [{"days_since": [{"var": "last_order_on"}]}, 180]}'
WORKED = {
    "0868": ("dormant", 1, "50.00", "1997-02-03"),
    "0517": ("active", 7, "231.28", "1998-01-01"),
    "0466": ("active", 4, "157.26", "1998-05-31"),
    "0165": ("dormant", 2, "53.72", "1997-01-08"),
    "0011": ("dormant", 7, "199.17", "1997-11-11"),
}
MEMBER_COLUMNS = ["--map", "member_id=member_no", "--map", "first_purchase_date=joined_on"]
ORDER_COLUMNS = [
    "--map", "order_id=order_no", "--map", "member_id=member", "--map", "order_date=ordered_on",
    "--map", "quantity=quantity", "--map", "amount=amount",
]  # fmt: skip

pytestmark = [
    pytest.mark.story,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="the CDNOW files (shared/data/cdnow) are not beside the checkout"
    ),
]

Tessera = Callable[..., Any]


def command(url: str, data: Path, now: str | None = None) -> Tessera:
    """`tessera … --json`; the document."""
    environment = {
        "TESSERA_DATABASE_URL": url,
        "TESSERA_DATA": str(data),
        **({"TESSERA_NOW": now} if now else {}),
    }

    def run(*words: object) -> Any:
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(err):
            code = commands.main([*map(str, words), "--json"])
        assert code == 0, err.getvalue()
        return json.loads(out.getvalue())

    return run


def import_files(url: str) -> None:
    """The two files in a fresh workspace, as the story's shopkeeper brings them in."""
    made = make.house(url)
    set_up(made, "membership", None, None)
    made.database.close()
    tessera = command(url, made.settings.data)
    members = tessera("import", "member", DATA / "members.csv", "--key", "member_no", *MEMBER_COLUMNS)
    orders = tessera("import", "order", DATA / "orders.csv", "--key", "order_no", *ORDER_COLUMNS)
    assert (members["rows"], members["inserted"], members["failed"]) == (2357, 2357, 0)
    assert (orders["rows"], orders["inserted"], orders["failed"]) == (6919, 6919, 0)


@pytest.fixture
def url(database_copy: Callable[..., str]) -> str:
    return database_copy("cdnow", import_files)


@pytest.fixture
def tessera(url: str, tmp_path: Path) -> Tessera:
    return command(url, tmp_path)


def member(tessera: Tessera, number: str) -> dict[str, Any]:
    rule = json.dumps({"==": [{"var": "member_no"}, number]})
    (found,) = tessera("query", "member", "--where", rule)["records"]
    return found


def stages(tessera: Tessera) -> dict[str, int]:
    return {
        stage: tessera(
            "query", "member", "--where", json.dumps({"==": [{"var": "stage"}, stage]}), "--count"
        )["count"]
        for stage in ("new", "active", "dormant")
    }


def totals_of_the_file() -> dict[str, tuple[int, str, str]]:
    """(orders, total, last day) by member, added up from the file itself."""
    found: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    with (DATA / "orders.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            found[row["member_id"]].append((row["order_date"], Decimal(row["amount"])))
    return {
        number: (
            len(orders),
            f"{sum(amount for _day, amount in orders):.2f}",
            max(day for day, _amount in orders),
        )
        for number, orders in found.items()
    }


def test_rollups_are_the_files_own_sums_to_the_cent(tessera: Tessera) -> None:
    fields = "member_no,order_count,total_spent,last_order_on"
    records = tessera("query", "member", "--fields", fields, "--limit", "5000")["records"]
    found = {
        one["member_no"]: (one["order_count"], one["total_spent"], one["last_order_on"]) for one in records
    }
    assert found == totals_of_the_file()


def test_dormant_members_are_found_changed_once_and_put_back(tessera: Tessera) -> None:
    assert stages(tessera) == {"new": 0, "active": 2357, "dormant": 0}
    expected = tessera("query", "member", "--as-of", AS_OF, "--where", DORMANT, "--count")["count"]

    done = tessera("run", "member_dormant", "--as-of", AS_OF)
    assert (done["changed"], done["status"], done["failed"]) == (expected, "done", 0)
    for number, worked in WORKED.items():
        found = member(tessera, number)
        assert (found["stage"], found["order_count"], found["total_spent"], found["last_order_on"]) == worked
        assert found.get("tags", []) == (["wake-up"] if worked[0] == "dormant" else [])
    assert tessera("query", "task", "--count")["count"] == expected
    assert tessera("run", "member_dormant", "--as-of", AS_OF)["changed"] == 0

    undone = tessera("undo", done["run"])
    assert (undone["reverted"], undone["skipped"]) == (expected * 2, [])  # the members and their tasks
    assert stages(tessera) == {"new": 0, "active": 2357, "dormant": 0}
    assert tessera("query", "task", "--count")["count"] == 0
    assert tessera("check") == {"ok": True, "problems": []}


def test_day_180_is_not_day_181(tessera: Tessera) -> None:
    tessera("run", "member_dormant", "--as-of", AS_OF)
    assert member(tessera, "0517")["stage"] == "active"
    tessera("run", "member_dormant", "--as-of", "1998-07-01")
    assert member(tessera, "0517")["stage"] == "dormant"


def test_history_says_when_it_was_true_and_when_it_was_written(tessera: Tessera) -> None:
    done = tessera("run", "member_dormant", "--as-of", AS_OF)
    newest = tessera("history", "member", "0868")["history"][0]
    assert newest["changes"]["stage"] == {"before": "active", "after": "dormant"}
    assert newest["actor"] == "workflow:member_dormant"
    assert newest["run"] == done["run"]
    assert newest["effective_at"] == "1998-06-30T15:59:59.999999+00:00"
    assert newest["at"] > newest["effective_at"]


@contextmanager
def schedulers(url: str, data: Path, *, now: str, count: int) -> Iterator[None]:
    """That many `tessera scheduler` and one `tessera worker`, real processes whose clock starts at `now`."""
    environment = {**os.environ, "TESSERA_DATABASE_URL": url, "TESSERA_DATA": str(data), "TESSERA_NOW": now}
    line = [sys.executable, "-m", "builder.commands"]
    started = [
        subprocess.Popen([*line, name], env=environment, stderr=subprocess.DEVNULL)
        for name in ["scheduler"] * count + ["worker"]
    ]
    try:
        yield
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(20) for process in started] == [0] * len(started)


def test_the_scheduler_does_the_same_unattended(url: str, tmp_path: Path) -> None:
    """Two of them, whose clock stands a little before three in the morning: one run, the same members."""
    early = command(url, tmp_path, f"{AS_OF}T02:00")
    expected = early("query", "member", "--as-of", AS_OF, "--where", DORMANT, "--count")["count"]
    with schedulers(url, tmp_path, now=f"{AS_OF}T02:59:50", count=2):
        until = time.monotonic() + 120
        while time.monotonic() < until and stages(early)["dormant"] != expected:
            time.sleep(1)
    for number, worked in WORKED.items():
        found = member(early, number)
        assert (found["stage"], found["order_count"], found["total_spent"], found["last_order_on"]) == worked
        assert found.get("tags", []) == (["wake-up"] if worked[0] == "dormant" else [])
    assert early("query", "task", "--count")["count"] == expected
    newest = early("history", "member", "0868")["history"][0]
    undone = early("undo", newest["run"])
    assert (undone["reverted"], undone["skipped"]) == (expected * 2, [])
    assert stages(early) == {"new": 0, "active": 2357, "dormant": 0}
