"""Whatever is typed as a rule: problems and an exit code, or an answer; never a traceback, never a long wait."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.commands.conftest import Tessera
from tests.rules.hostile import TEXTS

AT_MOST_S = 2
TYPED = {
    "check": ("rule", "check", "member"),
    "explain": ("rule", "explain", "member"),
    "sql": ("rule", "sql", "member"),
    "query": ("query", "member", "--count", "--where"),
}
ANSWERS = [
    ({"+": [1e308, 1e308]}, None),
    ({"*": [10**39, 10**39]}, None),
    ({"/": [1, 0]}, None),
    ({"reduce": [[1] * 40, {"*": [{"var": "accumulator"}, {"var": "accumulator"}]}, 10]}, None),
    ({"reduce": [[1] * 40, {"merge": [{"var": "accumulator"}, {"var": "accumulator"}]}, [1]]}, None),
    ({"map": [{"var": ""}, {"map": [{"var": ""}, 1]}]}, list(range(50_000))),
    ({"substr": ["abc", 10**30, -(10**30)]}, None),
    ({"var": "__class__.__mro__"}, {"a": 1}),
    ({"var": [10**30]}, [1]),
    ({"in": ["\ud83d", "\ud83d\ude00"]}, None),
    ({"cat": [{"var": "a"}, {"var": "a"}]}, {"a": "a" * 900_000}),
    ({"missing_some": [10**20, ["a"]]}, {}),
    ({"!": [[[[[[[[[[]]]]]]]]]]}, None),
]


@pytest.mark.parametrize("command", TYPED)
def test_a_hostile_rule_is_refused_at_once(tessera: Tessera, tmp_path: Path, command: str) -> None:
    for name, text in TEXTS.items():
        path = tmp_path / "rule.json"
        path.write_text(text)
        started = time.perf_counter()
        answer = tessera(*TYPED[command], f"@{path}")
        assert time.perf_counter() - started < AT_MOST_S, name
        assert answer.code in (1, 2), name
        assert (answer.out + answer.err).strip(), name
        assert "Traceback" not in answer.err, name


def test_a_file_that_is_no_text_is_refused(tessera: Tessera, tmp_path: Path) -> None:
    path = tmp_path / "rule.json"
    path.write_bytes(b'{"==":[1,"\xff\xfe"]}')
    for command in TYPED.values():
        assert tessera(*command, f"@{path}").code in (1, 2)
        assert tessera(*command, f"@{tmp_path / 'absent.json'}").code in (1, 2)
        assert tessera(*command, f"@{tmp_path}").code in (1, 2)


def test_every_line_of_a_batch_has_its_answer(run_tessera: Tessera, tmp_path: Path) -> None:
    lines = [f'{{"rule": {text.strip() or "oops"}, "data": {{}}}}' for text in TEXTS.values()]
    lines += [json.dumps({"rule": rule, "data": data}) for rule, data in ANSWERS]
    lines += ["[]", "1", '{"data": 1}', '{"rule": 1, "rule": 2}', "\ufeff{}"]
    path = tmp_path / "batch.jsonl"
    path.write_bytes("\n".join(lines).encode() + b'\n{"rule": "\xff\xfe"}\n')
    started = time.perf_counter()
    answer = run_tessera("rule", "eval", "--batch", path)
    assert (answer.code, "Traceback" in answer.err) == (0, False)
    found = [json.loads(line) for line in answer.out.splitlines()]
    assert len(found) == len(lines) + 1
    assert all(one.keys() in ({"result"}, {"error"}) for one in found)
    assert time.perf_counter() - started < 15


def test_a_hostile_rule_over_free_json_has_its_answer(run_tessera: Tessera, tmp_path: Path) -> None:
    path = tmp_path / "rule.json"
    for name, text in TEXTS.items():
        path.write_text(text)
        for words in ((f"@{path}",), ("true", "--data", f"@{path}")):
            answer = run_tessera("rule", "eval", *words)
            assert answer.code in (0, 1, 2), name
            assert "Traceback" not in answer.err, name
            assert answer.code == 2 or json.loads(answer.out).keys() in ({"result"}, {"error"}), name
