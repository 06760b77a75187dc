"""A publisher that is killed leaves the database as it was, and the next one succeeds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect

from builder.events import Cause
from builder.publishing.publish import publish
from schema_store import store
from tests.kinds.workshop import entity, field

BEFORE = entity("club")
AFTER = entity("club", {"name": field("text"), "size": field("integer")}) | entity("person")

# Publishes AFTER and dies without a word at the place that is named by the second argument.
DYING = """
import os, sys
from pathlib import Path
from builder import audit
from builder.events import Cause
from builder.publishing.publish import publish
from tests import make
from tests.publishing.test_killed import AFTER

url, place, data = sys.argv[1:]
house = make.house(url, data=Path(data))
step = house.registry.publish_steps["entity"]

def die(*_args, **_more):
    os._exit(9)

def apply_and_die(*args):
    type(step).apply(step, *args)
    die()

if place == "before the tables":
    step.apply = die
elif place == "after the tables":
    step.apply = apply_and_die
else:
    audit.note = die
publish(house, AFTER, cause=Cause("command"))
"""


@pytest.mark.parametrize("place", ["before the tables", "after the tables", "after the versions"])
def test_a_killed_publish_is_as_if_it_had_never_begun(bare, tmp_path, place):
    publish(bare, BEFORE, cause=Cause("command"))
    root = Path(__file__).parents[2]
    arguments = [bare.settings.database_url, place, str(tmp_path / "dying")]
    ended = subprocess.run(
        [sys.executable, "-c", DYING, *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 9, ended.stderr
    with bare.reading() as work:
        assert store.read_stamp(work.connection) == 1
        assert [name for name, _one in store.live(work.connection).items()] == [("entity", "club")]
        assert not inspect(work.connection).has_table("rec_person")
        assert "size" not in {column["name"] for column in inspect(work.connection).get_columns("rec_club")}
    published = publish(bare, AFTER, cause=Cause("command"))
    assert published is not None
    assert published.stamp == 2
