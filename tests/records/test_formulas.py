"""Formula fields of stored records: read, listed, asked, exported and never written, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema
import pytest

from builder.access.policy import Policy
from builder.records import find, forms, save
from builder.records.find import Query
from builder.records.row import row_of
from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from builder.rules.telling.explain import sentence, trace
from builder.work import House
from schema_store.problems import Problems
from tests import make
from tests.make import OPERATOR

FORMULAS: dict[str, tuple[Any, dict[str, Any]]] = {
    "average": ({"round": [{"/": [{"var": "total_spent"}, {"var": "order_count"}]}, 2]}, {"type": "money"}),
    "is_good": ({">": [{"var": "average"}, 50]}, {"type": "boolean"}),
    "idle_days": ({"days_since": [{"var": "last_order_on"}]}, {"type": "integer"}),
    "call_on": ({"date_add": [{"var": "last_order_on"}, 1, "month"]}, {"type": "date"}),
    "card": ({"cat": [{"var": "name"}, " / ", {"var": "member_no"}]}, {"type": "text"}),
    "region": ({"var": "store.region"}, {"type": "text"}),
}


def with_formulas(bodies: Any) -> None:
    member = bodies["entity", "member"]["properties"]
    for key, (formula, gives) in FORMULAS.items():
        member[key] = {"x-tessera": {"type": "formula", "label": key, "formula": formula, "gives": gives}}
    formula = {">": [{"var": "amount"}, 100]}
    order = {"type": "formula", "label": "Big", "formula": formula, "gives": {"type": "boolean"}}
    bodies["entity", "order"]["properties"]["is_big"] = {"x-tessera": order}


@pytest.fixture
def shop(database_copy):
    made = make.house(database_copy("formulas", make.changed_membership(with_formulas)))
    store = make.record(made, "store", {"store_no": "S1", "region": "East"})
    ann = make.record(made, "member", {"member_no": "1", "name": "Ann", "store": store})
    make.record(made, "member", {"member_no": "2", "name": "Bob"})
    for number, (day, cents) in enumerate([(date(2026, 1, 31), 1234), (date(2026, 1, 5), 20001)]):
        values = {"order_no": f"O{number}", "member": ann, "ordered_on": day, "amount": cents}
        make.record(made, "order", values)
    yield made
    made.database.close()


def values(shop: House, record_id: int) -> dict[str, Any]:
    return {key: make.read(shop, "member", record_id).values[key] for key in FORMULAS}


def test_a_formula_is_worked_out_when_it_is_read(shop: House) -> None:
    assert values(shop, 1) == {
        "average": 10618,
        "is_good": True,
        "idle_days": 30,
        "call_on": date(2026, 2, 28),
        "card": "Ann / 1",
        "region": "East",
    }


def test_of_empty_values_it_is_empty(shop: House) -> None:
    found = values(shop, 2)
    assert (found["average"], found["idle_days"], found["call_on"], found["region"]) == (None,) * 4
    assert (found["is_good"], found["card"]) == (False, "Bob / 2")


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ({"var": "is_good"}, ["Ann"]),
        ({"!": {"var": "is_good"}}, ["Bob"]),
        ({">": [{"var": "idle_days"}, 29]}, ["Ann"]),
        ({"!=": [{"var": "region"}, "East"]}, ["Bob"]),
        ({"is_empty": [{"var": "call_on"}]}, ["Bob"]),
        ({"some": [{"var": "orders"}, {"var": "is_big"}]}, ["Ann"]),
        ({"==": [{"count": [{"var": "orders"}, {"!": {"var": "is_big"}}]}, 1]}, ["Ann"]),
    ],
)
def test_a_list_is_filtered_by_it_as_python_would(shop: House, rule: Any, names: list[str]) -> None:
    with shop.reading() as work:
        found = find.page(work, Query("member", where=(rule,)), OPERATOR).records
        checked = check(rule, work.catalog, "member")
        held = [one for one in (1, 2) if compiled(checked)(row_of(work, "member", one), work.moment)]
    assert [one.values["name"] for one in found] == names
    assert held == [one.id for one in found]


def test_as_of_an_earlier_day_its_rollups_are_those_of_that_day(shop: House) -> None:
    with shop.reading(as_of=shop.clock.end_of(date(2026, 1, 10))) as work:
        found = find.get(work, "member", 1, OPERATOR)
    assert found is not None
    assert (found.values["average"], found.values["idle_days"]) == (20001, 5)


def test_an_exported_record_with_formulas_is_right_by_its_schema(shop: House) -> None:
    with shop.reading() as work:
        entity = work.catalog.entity("member")
        record = find.get(work, "member", 1, OPERATOR)
        assert record is not None
        document = forms.to_json(entity, record)
    jsonschema.Draft202012Validator(entity.document).validate(document)
    assert (document["average"], document["call_on"]) == ("106.18", "2026-02-28")


def test_nobody_writes_it(shop: House) -> None:
    with pytest.raises(Problems) as refused, shop.writing(make.Cause("form")) as work:
        save.save(work, "member", {"average": 1}, policy=OPERATOR, id=1)
    assert [problem.code for problem in refused.value.problems] == ["field.computed"]


def test_a_save_tells_history_nothing_of_it(shop: House) -> None:
    with shop.writing(make.Cause("form")) as work:
        saved = save.save(work, "member", {"name": "Anna"}, policy=OPERATOR, id=1)
    assert set(saved.changes) == {"name"}
    assert values(shop, 1)["card"] == "Anna / 1"


def test_it_is_said_by_its_label_and_explained_with_its_value(shop: House) -> None:
    with shop.reading() as work:
        rule = check({">": [{"var": "average"}, 50]}, work.catalog, "member")
        step = trace(rule, row_of(work, "member", 1), work.moment, "en")
    assert sentence(rule, "en") == "average is more than 50.00"
    assert (step.verdict, step.values) == (True, {"average": "106.18"})


def test_a_formula_over_hidden_fields_answers_no_filter(shop: House) -> None:
    rights = {"member": {"read": True, "fields": {"total_spent": "hide"}}}
    role = {"key": "shy", "label": "Shy", "entities": rights, "may": []}
    make.publish(shop, {("role", "shy"): role}, cause=make.Cause("command"))
    with shop.reading() as work:
        shy = Policy.of_user(work.catalog, type("User", (), {"id": 1, "roles": ["shy"]})())
    with shop.reading() as work, pytest.raises(Problems):
        find.page(work, Query("member", where=({">": [{"var": "average"}, 50]},)), shy)
