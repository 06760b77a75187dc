"""What a write changed: asked of the row before and after, in Python and of a history row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, create_engine, insert, select

from builder.rules import to_sql
from builder.rules.check import check
from builder.rules.evaluate import compile as compiled
from schema_store.problems import Problems
from tests.rules import world


@dataclass
class Changed:
    """A member just written (the protocol `ChangedRow`)."""

    now: dict[str, Any]
    before: dict[str, Any]
    is_new: bool = False

    def value(self, key: str) -> Any:
        return self.now.get(key)

    def was(self, key: str) -> Any:
        return self.before.get(key)

    def changed(self, key: str) -> bool:
        return self.now.get(key) != self.before.get(key)


RULES: dict[str, Any] = {
    "changed": {"changed": ["points"]},
    "was": {"<": [{"was": ["points"]}, 5]},
    "was empty": {"is_empty": [{"was": ["points"]}]},
    "to": {"changed_to": ["points", 10]},
    "reached": {"crossed": ["points", 10]},
    "new": {"and": [{"is_new": []}, {">": [{"var": "points"}, 3]}]},
    "not reached": {"!": [{"crossed": ["points", 10]}]},
}
PAIRS = [(before, now) for before in (None, 3, 10, 12) for now in (None, 3, 10, 12)]


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("changed", [pair for pair in PAIRS if pair[0] != pair[1]]),
        ("was", [pair for pair in PAIRS if pair[0] == 3]),
        ("was empty", [pair for pair in PAIRS if pair[0] is None]),
        ("to", [pair for pair in PAIRS if pair[1] == 10 != pair[0]]),
        ("reached", [(None, 10), (None, 12), (3, 10), (3, 12)]),
    ],
)
def test_changes(name: str, holds: list[Any]) -> None:
    rule = compiled(check(RULES[name], world.NAMES, "member", trigger=True))
    found = [pair for pair in PAIRS if rule(Changed({"points": pair[1]}, {"points": pair[0]}), world.MOMENT)]
    assert found == holds


HISTORY = Table(
    "history",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("points", BigInteger),
    Column("points_was", BigInteger),
    Column("points_changed", Boolean),
    Column("is_new", Boolean),
)


class HistoryTables(world.WorldTables):
    """A history row beside the record it tells of."""

    def column(self, table: Any, entity: str, key: str) -> Any:
        return table.c[key]

    def was(self, key: str) -> Any:
        return HISTORY.c[f"{key}_was"]

    def changed(self, key: str) -> Any:
        return HISTORY.c[f"{key}_changed"]

    def is_new(self) -> Any:
        return HISTORY.c.is_new


@pytest.mark.parametrize("name", RULES)
def test_history_row_gives_the_same_answer_as_python(name: str) -> None:
    rule = check(RULES[name], world.NAMES, "member", trigger=True)
    rows = {
        number: Changed({"points": now}, {"points": before}, is_new=number % 3 == 0)
        for number, (before, now) in enumerate(PAIRS, 1)
    }
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        HISTORY.create(connection)
        connection.execute(
            insert(HISTORY),
            [
                {
                    "id": number,
                    "points": row.now["points"],
                    "points_was": row.before["points"],
                    "points_changed": row.changed("points"),
                    "is_new": row.is_new,
                }
                for number, row in rows.items()
            ],
        )
        for negated in (False, True):
            form = to_sql.condition(rule, HISTORY, HistoryTables(), world.MOMENT, negated=negated)
            found = {*connection.scalars(select(HISTORY.c.id).where(form))}
            assert found == {
                number for number, row in rows.items() if compiled(rule)(row, world.MOMENT) is not negated
            }


def test_records_cannot_be_asked_what_a_change_did() -> None:
    rule = check(RULES["was"], world.NAMES, "member", trigger=True)
    with pytest.raises(Problems, match="when a record is written"):
        to_sql.condition(rule, world.TABLES["member"], world.WorldTables(), world.MOMENT)
