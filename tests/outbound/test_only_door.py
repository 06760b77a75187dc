"""Only `builder.outbound` may speak to the outside over HTTP."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
HTTP = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "niquests",
    "requests",
    "urllib.request",
    "urllib3",
    "xmlrpc.client",
}
SOCKETS = {"asyncio", "socket", "socketserver", "ssl"}
LISTENERS = {"builder/serving.py"}
"""They take connections and make none."""


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_other_module_imports_a_network_library():
    found = []
    for folder in ("builder", "schema_store", "plugins"):
        for path in sorted((HOUSE / folder).rglob("*.py")):
            name = path.relative_to(HOUSE).as_posix()
            if name.startswith("builder/outbound/") or "/tests/" in name:
                continue
            forbidden = HTTP if name in LISTENERS else HTTP | SOCKETS
            found += [(name, module) for module in imports(path.read_text()) if module in forbidden]
    assert found == []
