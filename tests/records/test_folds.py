"""Folded copies of texts: right after every way to write one, so that case never decides what is found."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import literal, select, update

from builder.events import Cause
from builder.fields.all import TYPES
from builder.kinds.entity import keeps_folded
from builder.records import bulk, find, folds, importing, save, tables
from builder.records.find import Query
from builder.records.row import row_of
from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.work import House
from tests import make
from tests.fields.examples import CASES
from tests.make import OPERATOR

NAMES = ("Ann Smith", "ÉMILE", "Straße", "王小明 VIP", "e\u0301tienne")


def copies(shop: House) -> list[tuple[str | None, str | None]]:
    with shop.reading() as work:
        table = tables.of(work.catalog).table("member")
        return [tuple(row) for row in work.connection.execute(select(table.c.name, table.c._folded_name))]


def assert_right(shop: House, count: int) -> None:
    found = copies(shop)
    assert len(found) == count
    assert [copy for _name, copy in found] == [folds.folded(name) for name, _copy in found]


def found(shop: House, **asked: Any) -> list[str]:
    with shop.reading() as work:
        return [
            str(one.values["name"]) for one in find.page(work, Query("member", **asked), OPERATOR).records
        ]


@pytest.fixture
def stocked(shop: House) -> House:
    for number, name in enumerate(NAMES):
        make.record(shop, "member", {"member_no": f"M{number}", "name": name})
    return shop


def test_a_save_writes_the_copy_with_the_text(stocked: House) -> None:
    assert_right(stocked, 5)
    with stocked.writing(Cause("form")) as work:
        save.save(work, "member", {"name": "ANNA"}, policy=OPERATOR, id=1)
        save.save(work, "member", {"name": None}, policy=OPERATOR, id=2)
    assert_right(stocked, 5)
    assert ("ANNA", "anna") in copies(stocked)


def test_an_import_writes_it_for_new_and_for_changed_records(stocked: House, tmp_path: Any) -> None:
    path = tmp_path / "members.csv"
    path.write_text("member_no,name\nM0,ANNE\nM9,ÖZGE\n", encoding="utf-8")
    options = importing.Options(key="member_no")
    importing.run(stocked, "member", path, options, OPERATOR, cause=Cause("import"))
    assert_right(stocked, 6)
    assert {("ANNE", "anne"), ("ÖZGE", "özge")} <= set(copies(stocked))


@pytest.mark.parametrize("value", ["Same FOR all", None, {"cat": [{"var": "name"}, " Ü"]}], ids=str)
def test_a_set_write_writes_it_for_the_whole_set(stocked: House, value: Any) -> None:
    with stocked.writing(Cause("workflow")) as work:
        given = check(value, work.catalog, "member", wanted="value") if isinstance(value, dict) else value
        ids = select(tables.of(work.catalog).table("member").c.id)
        assert bulk.write(work, "member", ids, bulk.Changes(set={"name": given})).changed == 5
    assert_right(stocked, 5)


def test_a_set_of_new_records_has_it_too(shop: House) -> None:
    with shop.writing(Cause("workflow")) as work:
        one = select(literal("M1").label("member_no"), literal("New ONE").label("name"))
        bulk.create(work, "member", one)
    assert copies(shop) == [("New ONE", "new one")]


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ({"icontains": [{"var": "name"}, "SMITH"]}, ["Ann Smith"]),
        ({"icontains": [{"var": "name"}, "strasse"]}, ["Straße"]),
        ({"icontains": [{"var": "name"}, "vip"]}, ["王小明 VIP"]),
        ({"matches_ci": [{"var": "name"}, "émile"]}, ["ÉMILE"]),
        ({"icontains": [{"var": "name"}, "É"]}, ["ÉMILE", "e\u0301tienne"]),
        ({"icontains": [{"var": "email"}, "x"]}, []),
        ({"icontains": [{"var": "phone"}, "138"]}, []),
    ],
    ids=str,
)
def test_rules_find_without_regard_to_case_as_python_does(
    stocked: House, rule: Any, names: list[str]
) -> None:
    assert found(stocked, where=(rule,)) == names
    with stocked.reading() as work:
        holds = compiled(check(rule, work.catalog, "member"))
        held = [one for one in range(1, 6) if holds(row_of(work, "member", one), work.moment)]
    assert [NAMES[one - 1] for one in held] == names


def test_the_search_box_knows_no_case(stocked: House) -> None:
    assert found(stocked, search="ANN") == ["Ann Smith"]
    assert found(stocked, search="émi") == ["ÉMILE"]
    assert found(stocked, search="m0") == ["Ann Smith"]


def test_a_repair_writes_every_copy_anew(stocked: House) -> None:
    with stocked.writing(Cause("check")) as work:
        table = tables.of(work.catalog).table("member")
        work.connection.execute(update(table).values(_folded_name="wrong"))
        folds.refresh_all(work)
    assert_right(stocked, 5)


@pytest.mark.parametrize(("one", "settings"), CASES)
def test_a_type_without_a_copy_has_no_letters_of_two_cases(one: Any, settings: Any) -> None:
    if one.storage == "column" and one.fact(settings)["type"] == "text" and not keeps_folded(one, settings):
        samples = [one.sample(Random(seed), settings) for seed in range(200)]
        assert [folds.folded(value) for value in samples] == samples
    assert any(other.is_caseless for other in TYPES)
