"""Backup and restore: everything or nothing, from either database into either."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from builder.events import Cause
from builder.records import save, tables
from builder.upkeep import archive, backup, checks, fingerprint, restoring
from builder.work import House
from schema_store.problems import Problems
from tests import make
from tests.upkeep.conftest import fill


def test_what_was_saved_comes_back_whole(shop: House, empty: House, tmp_path: Path) -> None:
    shop.settings.secret("session")
    backup.write(shop, tmp_path / "b.zip")
    restored = restoring.restore(empty, tmp_path / "b.zip")
    assert fingerprint.of(empty) == fingerprint.of(shop)
    assert checks.run(empty, whole=True).document["problems"] == []
    assert restored.saved is None
    assert empty.settings.secret("session") == shop.settings.secret("session")


@pytest.mark.postgres
@pytest.mark.parametrize("towards", ["postgresql", "sqlite"])
def test_a_backup_of_one_database_restores_into_the_other(
    towards: str, sqlite_databases: Any, postgres_databases: Any, tmp_path: Path
) -> None:
    places = {"sqlite": sqlite_databases, "postgresql": postgres_databases}
    target_place = places.pop(towards)
    (source_place,) = places.values()
    source = make.house(source_place.copy("upkeep_shop", fill), data=tmp_path / "one")
    target = make.house(target_place.fresh(), data=tmp_path / "other")
    backup.write(source, tmp_path / "b.zip")
    restoring.restore(target, tmp_path / "b.zip")
    assert fingerprint.of(target) == fingerprint.of(source)
    assert checks.run(target, whole=True).document["problems"] == []
    for house in (source, target):
        house.database.close()


def test_an_id_that_was_given_is_not_given_again_after_a_restore(
    shop: House, empty: House, tmp_path: Path
) -> None:
    newest = make.record(shop, "task", {"title": "soon gone"})
    with shop.writing(Cause("form")) as work:
        save.delete(work, "task", newest, policy=make.OPERATOR)
    backup.write(shop, tmp_path / "b.zip")
    restoring.restore(empty, tmp_path / "b.zip")
    assert make.record(empty, "task", {"title": "another"}) > newest


def test_the_former_state_is_saved_before_a_restore(shop: House, tmp_path: Path) -> None:
    backup.write(shop, tmp_path / "b.zip")
    make.record(shop, "task", {"title": "made since"})
    since = fingerprint.of(shop)
    restored = restoring.restore(shop, tmp_path / "b.zip")
    assert restored.saved is not None
    restoring.restore(shop, restored.saved)
    assert fingerprint.of(shop) == since


def test_a_running_server_notices_a_restore(shop: House, tmp_path: Path) -> None:
    backup.write(shop, tmp_path / "b.zip")
    with shop.reading() as work:
        stamp = work.catalog.stamp
    restoring.restore(shop, tmp_path / "b.zip")
    with shop.reading() as work:
        assert work.catalog.stamp > stamp


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9, 0.999])
def test_one_damaged_byte_is_refused_and_nothing_changes(shop: House, tmp_path: Path, at: float) -> None:
    file = tmp_path / "b.zip"
    backup.write(shop, file)
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 1
    file.write_bytes(content)
    before = fingerprint.of(shop)
    with pytest.raises(Problems, match="damaged"):
        backup.verify(file)
    with pytest.raises(Problems, match="damaged"):
        restoring.restore(shop, file)
    assert fingerprint.of(shop) == before


def test_a_file_that_was_cut_off_is_refused(shop: House, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    backup.write(shop, file)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(Problems, match="damaged"):
        backup.verify(file)


def rewritten(source: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """The same backup with another manifest, sealed anew."""
    with zipfile.ZipFile(source) as old, archive.writing(target) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)


def test_a_backup_of_a_newer_version_is_refused(shop: House, tmp_path: Path) -> None:
    backup.write(shop, tmp_path / "b.zip")
    rewritten(tmp_path / "b.zip", tmp_path / "newer.zip", lambda manifest: manifest.update(revision="9999"))
    with pytest.raises(Problems, match="newer version"):
        restoring.restore(shop, tmp_path / "newer.zip")


def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(shop: House, tmp_path: Path) -> None:
    backup.write(shop, tmp_path / "b.zip")

    def lie_about_a_column(manifest: dict[str, Any]) -> None:
        part = next(part for part in manifest["tables"] if part["name"] == "rec_order")
        part["columns"][3] = {"name": "updated_at", "family": "moment"}
        part["columns"][4]["name"] = "no_such_thing"
        part["columns"][4]["family"] = "number"

    rewritten(tmp_path / "b.zip", tmp_path / "odd.zip", lie_about_a_column)
    make.record(shop, "task", {"title": "made since"})
    before = fingerprint.of(shop)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, nothing may change
        restoring.restore(shop, tmp_path / "odd.zip")
    assert fingerprint.of(shop) == before


def test_a_backup_under_load_is_of_one_moment(shop: House, empty: House, tmp_path: Path) -> None:
    """Orders and the totals they make are written together; no backup sees one without the other."""
    stop = threading.Event()

    def keep_selling() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            make.record(
                shop,
                "order",
                {"order_no": f"L{number}", "member": 1, "amount": 100, "ordered_on": make.NOON.date()},
            )

    seller = threading.Thread(target=keep_selling)
    seller.start()
    try:
        backup.write(shop, tmp_path / "b.zip")
    finally:
        stop.set()
        seller.join()
    restoring.restore(empty, tmp_path / "b.zip")
    assert checks.run(empty, whole=True).document["problems"] == []


def test_only_the_owner_can_read_a_backup(shop: House, tmp_path: Path) -> None:
    backup.write(shop, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0


def test_values_of_every_sort_come_back_as_they_were(shop: House, empty: House, tmp_path: Path) -> None:
    values = {"member_no": "X1", "name": "“王” \\ '; \t", "tags": frozenset({"a;b", "；"}), "points": -5}
    made = make.record(shop, "member", values)
    backup.write(shop, tmp_path / "b.zip")
    restoring.restore(empty, tmp_path / "b.zip")
    assert make.read(empty, "member", made) == make.read(shop, "member", made)
    with empty.reading() as work:
        member = tables.of(work.catalog).table("member")
        assert work.connection.execute(select(member.c.version).where(member.c.id == made)).scalar() == 1
