"""The tour in both READMEs does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.commands.conftest import Tessera

HOME = Path(__file__).parents[2]


def files_of(page: str) -> dict[str, str]:
    contents = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    return dict(zip(("members.csv", "orders.csv"), contents, strict=True))


def commands_of(page: str) -> list[list[str]]:
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    return [shlex.split(line)[1:] for line in blocks.splitlines() if line.startswith("tessera ")]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_tour_works_as_written(
    name: str, bare: Tessera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TESSERA_NOW", "2026-07-15T09:00")
    page = (HOME / name).read_text("utf-8")
    for file, content in files_of(page).items():
        Path(file).write_text(content)
    said = {}
    run = ""
    for words in commands_of(page):
        answer = bare(*[run if word == "RUN" else word for word in words])
        assert answer.code == 0, (words, answer.err)
        run = (re.findall(r"^Run (\d+) ", answer.out, re.MULTILINE) or [run])[0]
        said[" ".join(words)] = answer.out
    queried = next(out for words, out in said.items() if words.startswith("query"))
    assert queried.count("active") == 3
    assert "43.33" in queried
    assert "would change 1 of 1" in next(out for words, out in said.items() if "--rehearse" in words)
    why = [out for words, out in said.items() if words.startswith("rule explain")]
    assert ("✓" in why[0], "✗" in why[1]) == (True, True)
    assert said["undo RUN"].startswith("Put back 2 records")


def test_both_readmes_have_the_same_tour() -> None:
    pages = [(HOME / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]
    assert files_of(pages[0]) == files_of(pages[1])
    plain = [
        [[word for word in words if word not in ("--language", "zh")] for words in commands_of(page)]
        for page in pages
    ]
    assert plain[0] == plain[1]
