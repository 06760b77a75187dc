"""No room knows a shipped application: the engine would run as well if there were none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from builder.kinds.all import KINDS
from schema_store import packages

BUILDER = Path(__file__).parents[2] / "builder"
OWN = ("upkeep/sample/invented.py",)
"""What an application brought along itself."""

SAID = {("first_start.py", "membership"), ("upkeep/sample/__init__.py", "membership")}
"""What the first start installs, and whose the sample data of the first version was."""

COMMON = {"member", "manager", "service"}
"""Words that mean something else as well: the member of a JSON object, a manager."""


def names() -> set[str]:
    """The keys of the shipped applications that are nobody else's words: definitions, and fields of two words."""
    kinds = {kind.key for kind in KINDS}
    found: set[str] = set()
    for folder in packages.shipped().values():
        for (kind, key), body in packages.read(folder).items():
            found.add(key)
            if kind == "entity":
                found |= {field for field in body["properties"] if "_" in field}
    return {key for key in found if "_" in key or key in packages.shipped()} - kinds - COMMON


def said(path: Path) -> Iterator[str]:
    """The texts in a module that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_no_module_names_what_an_application_made() -> None:
    wanted = names()
    assert "member_no" in wanted
    assert "loan_overdue" in wanted
    found = {
        (str(path.relative_to(BUILDER)), text)
        for path in BUILDER.rglob("*.py")
        if str(path.relative_to(BUILDER)) not in OWN
        for text in said(path)
        if text in wanted
    }
    assert {one for one in found if not _is_example(*one)} == SAID


def _is_example(file: str, _text: str) -> bool:
    """Operators show themselves with rules over members; nothing asks what those are."""
    return file.startswith("rules/operators/")
