"""Rights as templates draw them: a table of all that can be granted, of which one row is open; fields by level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from builder.kinds.design import names
from builder.kinds.design.plan import Node
from builder.kinds.design.schemas import options
from builder.pages.reader import Reader
from builder.pages.studio import wording
from builder.pages.studio.design.drawn import Drawn, Options
from builder.pages.studio.design.state import Designing
from schema_store.problems import pointer


@dataclass(frozen=True)
class Row:
    """One thing of a matrix: `ticked` flags, `notes` on what else it says. `is_strange`: nobody knows it any more."""

    key: str
    id: str
    place: str
    name: str
    label: str
    ticked: frozenset[str]
    notes: Sequence[str]
    is_open: bool
    is_strange: bool
    errors: Sequence[str] = ()


class Matrix:
    """The rows of one matrix; `errors` says what is wrong anywhere below a place."""

    def __init__(self, here: Reader, designing: Designing, node: Node, own: Drawn):
        self._here, self._node, self._own, self._open = here, node, own, designing.open
        self._held = node.value if isinstance(node.value, Mapping) else {}

    def rows(self, offered: Options, errors: Any) -> list[Row]:
        known = dict(offered)
        strange = [(key, key) for key in self._held if key not in known]
        return [self._row(key, label, key not in known, errors) for key, label in (*offered, *strange)]

    def opened(self) -> list[Node]:
        """What more there is of the open row, but its flags."""
        flags = {key for key, _words in self._node.choices}
        row = next((one for one in self._node.children if one.pointer == self._open), None)
        return [one for one in row.children if one.key not in flags] if row else []

    def _row(self, key: str, label: str, is_strange: bool, errors: Any) -> Row:
        held, place = self._held.get(key), self._own.place + pointer(key)
        rights = held if isinstance(held, Mapping) else {}
        is_open = place == self._open and bool(self.opened())
        return Row(
            key,
            f"{self._own.id}-{key}",
            place,
            f"{self._own.name}/{key}",
            label,
            frozenset(flag for flag, _words in self._node.choices if rights.get(flag) is True),
            [] if is_open else self._notes(key, rights),
            is_open,
            is_strange,
            [] if is_open else list(dict.fromkeys(errors(place))),
        )

    def _notes(self, key: str, rights: Mapping[str, Any]) -> list[str]:
        """The rules of a closed row as sentences, and how many of its names are at each unusual level."""
        inner = self._node.schema["additionalProperties"]["properties"]
        found = []
        for name, held in rights.items():
            schema = inner.get(name, {})
            if schema.get("x-widget") == "levels" and isinstance(held, Mapping):
                found += _counted(self._here, schema["additionalProperties"], held)
            elif schema.get("type") == ["object", "boolean"] and key in self._here.catalog.entities:
                found.append(wording.sentence(self._here, key, held))
        return found


def _counted(here: Reader, schema: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
    """“Hidden: 3”, for each level but the usual one."""
    number = Counter(one for one in held.values() if isinstance(one, str))
    return [
        _("%(level)s: %(num)s", level=here.label(words, value), num=number[value])
        for value, words in options(schema)
        if value != schema["default"] and number[value]
    ]


def levels(here: Reader, node: Node, offered: Options) -> dict[str, Any]:
    """The names of a map of levels with what can be chosen for each; those that are not known any more stand last."""
    held: Mapping[str, Any] = node.value if isinstance(node.value, Mapping) else {}
    strange = [(key, key) for key in held if key not in dict(offered)]
    words = [(value, here.label(text, value)) for value, text in reversed(node.choices)]
    entity = names.entity_of(here.catalog, node.wanted) if node.wanted else None
    computed = {key for key, one in entity.fields.items() if one.is_computed} if entity else set()
    rows = []
    for key, label in (*offered, *strange):
        level = held.get(key, node.chosen)
        values = [_one_of(value, level, is_computed=key in computed) for value, _words in words]
        rows.append({"key": key, "label": label, "level": level, "values": values})
    return {"levels": words, "usual": node.chosen, "rows": rows}


def _one_of(value: str, level: str, *, is_computed: bool) -> str:
    """What is chosen in the column of a level; "" for nothing. Nobody writes what is worked out: it is read only."""
    if not is_computed or value == "hide":
        return value
    return "" if value == "write" else "write" if level == "hide" else level
