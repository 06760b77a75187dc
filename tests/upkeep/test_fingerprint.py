"""One hash per part, the same on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from builder.events import Cause
from builder.records import tables
from builder.upkeep import fingerprint
from builder.work import House
from tests import make
from tests.upkeep.conftest import fill


@pytest.mark.postgres
def test_two_databases_that_say_the_same_have_the_same_fingerprint(
    sqlite_databases: Any, postgres_databases: Any
) -> None:
    found = []
    for databases in (sqlite_databases, postgres_databases):
        url = databases.copy("upkeep_shop", fill)
        house = make.house(url)
        found.append(fingerprint.of(house))
        house.database.close()
        databases.drop(url)
    assert found[0] == found[1]


def test_one_changed_value_moves_only_the_records(shop: House) -> None:
    before = fingerprint.of(shop)
    with shop.writing(Cause("command")) as work:
        member = tables.of(work.catalog).table("member")
        work.connection.execute(update(member).where(member.c.id == 1).values(city="Elsewhere"))
    after = fingerprint.of(shop)
    assert [part for part in before if before[part] != after[part]] == ["records"]


def test_file_that_people_brought_moves_only_the_files(shop: House) -> None:
    before = fingerprint.of(shop)
    place = shop.settings.data / "files" / "a"
    place.mkdir(parents=True)
    (place / "receipt.txt").write_text("12.50")
    after = fingerprint.of(shop)
    assert [part for part in after if before[part] != after[part]] == ["files"]
