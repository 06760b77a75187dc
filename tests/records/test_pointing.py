"""What a record says of those it points to: as people write it, and no more than they may read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from builder.access.policy import Policy
from builder.records import exporting, find
from builder.records.find import Query
from builder.work import House
from tests import make
from tests.make import OPERATOR


def changed(bodies: dict[tuple[str, str], Any]) -> None:
    bodies["entity", "member"]["x-tessera"]["title_field"] = "total_spent"
    store = {"read": True, "fields": {"store_no": "hide"}}
    bodies["role", "guest"] = {
        "key": "guest",
        "label": "Guest",
        "entities": {"member": {"read": True}, "store": store},
        "may": ["export"],
    }


@pytest.fixture
def shop(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    made = make.house(database_copy("membership-pointing", make.changed_membership(changed)), data=tmp_path)
    make.record(made, "store", {"store_no": "id:7", "name": "Bund"})
    make.record(made, "member", {"member_no": "M1", "store": 1})
    make.record(made, "order", {"order_no": "O1", "member": 1, "amount": 1250})
    yield made
    made.database.close()


def exported(shop: House, entity: str, field: str, policy: Policy) -> str:
    file = io.StringIO()
    with shop.reading() as work:
        exporting.write(work, Query(entity, fields=(field,)), policy, file, "csv")
    return file.getvalue().split()[-1]


def test_title_of_another_record_is_written_as_its_field_writes_it(shop: House) -> None:
    assert make.read(shop, "order", 1).titles["member"] == "12.50"


def test_key_that_looks_like_a_number_of_a_record_is_not_exported_as_one(shop: House) -> None:
    assert exported(shop, "member", "store", OPERATOR) == "id:1"
    assert exported(shop, "order", "member", OPERATOR) == "M1"


def test_hidden_key_of_another_record_stays_hidden(shop: House) -> None:
    with shop.reading() as work:
        guest = Policy.of_user(work.catalog, SimpleNamespace(id=1, roles=("guest",)))
        found = find.page(work, Query("member"), guest).records[0]
    assert (found.titles["store"], found.keys) == ("Bund", {})
    assert exported(shop, "member", "store", guest) == "id:1"


@pytest.mark.parametrize("name", ["id:99999999999999999999", "id:0", "id:x", "id:"])
def test_number_that_no_record_can_have_finds_none(shop: House, name: str) -> None:
    with shop.reading() as work:
        assert find.by_key(work, "member", name, OPERATOR) is None


def test_entity_may_point_to_others_a_hundred_times(
    database_copy: Callable[..., Any], tmp_path: Path
) -> None:
    def widen(bodies: dict[tuple[str, str], Any]) -> None:
        for number in range(100):
            own = {
                "type": "reference",
                "label": f"R {number}",
                "to": "store",
                "inverse": {"key": f"i{number}"},
            }
            bodies["entity", "task"]["properties"][f"r{number}"] = {"x-tessera": own}

    made = make.house(database_copy("membership-wide", make.changed_membership(widen)), data=tmp_path)
    make.record(made, "store", {"store_no": "S1", "name": "Bund"})
    make.record(made, "task", {"title": "Call", "r0": 1, "r99": 1})
    found = make.read(made, "task", 1)
    assert found.titles == {"r0": "Bund", "r99": "Bund"}
    assert found.keys == {"r0": "S1", "r99": "S1"}
    made.database.close()
