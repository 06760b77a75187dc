"""What a formula gives for records, on both databases: as every other door works it out, and only what may be seen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builder.access.policy import Policy
from builder.records import conditions, samples
from builder.rules.check import check
from builder.rules.notation.reading import read
from builder.work import House
from schema_store.problems import Problems
from tests import make
from tests.access.site import Statements

GIVEN: dict[str, Any] = {
    "[Points] * 2": 14,
    "[Points] / 2": 3.5,
    'IF([Level] = "Gold", "yes", "no")': "yes",
    'DATEADD([Joined on], 1, "month")': date(2026, 2, 28),
    "[Joined on] < 2026-02-01": True,
    'IFEMPTY([City], "none")': "none",
    "COUNT([orders])": 0,
}


def _member(shop: House) -> int:
    values = {"member_no": "M1", "name": "Ann", "points": 7, "level": "gold", "joined_on": date(2026, 1, 31)}
    return make.record(shop, "member", values)


@pytest.mark.parametrize("text", GIVEN)
def test_formula_gives_what_it_says(shop: House, text: str) -> None:
    ann = _member(shop)
    with shop.reading() as work:
        rule = check(read(text, work.catalog, "member"), work.catalog, "member", wanted="value")
        with Statements(shop) as statements:
            found = samples.worked_out(work, rule, [ann], make.OPERATOR)
    assert found == {ann: GIVEN[text]}
    assert len(statements.texts) == 1


def test_formula_over_hidden_fields_is_refused(shop: House) -> None:
    ann = _member(shop)
    with shop.reading() as work:
        rule = conditions.checked(work.catalog, "member", {"==": [{"var": "name"}, "Ann"]})
        with pytest.raises(Problems):
            samples.worked_out(work, rule, [ann], Policy.nobody())
