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
from dataclasses import dataclass
from datetime import date, timedelta
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


# --- as of a day when half of the story was still to come ---

EARLIER = date(1997, 12, 31)
AT_ENDS_OF_YEAR = {
    "0868": (1, "50.00", "1997-02-03"),
    "0517": (6, "199.80", "1997-08-17"),
    "0466": (3, "94.80", "1997-06-30"),
    "0165": (2, "53.72", "1997-01-08"),
    "0011": (7, "199.17", "1997-11-11"),
}
"""The five worked members as they stood on that day: 0517 and 0466 had an order still to come."""


@dataclass(frozen=True)
class Bought:
    """An order as the file tells it."""

    day: date
    cents: int
    quantity: int


@pytest.fixture(scope="module")
def bought() -> dict[str, list[Bought]]:
    """What each member had bought by that day, in the order of the file; nothing for those who came later."""
    with (DATA / "members.csv").open(newline="") as file:
        found: dict[str, list[Bought]] = {row["member_id"]: [] for row in csv.DictReader(file)}
    with (DATA / "orders.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            day, cents = date.fromisoformat(row["order_date"]), int(Decimal(row["amount"]) * 100)
            if day <= EARLIER:
                found[row["member_id"]].append(Bought(day, cents, int(row["quantity"])))
    return found


def as_of(tessera: Tessera, *words: object) -> Any:
    return tessera("query", "member", "--as-of", EARLIER, *words)


def numbers(tessera: Tessera, rule: Any) -> set[str]:
    """The numbers of the members of whom the rule held on that day."""
    asked = ("--where", json.dumps(rule), "--fields", "member_no", "--limit", 5000)
    return {one["member_no"] for one in as_of(tessera, *asked)["records"]}


def test_the_five_members_stand_as_they_stood_at_the_end_of_1997(
    tessera: Tessera, bought: dict[str, list[Bought]]
) -> None:
    fields = ("--fields", "member_no,order_count,total_spent,last_order_on")
    for number, worked in AT_ENDS_OF_YEAR.items():
        orders = bought[number]
        total = sum(one.cents for one in orders)
        by_hand = (len(orders), f"{total // 100}.{total % 100:02}", str(max(one.day for one in orders)))
        (found,) = as_of(tessera, "--where", json.dumps({"==": [{"var": "member_no"}, number]}), *fields)[
            "records"
        ]
        shown = (found["order_count"], found["total_spent"], found["last_order_on"])
        assert shown == by_hand == worked


def test_every_member_is_shown_and_sorted_as_at_the_end_of_1997(
    tessera: Tessera, bought: dict[str, list[Bought]]
) -> None:
    words = (
        "--fields",
        "member_no,order_count,total_spent",
        "--sort",
        "-total_spent,member_no",
        "--limit",
        5000,
    )
    found = [
        (one["member_no"], one["order_count"], int(Decimal(one["total_spent"]) * 100))
        for one in as_of(tessera, *words)["records"]
    ]
    by_hand = [(number, len(orders), sum(one.cents for one in orders)) for number, orders in bought.items()]
    assert found == sorted(by_hand, key=lambda one: (-one[2], one[0]))


def test_conditions_hold_of_whom_they_held_at_the_end_of_1997(
    tessera: Tessera, bought: dict[str, list[Bought]]
) -> None:
    """Rollups, and child records themselves: later orders are not there."""
    orders, amount = {"var": "orders"}, {"var": "amount"}
    long_ago = EARLIER - timedelta(days=180)
    by_hand: list[tuple[Any, Callable[[list[Bought]], bool]]] = [
        (json.loads(DORMANT), lambda had: bool(had) and max(one.day for one in had) < long_ago),
        ({">=": [{"var": "order_count"}, 5]}, lambda had: len(had) >= 5),
        ({">": [{"var": "total_spent"}, 100]}, lambda had: sum(one.cents for one in had) > 10_000),
        (
            {">": [{"count": [orders, {">": [amount, 50]}]}, 1]},
            lambda had: sum(one.cents > 5_000 for one in had) > 1,
        ),
        (
            {"some": [orders, {">=": [{"var": "quantity"}, 10]}]},
            lambda had: any(one.quantity >= 10 for one in had),
        ),
        (
            {"all": [orders, {"<": [amount, 20]}]},
            lambda had: bool(had) and all(one.cents < 2_000 for one in had),
        ),
        (
            {"<": [{"max": [orders, amount]}, 15]},
            lambda had: bool(had) and max(one.cents for one in had) < 1_500,
        ),
        ({"is_empty": [orders]}, lambda had: not had),
    ]
    for rule, holds in by_hand:
        expected = {number for number, had in bought.items() if holds(had)}
        assert numbers(tessera, rule) == expected, rule
        assert as_of(tessera, "--where", json.dumps(rule), "--count")["count"] == len(expected)
        assert as_of(tessera, "--where", json.dumps({"!": [rule]}), "--count")["count"] == 2357 - len(
            expected
        )


def test_a_formula_is_worked_out_as_at_the_end_of_1997(
    tessera: Tessera, bought: dict[str, list[Bought]], tmp_path: Path
) -> None:
    """A new formula field: what they had spent by then, beyond a hundred."""
    add_formula(tessera, tmp_path, "beyond", {"-": [{"var": "total_spent"}, 100]})
    expected = {number for number, had in bought.items() if sum(one.cents for one in had) > 15_000}
    assert numbers(tessera, {">": [{"var": "beyond"}, 50]}) == expected
    found = {one["member_no"]: one.get("beyond") for one in as_of(tessera, "--limit", 5000)["records"]}
    assert (found["0517"], found["0868"]) == ("99.80", "-50.00")


def add_formula(tessera: Tessera, folder: Path, key: str, formula: Any) -> None:
    """A formula field of members that gives money, published."""
    tessera("app", "export", folder / "app")
    path = folder / "app" / "entity" / "member.json"
    entity = json.loads(path.read_text())
    entity["properties"][key] = {
        "x-tessera": {
            "type": "formula",
            "label": key,
            "formula": formula,
            "gives": {"type": "money", "currency": "USD"},
        }
    }
    path.write_text(json.dumps(entity))
    tessera("app", "publish", folder / "app", "--yes")


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
