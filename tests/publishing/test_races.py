"""Several people publish at once: one after the other, and who came second is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from builder.events import Cause
from builder.publishing.publish import publish
from builder.work import House
from schema_store import store
from schema_store.problems import Problems
from tests.kinds.workshop import entity, field

BY = Cause("command")


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of `works` gave or raised, all begun at the same moment."""
    begin = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        begin.wait()
        try:
            answers[place] = work()
        except Problems as refused:
            answers[place] = [problem.code for problem in refused.problems]

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def versions(house: House, key: str) -> int:
    with house.reading() as work:
        return len(store.versions(work.connection, "entity", key))


def test_of_two_who_saw_the_same_stamp_one_publishes(bare):
    publish(bare, entity("club"), cause=BY)
    for stamp in range(1, 6):
        fields = [{"name": field("text"), f"f{stamp}_{who}": field("integer")} for who in "ab"]
        answers = at_once(
            *(partial(publish, bare, entity("club", own), cause=BY, expect_stamp=stamp) for own in fields)
        )
        assert sorted(answer == ["publish.moved"] for answer in answers) == [False, True]
    assert versions(bare, "club") == 6


def test_two_who_publish_different_things_both_succeed(bare):
    answers = at_once(
        lambda: publish(bare, entity("club"), cause=BY), lambda: publish(bare, entity("person"), cause=BY)
    )
    assert sorted(answer.stamp for answer in answers) == [1, 2]
    with bare.reading() as work:
        assert set(work.catalog.entities) == {"club", "person"}


def test_readers_see_all_of_a_set_or_nothing(bare):
    publish(bare, entity("club"), cause=BY)
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with bare.reading() as work:
                seen.append(set(work.catalog.entities))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(5):
        publish(bare, entity(f"a{number}") | entity(f"b{number}"), cause=BY)
    done.set()
    reader.join()
    assert all(len(entities) % 2 == 1 for entities in seen)
