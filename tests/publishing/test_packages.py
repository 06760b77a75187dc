"""Packages: what a definition needs comes along, strangers under the same key are seen, new keys hold everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from builder.events import Cause
from builder.publishing import arriving, checking, packing
from builder.publishing.arriving import Choice
from builder.publishing.publish import publish
from builder.work import House
from schema_store import package_file, packages, renaming
from schema_store.documents import Body, Name
from schema_store.problems import Problems
from tests import make

LOANS = packages.read(packages.find("loans"))


@pytest.fixture
def both(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    """Both shipped applications on either database."""
    fill = make.application("membership", "loans")
    made = make.house(database_copy("membership_and_loans", fill), data=tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def shop(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    made = make.house(database_copy("membership", make.membership), data=tmp_path)
    yield made
    made.database.close()


def needed(house: House, *chosen: Name) -> dict[Name, Name | None]:
    with house.reading() as work:
        return packing.together(work.registry, work.catalog, chosen)


def arrived(
    house: House, bodies: dict[Name, Body], choices: dict[Name, Choice] | None = None
) -> tuple[dict[Name, str], dict[Name, Body]]:
    with house.reading() as work:
        arriving.refuse_wrong(work, bodies)
        standing = arriving.standings(work, bodies)
        return standing, arriving.chosen(work, bodies, standing, choices or {})


def test_what_is_needed_comes_along_with_the_reason(both: House) -> None:
    found = needed(both, ("view", "overdue_loans"))
    assert found == {
        ("view", "overdue_loans"): None,
        ("entity", "loan"): ("view", "overdue_loans"),
        ("entity", "item"): ("entity", "loan"),
        ("entity", "borrower"): ("entity", "loan"),
    }


def test_a_workflow_needs_what_it_makes_and_whom_it_tells(both: House) -> None:
    found = needed(both, ("workflow", "member_dormant"))
    assert found["entity", "task"] == ("workflow", "member_dormant")
    assert found["role", "service"] == ("workflow", "member_dormant")


def test_a_rollup_needs_what_it_gathers(both: House) -> None:
    assert needed(both, ("entity", "item"))["entity", "loan"] == ("entity", "item")


def test_what_is_put_together_is_whole_where_it_arrives(both: House) -> None:
    with both.reading() as work:
        kinds, bodies = work.registry.kinds, work.catalog.bodies
        for name in bodies:
            found = packing.together(work.registry, work.catalog, [name])
            alone = {one: kinds[one[0]].authored(bodies[one]) for one in found}
            problems = checking.validate(alone, work.registry)
            assert [one for one in problems if one.severity == "error"] == [], name


@pytest.mark.parametrize("app", ["membership", "loans"])
def test_an_application_consists_of_what_it_was_shipped_with(both: House, app: str) -> None:
    with both.reading() as work:
        assert set(packing.contents(work.registry, work.catalog, app)) == set(
            packages.read(packages.find(app))
        )


def test_a_package_from_here_is_here_already(both: House) -> None:
    with both.reading() as work:
        kinds = work.registry.kinds
        out = {name: kinds[name[0]].authored(body) for name, body in work.catalog.bodies.items()}
    standing, taken = arrived(both, package_file.read(package_file.write(out)))
    assert set(standing.values()) == {arriving.SAME}
    with both.reading() as work:
        done = publish(both, taken, cause=Cause("form"))
    assert done is None


def test_a_stranger_under_the_same_key_is_never_overwritten_unasked(shop: House) -> None:
    strange = {("entity", "store"): thing("store"), ("view", "shelf"): view("shelf", "store")}
    standing, taken = arrived(shop, strange)
    assert standing == {("entity", "store"): arriving.OTHER, ("view", "shelf"): arriving.NEW}
    assert list(taken) == [("view", "shelf")]
    _standing, taken = arrived(shop, strange, {("entity", "store"): Choice(arriving.THEIRS)})
    assert set(taken) == set(strange)


def test_another_version_of_the_same_application_is_a_change(both: House) -> None:
    changed = deepcopy(LOANS)
    changed["view", "all_items"]["columns"].pop()
    standing, taken = arrived(both, changed)
    assert standing["view", "all_items"] == arriving.CHANGED
    assert standing["entity", "loan"] == arriving.SAME
    publish(both, taken, cause=Cause("form"))
    back, _taken = arrived(both, {("view", "all_items"): LOANS["view", "all_items"]})
    assert back == {("view", "all_items"): arriving.CHANGED}


def test_what_was_retired_does_not_come_back_by_itself(both: House) -> None:
    publish(both, {("view", "items_in_store"): None, ("app", "loans"): None}, cause=Cause("form"))
    mine = {name: body for name, body in LOANS.items() if name == ("view", "items_in_store")}
    standing, taken = arrived(both, mine)
    assert (standing, taken) == ({("view", "items_in_store"): arriving.RETIRED}, {})


def test_a_whole_application_arrives_under_new_keys(both: House) -> None:
    choices = {name: Choice(arriving.RENAMED, f"{name[1][:26]}_2") for name in LOANS}
    _standing, taken = arrived(both, dict(LOANS), choices)
    assert set(taken) == {(kind, f"{key[:26]}_2") for kind, key in LOANS}
    assert taken["app", "loans_2"]["menu"][0] == {"entity": "loan_2"}
    assert set(taken["role", "lending_desk_2"]["entities"]) == {"item_2", "borrower_2", "loan_2"}
    assert taken["workflow", "loan_overdue_2"]["actions"][1]["to"] == {"role": "lending_desk_2"}
    assert publish(both, taken, cause=Cause("form")) is not None
    make.record(both, "item_2", {"item_no": "1", "name": "Another camera"})


def test_a_renamed_entity_keeps_the_name_of_its_relation() -> None:
    bodies = {
        ("entity", "part"): thing("part", whole={"type": "reference", "label": {"en": "Of"}, "to": "thing"}),
        ("entity", "thing"): thing("thing"),
    }
    keys = {("entity", "part"): "piece"}
    found = renaming.renamed(bodies, keys, lambda *_name: [])
    assert found["entity", "piece"]["properties"]["whole"]["x-tessera"]["inverse"] == {"key": "part_whole"}


@pytest.mark.parametrize("key", ["", "Loan", "new", "loan", "member", "ünder", "a" * 31, "1st"])
def test_a_new_key_is_a_free_key(both: House, key: str) -> None:
    with pytest.raises(Problems) as refused:
        arrived(both, dict(LOANS), {("entity", "loan"): Choice(arriving.RENAMED, key)})
    assert refused.value.problems[0].pointer == "/entity/loan"


def test_two_may_not_take_the_same_new_key(both: House) -> None:
    same = {("view", key): Choice(arriving.RENAMED, "fresh") for key in ("open_loans", "all_loans")}
    with pytest.raises(Problems):
        arrived(both, dict(LOANS), same)


def test_wrong_documents_are_said_before_anything_else(shop: House) -> None:
    with pytest.raises(Problems) as refused:
        arrived(shop, {("view", "odd"): {"key": "odd"}, ("oddity", "x"): {"key": "x"}})
    assert {problem.pointer.split("/")[1] for problem in refused.value.problems} == {"view", "oddity"}


def thing(key: str, **fields: Any) -> Body:
    named = {"name": {"type": "text", "label": {"en": "Name"}}, **fields}
    properties = {field: {"x-tessera": settings} for field, settings in named.items()}
    label = {"en": key.title()}
    head = {"key": key, "label": label, "label_plural": label, "title_field": "name"}
    return {"properties": properties, "x-tessera": head}


def view(key: str, entity: str) -> Body:
    label = {"en": key.title()}
    return {"key": key, "label": label, "entity": entity, "type": "table", "columns": ["name"]}
