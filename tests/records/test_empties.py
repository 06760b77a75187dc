"""How many records lack a value in a rule: asked once for the whole rule, of the records one may see."""

from __future__ import annotations

from builder.records import conditions, empties
from builder.work import House
from tests import make
from tests.access.site import Statements

RULE = {
    "or": [
        {"!=": [{"var": "city"}, "Suzhou"]},
        {"and": [{">": [{"days_since": [{"var": "last_order_on"}]}, 180]}, {"==": [{"var": "name"}, "Ann"]}]},
    ]
}


def test_whole_rule_is_counted_in_one_query(shop: House) -> None:
    for number in range(3):
        make.record(shop, "member", {"member_no": f"M{number}", "name": "Ann" if number else None})
    with shop.reading() as work:
        rule = conditions.checked(work.catalog, "member", RULE)
        with Statements(shop) as statements:
            found = empties.counted(work, rule, make.OPERATOR)
    assert len(statements.texts) == 1
    assert [(gap.value.detail.key, gap.counted, count) for gap, count in found.gaps] == [
        ("city", True, 3),
        ("last_order_on", False, 3),
        ("name", False, 1),
    ]
    assert (found.records, found.is_capped) == (3, False)


def test_only_the_first_records_are_looked_at(shop: House) -> None:
    for number in range(3):
        make.record(shop, "member", {"member_no": f"M{number}"})
    with shop.reading() as work:
        found = empties.counted(work, conditions.checked(work.catalog, "member", RULE), make.OPERATOR, cap=2)
    assert (found.records, found.is_capped) == (2, True)
    assert found.said("en")[-1] == "Of the first 2 records only; there are more."
