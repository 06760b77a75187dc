"""The proof of the rule language at night's length: many drawn rules with fresh rows, and every mutant."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from random import SystemRandom

from tests import databases
from tests.rules import proof, world
from tests.rules.mutants import MUTANTS, rules_until_killed

BATCH = 5_000


def run(rules: int = 50_000) -> None:
    """Print how many rules were asked of every database, how many differed (shrunk), and how each mutant died."""
    folder, remove = databases.open_folder()
    try:
        _run(folder, rules)
    finally:
        remove()


def _run(folder: Path, rules: int) -> None:
    kinds: list[databases.SqliteDatabases | databases.PostgresDatabases] = [databases.SqliteDatabases(folder)]
    try:
        kinds.append(databases.postgres(folder))
    except databases.NotAvailable as problem:
        print(f"PostgreSQL is skipped: {problem}")
    seed = int(os.environ.get("RULES_SEED", SystemRandom().randrange(10**9)))
    print(f"seed {seed}, databases {len(kinds)}")
    asked = 0
    while asked < rules:
        bench = proof.Bench([kind.fresh() for kind in kinds], seed=seed)
        asked += _batch(bench, seed, min(BATCH, rules - asked))
        bench.close()
        seed += 1
    bench = proof.Bench([kinds[0].fresh()])
    for mutant in MUTANTS:
        found = rules_until_killed(bench, mutant)
        print(f"mutant “{mutant.name}”: {'SURVIVED' if found is None else f'killed by rule {found}'}")
    bench.close()


def _batch(bench: proof.Bench, seed: int, rules: int) -> int:
    started = time.perf_counter()
    report = proof.run(bench, seed, rules)
    took_s = time.perf_counter() - started
    print(
        f"seed {seed}: {report.rules} rules ({report.conditions} conditions, {report.values} values), "
        f"{len(report.differences)} differences, {len(report.missing)} pairs not seen, "
        f"{sum(report.refused.values())} refused, {report.rules / took_s:.0f} rules/s"
    )
    for difference in report.differences[:20]:
        moment = world.PAST if difference.is_past else world.MOMENT
        smallest = proof.shrunk(difference.document, proof.fails_on(bench, moment))
        print(f"  {difference.database} {difference.form}: {json.dumps(smallest, ensure_ascii=False)}")
    return report.rules


if __name__ == "__main__":
    run()
