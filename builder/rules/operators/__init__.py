"""The one operator table, put together from the files of this folder in one visible list."""

from __future__ import annotations

from builder.rules.operators import (
    arithmetic,
    calendar,
    comparing,
    dates,
    emptiness,
    extremes,
    leaves,
    logic,
    relations,
    tags,
    texts,
    triggers,
)
from builder.rules.operators.entry import Operator

FILES = (
    leaves,
    logic,
    comparing,
    arithmetic,
    extremes,
    emptiness,
    dates,
    calendar,
    texts,
    tags,
    relations,
    triggers,
)

TABLE: dict[str, Operator] = {entry.key: entry for file in FILES for entry in file.ENTRIES}
"""Every entry by its key. Entries of one name are told apart by the types of their arguments."""

NAMES: dict[str, tuple[str, ...]] = {}
"""{name as written: keys of its entries, in the order they are tried}."""

ALIASES: dict[str, str] = {}
"""{another spelling: name}."""

for _entry in TABLE.values():
    if _entry.name:
        NAMES[_entry.name] = (*NAMES.get(_entry.name, ()), _entry.key)
        ALIASES.update(dict.fromkeys(_entry.aliases, _entry.name))
