"""A field as somebody proposes it, before anything is published: by a line, or by a column of a sheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from builder.kinds.entity_alone import RESERVED_ENTITIES, RESERVED_FIELDS
from builder.registry import Registry
from schema_store.documents import is_key
from schema_store.problems import Problem, _
from schema_store.texts import Text, pick

TEXT, CHOICE = "text", "select"
"""What a field is that says no type, and one that names only its options."""

COLOURS = ("azure", "green", "yellow", "purple", "orange", "teal", "pink", "indigo", "lime", "cyan")
SAYABLE = ("options", "to", "formula", "gives")
"""Settings that a line can say; a type that needs any other cannot be proposed."""

_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")
KEY_LENGTH = 30


@dataclass(frozen=True)
class Proposed:
    """One field. `key` "": it follows from the label. `column`: of the sheet, where it is not called as the label.

    `notes` are warnings for whoever looks at the proposal; `problems` keep it from being published.
    """

    label: Text
    type: str = TEXT
    key: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_required: bool = False
    is_unique: bool = False
    column: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def words(self) -> str:
        """The label as one text, in both languages where it has both."""
        label = self.label
        return label if isinstance(label, str) else " | ".join(dict.fromkeys(label.values()))


def text_of(words: str) -> Text:
    """A label in the language that it is written in; "Birthday | 生日" gives both."""
    parts = [part for part in (one.strip() for one in words.split("|")) if part]
    found = {"zh" if _CHINESE.search(part) else "en": part for part in parts}
    return found if len(found) == len(parts) else " ".join(words.split())


def options_of(words: Sequence[str]) -> list[dict[str, Any]]:
    """Options of a choice, in these words, each in a colour of its own."""
    distinct = list(dict.fromkeys(words))
    return [
        {"value": word, "label": text_of(word), "colour": COLOURS[at % len(COLOURS)]}
        for at, word in enumerate(distinct)
    ]


def offered(registry: Registry) -> dict[str, Any]:
    """The field types that can be proposed, by key."""
    return {key: one for key, one in registry.field_types.items() if set(one.needs) <= set(SAYABLE)}


def keyed(proposals: Sequence[Proposed], taken: Collection[str] = ()) -> list[Proposed]:
    """The proposals, each with a key; keys that are no keys, or stand twice, become problems."""
    used = {*taken, *RESERVED_FIELDS}
    given = [one.key for one in proposals if one.key]
    found = []
    for one in proposals:
        key = one.key or key_from(pick(one.label, "en"), {*used, *given})
        problem = _of_key(key, used) if one.key else None
        used.add(key)
        found.append(replace(one, key=key, problems=(*one.problems, *([problem] if problem else []))))
    return found


def _of_key(key: str, used: Collection[str]) -> Problem | None:
    if not is_key(key):
        hint = _("A key begins with a small letter a–z and has only a–z, 0–9 and _, 30 at most.")
        return Problem("field.key", _("“{key}” cannot be a key."), {"key": key[:60]}, "/key", hint)
    if key in used:
        return Problem("field.key_twice", _("The key “{key}” is taken already."), {"key": key}, "/key")
    return None


def key_from(label: str, used: Collection[str] = (), otherwise: str = "field") -> str:
    """A key for a label, not one of `used`: of its Latin letters, else `field_1`, `field_2` …"""
    plain = "" if _CHINESE.search(label) else _latin(label)
    if not plain:
        return _first_free(otherwise, "_", used, start=1)
    if plain in RESERVED_FIELDS:
        plain = f"{plain}_field"
    return plain if plain not in used else _first_free(plain, "_", used, start=2)


def entity_key(label: str, used: Collection[str] = ()) -> str:
    """A key for an entity of this name."""
    return key_from(label, {*used, *RESERVED_ENTITIES}, "entity")


def _latin(label: str) -> str:
    folded = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    plain = _NOT_IN_KEYS.sub("_", folded).strip("_")
    plain = plain if not plain[:1].isdigit() else f"n{plain}"
    return plain[:KEY_LENGTH].rstrip("_")


def _first_free(stem: str, joint: str, used: Collection[str], *, start: int) -> str:
    number = start
    while True:
        tail = f"{joint}{number}"
        key = stem[: KEY_LENGTH - len(tail)] + tail
        if key not in used:
            return key
        number += 1
