"""Two edits of one definition put together: a rule in it is one value, of which nobody takes a half."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.rules.operators import NAMES
from schema_store import merging
from schema_store.diff import Path, named
from schema_store.documents import Body
from schema_store.merging import Merge
from schema_store.problems import pointer


def merged(
    base: Body | None, mine: Body | None, theirs: Body | None, choices: Mapping[str, str] | None = None
) -> Merge:
    """`merging.merge` for definitions; a body that is None retires it."""
    whole = {pointer(*at) for body in (base, mine, theirs) for at in _rules(body, ())}
    return merging.merge(base, mine, theirs, whole=whole, choices=choices)


def _rules(value: Any, at: Path) -> Iterator[Path]:
    """Where conditions and formulas stand: objects of one key, which is an operator."""
    if isinstance(value, list):
        value = named(value) or {}
    if not isinstance(value, Mapping):
        return
    if len(value) == 1 and next(iter(value)) in NAMES:
        yield at
        return
    for key, inner in value.items():
        yield from _rules(inner, (*at, key))
