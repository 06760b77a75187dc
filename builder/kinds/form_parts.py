"""A form's document as what stands in it: its fields, each with what is said of it here, and their conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schema_store.problems import pointer

RULES = ("show", "require", "read_only")
"""The conditions that a field of a form may have; a section may have the first."""
KEEPING = ("show", "read_only")
"""Those that hold a field back: then its stored value counts, so what hangs on the field hangs on its condition."""

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Placed:
    """A field where it stands in a form. `said`: the document of the entry, `{"field": key}` for a plain key."""

    key: str
    section: int
    pointer: str
    said: Mapping[str, Any]


def placed(body: Body) -> list[Placed]:
    """All fields of a form, in their order."""
    sections = enumerate(body.get("sections", ()))
    return [one for at, section in sections for one in placed_in(section, at)]


def placed_in(section: Mapping[str, Any], at: int = 0) -> Iterator[Placed]:
    """The fields of one section, which is the form's section number `at`."""
    for step, entry in enumerate(section.get("fields", ())):
        said = {"field": entry} if isinstance(entry, str) else entry
        yield Placed(said["field"], at, pointer("sections", at, "fields", step), said)


def conditions(body: Body) -> Iterator[tuple[str, Any]]:
    """`(pointer, rule document)` of every condition in a form, in their order."""
    for at, section in enumerate(body.get("sections", ())):
        if "show" in section:
            yield pointer("sections", at, "show"), section["show"]
        for one in placed_in(section, at):
            yield from ((one.pointer + pointer(rule), one.said[rule]) for rule in RULES if rule in one.said)


def tabs(sections: list[Any]) -> list[tuple[Any, list[int]]]:
    """`(tab, numbers of its sections)`, the tab None for those that stand above all tabs."""
    found: list[tuple[Any, list[int]]] = []
    for at, section in enumerate(sections):
        if "tab" in section or not found:
            found.append((section.get("tab"), []))
        found[-1][1].append(at)
    return found
