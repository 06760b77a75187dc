"""The rule language is one language: Python, SQLite and PostgreSQL agree on every drawn rule and every row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from builder.rules.check import check
from schema_store.problems import Problems
from tests.rules import proof, world
from tests.rules.generator import expected
from tests.rules.mutants import MUTANTS, Mutant, rules_until_killed

RULES = 3_000
"""Rules asked in one run of the tests, both parts together: a thousand conditions and a thousand values at least."""
PARTS = 2
CORPUS = [json.loads(path.read_text()) for path in sorted(proof.CORPUS.glob("*.json"))]


@pytest.fixture(scope="module")
def bench(sqlite_databases: Any, request: pytest.FixtureRequest) -> Iterator[proof.Bench]:
    """Both databases; SQLite alone where there is no PostgreSQL (the test of that name is skipped then)."""
    kinds = [sqlite_databases]
    with suppress(pytest.skip.Exception):
        kinds.append(request.getfixturevalue("postgres_databases"))
    urls = [kind.fresh() for kind in kinds]
    made = proof.Bench(urls)
    yield made
    made.close()
    for kind, url in zip(kinds, urls, strict=True):
        kind.drop(url)


@pytest.mark.postgres
def test_postgresql_takes_part(postgres_databases: Any, bench: proof.Bench) -> None:
    assert {database.engine.dialect.name for database in bench.databases} == {"sqlite", "postgresql"}


@pytest.mark.parametrize("case", [case for cases in CORPUS for case in cases], ids=lambda case: case["was"])
def test_rule_that_once_differed_is_the_same_everywhere(bench: proof.Bench, case: dict[str, Any]) -> None:
    asked = 0
    for wanted in ("condition", "value"):
        try:
            rule = check(case["rule"], world.NAMES, "member", wanted=wanted)
        except Problems:
            continue
        asked += 1
        for moment in (world.MOMENT, world.PAST):
            assert bench.differences(rule, moment, thorough=True) == []
    assert asked


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_rules_are_the_same_everywhere_and_every_pair_of_operators_is_seen(
    bench: proof.Bench, part: int
) -> None:
    triples = [*expected()][part::PARTS]
    report = proof.run(bench, seed=20_260_308 + part, rules=RULES // PARTS, triples=triples)
    assert report.differences == [], "\n".join(str(one) for one in report.differences[:5])
    assert set(triples) <= report.triples
    assert report.rules >= RULES // PARTS
    assert min(report.conditions, report.values) >= 1_000 // PARTS
    assert sum(report.refused.values()) < report.rules // 5, report.samples[:5]


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.is_quick], ids=lambda one: one.name)
def test_fault_put_into_the_table_is_found(bench: proof.Bench, mutant: Mutant) -> None:
    assert rules_until_killed(bench, mutant) is not None


def test_failing_rule_shrinks_to_the_part_that_fails() -> None:
    document = {
        "and": [
            {"<": [{"var": "points"}, 3]},
            {"or": [{"var": "vip"}, {"==": [{"%": [{"var": "visits"}, 7]}, 1]}]},
        ]
    }
    found = proof.shrunk(document, lambda candidate: '"%"' in json.dumps(candidate))
    assert found == {"%": []}
