"""`python -m benchmarks [NAME…]`: prints the results; with `--write` also into docs/benchmarks.md."""

from __future__ import annotations

import importlib
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks import measuring

NAMES = ("rule", "list_page", "rule_in_python", "segment", "rule_checking", "rules_proof")
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

What `make bench` printed. CPU is that of the process and of its database backends, the median of several rounds in
which the variants took turns; wall time stands beside it for information. Only the ratios are worth comparing:
on another machine, or a busy one, the seconds are others.

"""


def main(arguments: list[str]) -> int:
    names = [name.replace("-", "_") for name in arguments if not name.startswith("-")] or list(NAMES)
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"There is no benchmark “{unknown[0]}”. There are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_FOLDER"] = folder
        tables = {name: _run(name) for name in names}
    if "--write" in arguments:
        written = "\n\n".join(f"## {name}\n\n{table}" for name, table in tables.items())
        PAGE.write_text(f"{HEAD}{_machine()}\n\n{written}\n", encoding="utf-8")
    return 0


def _run(name: str) -> str:
    module = importlib.import_module(f"benchmarks.{name}")
    print(f"{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
    answer = module.run()
    table = measuring.markdown(answer) if isinstance(answer, list) else str(answer or "")
    print(f"\n{table}\n", flush=True)
    return table


def _machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
