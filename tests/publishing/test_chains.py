"""Whatever admins publish, roll back and undo, in whatever order: the data agrees, and the desk answers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from builder.events import Cause
from builder.publishing import going_back
from builder.publishing.plan import impact
from builder.publishing.publish import publish
from builder.records import save
from builder.upkeep import checks
from builder.work import House
from schema_store import change_sets, store
from schema_store.problems import Problems
from tests import make
from tests.pages.shop import Reader, Shop
from tests.publishing.changing import drawn, live_in, membership

BY = Cause("command")
BATCHES, CHAINS, STEPS = 20, 10, 5
"""On SQLite 20 databases see ten chains each; on PostgreSQL two do."""


def publish_something(random: Random, house: House) -> Any:
    changes = drawn(random, live_in(house))
    with house.reading() as work:
        plan = impact(work, changes)
    return publish(house, changes, cause=BY, confirm=plan.fingerprint)


def roll_something_back(random: Random, house: House) -> Any:
    with house.reading() as work:
        known = sorted({*work.catalog.bodies, *store.retired(work.connection)})
        name = random.choice(known)
        versions = store.versions(work.connection, *name)
    return going_back.roll_back(house, *name, random.choice(versions).version, cause=BY)


def undo_something(random: Random, house: House) -> Any:
    return going_back.undo(house, _some_change(random, house), cause=BY)


def undo_the_newest(random: Random, house: House) -> Any:
    with house.reading() as work:
        newest = change_sets.recent(work.connection, limit=1)[0].id
    return going_back.undo(house, newest, cause=BY)


def go_back_to_a_moment(random: Random, house: House) -> Any:
    return going_back.go_back(house, _some_change(random, house), cause=BY)


def _some_change(random: Random, house: House) -> int:
    with house.reading() as work:
        first, *later = reversed(change_sets.recent(work.connection, limit=8))
    return random.choice(later or [first]).id


MOVES: tuple[Callable[[Random, House], Any], ...] = (
    publish_something, publish_something, publish_something, publish_something, roll_something_back,
    undo_something, undo_the_newest, go_back_to_a_moment,
)  # fmt: skip


def enter(random: Random, house: House) -> None:
    """Staff enter a record of each entity, as far as they can."""
    with house.reading() as work:
        entities = list(work.catalog.entities.values())
    for entity in entities:
        values: dict[str, Any] = {}
        for one in entity.fields.values():
            if one.storage == "column" and not one.type.is_computed:
                values[one.key] = VALUES.get(one.type.key, lambda _random: None)(random)
        try:
            with house.writing(Cause("form")) as work:
                save.save(work, entity.key, values, policy=make.OPERATOR)
        except Problems:
            pass  # a required reference, a value that stands already


VALUES: dict[str, Callable[[Random], Any]] = {
    "text": lambda random: f"Word {random.randint(1, 10**9)}",
    "integer": lambda random: random.randint(1, 10**9),
    "money": lambda random: random.randint(1, 10**9),
    "boolean": lambda random: random.choice((True, False)),
}


def a_chain(random: Random, house: House) -> int:
    """Some moves, each done or refused with reasons; how many were done."""
    done = 0
    for _step in range(STEPS):
        try:
            done += random.choice(MOVES)(random, house) is not None
        except Problems:
            continue  # it says why; what it left behind is looked at below
        if random.random() < 0.3:
            enter(random, house)
    return done


def all_is_well(house: House, ada: Reader) -> None:
    findings = checks.run(house, whole=True).findings
    assert [str(one) for one in findings] == []
    with house.reading() as work:
        entities, views = list(work.catalog.entities), list(work.catalog.of_kind("view").items())
    paths = ["/desk", *(f"/desk/{view['entity']}?view={key}" for key, view in views)]
    for key in entities:
        paths += [f"/desk/{key}", f"/desk/{key}/new", f"/desk/{key}/1", f"/desk/{key}/1/edit"]
    for path in paths:
        assert ada.client.get(path).status_code in (200, 404), path


def run_chains(url: str, seed: int) -> int:
    shop = Shop(url)
    publish(shop.house, membership(), cause=BY)
    ada, random = shop.reader(), Random(seed)
    done = 0
    for _chain in range(CHAINS):
        done += a_chain(random, shop.house)
        all_is_well(shop.house, ada)
    shop.house.database.close()
    return done


def own_tables(url: str) -> None:
    made = make.house(url)
    make.own_tables(made)
    made.database.close()


@pytest.mark.parametrize("seed", range(BATCHES))
def test_ten_chains_of_publishing_and_going_back(sqlite_databases, seed):
    url = sqlite_databases.copy("own_tables", own_tables)
    assert run_chains(url, seed) > CHAINS * STEPS / 4
    sqlite_databases.drop(url)


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_chains_on_postgresql(postgres_databases, seed):
    url = postgres_databases.copy("own_tables", own_tables)
    assert run_chains(url, seed + 100) > CHAINS * STEPS / 4
    postgres_databases.drop(url)
