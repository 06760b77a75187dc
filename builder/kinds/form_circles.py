"""Conditions of a form that hang on what they hide themselves: allowed, but hardly ever meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.kinds.form_parts import KEEPING, Placed, placed
from schema_store.problems import Problem, _, pointer


def circles(reads: Mapping[str, frozenset[str]], body: Mapping[str, Any]) -> Iterator[Problem]:
    """A warning at each condition that hides what it asks about, and at each that leads back to itself.

    `reads`: `{pointer of a condition: the fields of the record itself that it asks}`.
    """
    held = {one.key: [place for place in _places(one) if place in reads] for one in placed(body)}
    hangs = {
        key: frozenset(read for place in places for read in reads[place]) - {key}
        for key, places in held.items()
    }
    for key, place in ((key, place) for key, places in held.items() for place in places):
        other = next((one for one in sorted(reads[place] - {key}) if key in _reached(hangs, one)), "")
        if key in reads[place] and place.endswith("/show"):
            words = _(
                "“{key}” decides itself whether it is shown: while it is hidden, only its stored value counts."
            )
            yield Problem("form.circle", words, {"key": key}, place, severity="warning")
        elif other:
            words = _("The conditions of “{key}” and “{other}” hang on each other.")
            yield Problem("form.circle", words, {"key": key, "other": other}, place, severity="warning")


def _places(one: Placed) -> list[str]:
    """Where the conditions stand that hold a field back."""
    return [pointer("sections", one.section, "show"), *(f"{one.pointer}/{rule}" for rule in KEEPING)]


def _reached(hangs: Mapping[str, frozenset[str]], start: str) -> set[str]:
    """All that a field's conditions hang on, over however many others."""
    seen, waiting = {start}, [start]
    while waiting:
        for one in hangs.get(waiting.pop(), frozenset()) - seen:
            seen.add(one)
            waiting.append(one)
    return seen
