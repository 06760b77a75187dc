"""Two processes, or two houses on one database, take answers: limits hold, a page counts once, a person is one."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder.mechanics.public_forms import turns
from tests import make
from tests.public.visiting import KEY, MEI, change, members, send, turn

ROOT = Path(__file__).parents[2]

# Waits for a line, then sends ten answers of one visitor.
SENDING = """
import sys
from pathlib import Path
from tests import make
from tests.public.test_at_once import told

url, data, who = sys.argv[1:]
house = make.house(url, data=Path(data))
sys.stdin.readline()
print(*told(house, "one visitor", int(who)))
house.database.close()
"""


def told(house, how, who):
    """What became of ten answers. `how`: what they have in common with those that come elsewhere."""
    return [_told(house, how, who, number) for number in range(10)]


def _told(house, how, who, number):
    own = f"{who}-{number}"
    phone = MEI["phone"] if how == "one phone" else f"+861380013{who}{number:03}"
    page = turn("ada" if how == "one visitor" else own, nonce="page" if how == "one page" else own)
    try:
        return "known" if send(house, MEI | {"phone": phone}, by=page).is_known else "new"
    except (turns.Sent, turns.TooOften, turns.Full) as refused:
        return type(refused).__name__


def test_two_processes_count_as_one_visitor(shop, tmp_path):
    change(shop, limit={"hourly": 7})
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SENDING, shop.settings.database_url, str(tmp_path), str(who)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for who in (1, 2)
    ]  # fmt: skip
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], [errors for _out, errors in ended]
    assert Counter(word for out, _errors in ended for word in out.split()) == {"new": 7, "TooOften": 13}
    assert len(members(shop)) == 7


@pytest.mark.parametrize(
    ("how", "limit", "expected"),
    [
        ("nothing", {"total": 7}, {"new": 7, "Full": 13}),
        ("one page", {}, {"new": 1, "Sent": 19}),
        ("one phone", {}, {"new": 1, "known": 19}),
    ],
)
def test_two_houses_count_as_one(shop, tmp_path, how, limit, expected):
    change(shop, limit=limit)
    houses = [make.house(shop.settings.database_url, data=tmp_path) for _house in range(2)]
    with ThreadPoolExecutor() as pool:
        answers = pool.map(told, houses, [how] * 2, range(2))
        assert Counter(word for found in answers for word in found) == expected
    for house in houses:
        house.database.close()
    assert len(members(shop)) == expected["new"]
    with shop.reading() as work:
        taken = turns.counted(work.connection, KEY).answers
    assert taken == expected["new"] + expected.get("known", 0)
