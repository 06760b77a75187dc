"""Conditions of a form that hang on what they hide themselves: allowed, but hardly ever meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from builder.kinds.contract import RuleAt
from builder.kinds.form_parts import KEEPING, placed
from builder.kinds.names import reads_of
from schema_store.problems import Problem, _

if TYPE_CHECKING:
    from builder.catalog import Catalog


def circles(rules: Iterable[RuleAt], body: Mapping[str, Any], catalog: Catalog) -> Iterator[Problem]:
    """A warning at each condition that hides what it asks about, and at each that leads back to itself."""
    held = _held(rules, body, catalog)
    hangs = {
        key: frozenset().union(*(reads for _rule, reads in of)) - {key} if of else frozenset()
        for key, of in held.items()
    }
    for key, of in held.items():
        for rule, reads in of:
            if key in reads and rule.pointer.endswith("/show"):
                words = _(
                    "“{key}” decides itself whether it is shown: while it is hidden, only its stored value counts."
                )
                yield Problem("form.circle", words, {"key": key}, rule.pointer, severity="warning")
            elif other := next((one for one in sorted(reads - {key}) if key in _reached(hangs, one)), ""):
                words = _("The conditions of “{key}” and “{other}” hang on each other.")
                yield Problem(
                    "form.circle", words, {"key": key, "other": other}, rule.pointer, severity="warning"
                )


def _held(
    rules: Iterable[RuleAt], body: Mapping[str, Any], catalog: Catalog
) -> dict[str, list[tuple[RuleAt, frozenset[str]]]]:
    """`{field: (condition that holds it back, fields of the same record that this reads)}`."""
    known = {rule.pointer: rule for rule in rules}
    entity = body["entity"]
    found: dict[str, list[tuple[RuleAt, frozenset[str]]]] = {}
    for one in placed(body):
        places = [f"/sections/{one.section}/show", *(f"{one.pointer}/{rule}" for rule in KEEPING)]
        found[one.key] = [
            (rule, frozenset(key for of, key in reads_of(rule, catalog) if of == entity))
            for place in places
            if (rule := known.get(place))
        ]
    return found


def _reached(hangs: Mapping[str, frozenset[str]], start: str) -> set[str]:
    """All that a field's conditions hang on, over however many others."""
    seen, waiting = {start}, [start]
    while waiting:
        for one in hangs.get(waiting.pop(), frozenset()) - seen:
            seen.add(one)
            waiting.append(one)
    return seen
