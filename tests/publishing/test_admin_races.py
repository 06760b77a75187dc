"""Two admins at the same moment, drafting and publishing, while staff work: one wins each clash, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

import pytest

from builder.events import Cause
from builder.publishing.plan import impact
from builder.publishing.publish import changes_of_drafts, publish, publish_drafts
from builder.records import save
from builder.upkeep import checks
from builder.work import House
from schema_store import change_sets, drafts, store
from schema_store.documents import Name
from schema_store.problems import Problems
from tests import make
from tests.kinds.workshop import field
from tests.pages.shop import Shop
from tests.publishing.changing import live_in, membership
from tests.publishing.test_chains import own_tables
from tests.publishing.test_races import at_once

MEMBER, ORDER, VIEW = ("entity", "member"), ("entity", "order"), ("view", "members")
ANN, BEN = Cause("form", "user:1"), Cause("form", "user:2")
RACES = {"sqlite": 50, "postgresql": 10}
"""So many of each of the four sorts."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    databases = request.getfixturevalue(
        "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    )
    url = databases.copy("own_tables", own_tables)
    found = Shop(url)
    publish(found.house, membership(), cause=ANN)
    found.races = RACES[request.param]
    yield found
    found.house.database.close()
    databases.drop(url)


@contextmanager
def staff_at_work(shop: Shop) -> Iterator[None]:
    """Staff look and enter all the while; whatever admins do, they are answered."""
    ada, is_over, answers = shop.reader(), threading.Event(), []

    def work() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            paths = ("/desk", "/desk/member", "/desk/member/new", "/desk/order")
            answers.extend((path, ada.client.get(path).status_code) for path in paths)
            with shop.house.writing(Cause("form")) as held:
                save.save(held, "member", {"member_no": f"M{number}"}, policy=make.OPERATOR)

    staff = threading.Thread(target=work)
    staff.start()
    try:
        yield
    finally:
        is_over.set()
        staff.join()
    assert {one for one in answers if one[1] != 200} == set()
    assert answers


def body_of(house: House, name: Name) -> Any:
    return live_in(house)[name]


def seen(house: House, name: Name) -> tuple[int | None, int]:
    """The version and the turn that somebody sees who opens the definition now."""
    with house.reading() as work:
        live, draft = store.live_one(work.connection, *name), drafts.draft(work.connection, *name)
    return live.version if live else None, draft.turn if draft else 0


def labelled(body: Any, label: str) -> Any:
    if "x-tessera" in body:
        return {**body, "x-tessera": {**body["x-tessera"], "label": label}}
    return {**body, "label": label}


def keep(house: House, cause: Cause, name: Name, body: Any, was: tuple[int | None, int]) -> str:
    """Keep a draft on what was seen."""
    with house.writing(cause) as work:
        drafts.save_draft(work.connection, name, body, base=was[0], turn=was[1], by=cause.actor, at=work.now)
    return "kept"


def one_won(answers: list[Any], won: Callable[[Any], bool], code: str) -> bool:
    """Whether one of two got through, and the other was told why."""
    return sorted(map(won, answers)) == [False, True] and [code] in answers


def forget(house: House) -> None:
    with house.writing(ANN) as work:
        for name in drafts.drafts(work.connection):
            drafts.discard_draft(work.connection, *name)


def is_well(shop: Shop) -> None:
    assert [str(one) for one in checks.run(shop.house, whole=True).findings] == []


def test_of_two_who_draft_the_same_one_is_kept_and_the_other_has_both(shop):
    random, house = Random(1), shop.house
    with staff_at_work(shop):
        for number in range(shop.races):
            name = random.choice([MEMBER, VIEW, ("view", f"new_{number}")])
            body = body_of(house, VIEW if name[0] == "view" else name)
            body = {**body, "key": name[1]} if name[0] == "view" else body
            was = seen(house, name)
            bodies = [labelled(body, f"{who} {number}") for who in ("Ann", "Ben")]
            answers = at_once(
                partial(keep, house, ANN, name, bodies[0], was),
                partial(keep, house, BEN, name, bodies[1], was),
            )
            assert one_won(answers, lambda one: one == "kept", "draft.conflict"), answers
            with house.reading() as work:
                kept = drafts.draft(work.connection, *name)
            assert kept.body == bodies[answers.index("kept")]
            forget(house)
    is_well(shop)


def test_two_who_draft_different_things_both_are_kept(shop):
    house = shop.house
    with staff_at_work(shop):
        for number in range(shop.races):
            jobs = [(ANN, MEMBER), (BEN, random_other(number))]
            answers = at_once(
                *(
                    partial(
                        keep,
                        house,
                        who,
                        name,
                        labelled(body_of(house, name), f"L{number}"),
                        seen(house, name),
                    )
                    for who, name in jobs
                )
            )
            assert answers == ["kept", "kept"]
            forget(house)
    is_well(shop)


def random_other(number: int) -> Name:
    return (ORDER, VIEW, ("role", "clerk"))[number % 3]


def test_of_two_who_publish_the_same_one_wins_and_the_other_is_told(shop):
    random, house = Random(2), shop.house
    with staff_at_work(shop):
        for number in range(shop.races):
            with house.reading() as work:
                stamp = work.catalog.stamp
            name = random.choice([MEMBER, VIEW])
            body = body_of(house, name)
            changes = [{name: labelled(body, f"{who} {number}")} for who in ("Ann", "Ben")]
            if name == MEMBER:  # tables change too
                for one, who in zip(changes, ("ann", "ben"), strict=True):
                    one[name]["properties"] = {**body["properties"], f"{who}_{number % 5}": field("integer")}
            answers = at_once(
                *(
                    partial(publish, house, one, cause=by, expect_stamp=stamp)
                    for one, by in zip(changes, (ANN, BEN), strict=True)
                )
            )
            assert one_won(answers, lambda one: one != ["publish.moved"], "publish.moved"), answers
            with house.reading() as work:
                assert work.catalog.stamp == stamp + 1
    is_well(shop)


def test_of_one_who_drafts_and_one_who_publishes_nothing_is_lost(shop):
    """Ben keeps a newer draft of what Ann is just publishing: it is kept, in her set or beside it, never gone."""
    house = shop.house
    with staff_at_work(shop):
        for number in range(shop.races):
            body = body_of(house, VIEW)
            keep(house, ANN, VIEW, labelled(body, f"Ann {number}"), seen(house, VIEW))
            was, newer = seen(house, VIEW), labelled(body, f"Ben {number}")
            with house.reading() as work:
                agreed = impact(work, changes_of_drafts(work)).fingerprint
            published, kept = at_once(
                partial(publish_drafts, house, [VIEW], cause=ANN, confirm=agreed),
                partial(keep, house, BEN, VIEW, newer, was),
            )
            with house.reading() as work:
                draft = drafts.draft(work.connection, *VIEW)
                live = work.catalog.bodies[VIEW]["label"]
                newest = change_sets.recent(work.connection, limit=1)[0]
            if kept == "kept":  # Ben came first, and Ann's plan is another now
                assert published == ["publish.plan_moved"]
                assert draft.body == newer
            else:  # Ann came first; Ben, who wrote on what was live before, has both to look at
                assert kept == ["draft.conflict"]
                assert (live, newest.id) == (f"Ann {number}", published.id)
                assert draft is None
            forget(house)
    is_well(shop)


def test_what_the_loser_is_told_can_be_read(shop):
    body = body_of(shop.house, VIEW)
    was = seen(shop.house, VIEW)
    keep(shop.house, ANN, VIEW, labelled(body, "Ann"), was)
    with pytest.raises(Problems, match="saved another draft of this view while you were writing"):
        keep(shop.house, BEN, VIEW, labelled(body, "Ben"), was)
