"""How an operator is written in a formula that people type, as spreadsheets write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

OR, AND, NOT, COMPARED, FIRST_KNOWN, JOINED, ADDED, MULTIPLIED, NEGATED = range(9)
"""How tightly signs bind, the loosest first."""

Args = list[Any]
"""Documents of an operator's arguments."""


@dataclass(frozen=True)
class Turn:
    """Another function for the same operator, with its values in another order or counted in another way.

    `read` gives the operator's arguments for those of the function, `write` those of the function for the operator's;
    None where it cannot be said so. They are each other's inverse.
    """

    names: tuple[str, ...]
    takes: Mapping[str, str]
    does: Mapping[str, str]
    read: Callable[[Args], Args | None]
    write: Callable[[Args], Args | None]


@dataclass(frozen=True)
class Spelling:
    """A function, a sign between values, or both.

    `names` of the function in either language, the first is written; `takes`: what stands in its brackets, by language;
    `does`: what it gives, where the operator's sentence does not say so.
    `signs` between its values, the first is written; `binds`: how tightly. `is_chain`: any number of values in one row.
    `is_called`: it is written as a function, and read with its sign too.
    `spread`: the values of the list at its end stand one by one. `words`: of its units, by language.
    `turns`: other functions for it, tried first when it is written.
    """

    names: tuple[str, ...] = ()
    takes: Mapping[str, str] = field(default_factory=dict)
    does: Mapping[str, str] = field(default_factory=dict)
    signs: tuple[str, ...] = ()
    binds: int = 0
    is_chain: bool = False
    is_called: bool = False
    spread: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()


def function(*names: str, en: str = "", zh: str = "", **rest: Any) -> Spelling:
    """A function that takes what `en` and `zh` say."""
    return Spelling(names=names, takes={"en": en, "zh": zh}, **rest)


def sign(*signs: str, binds: int, **rest: Any) -> Spelling:
    """A sign between two values."""
    return Spelling(signs=signs, binds=binds, **rest)


def in_order(*places: int) -> dict[str, Callable[[Args], Args | None]]:
    """`read` and `write` of a turn whose values stand in another order: `places[i]` is where the i-th is read from."""

    def read(args: Args) -> Args | None:
        return [args[place] for place in places] if len(args) == len(places) else None

    def write(args: Args) -> Args | None:
        return [args[places.index(at)] for at in range(len(places))] if len(args) == len(places) else None

    return {"read": read, "write": write}
