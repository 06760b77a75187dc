"""The functions and signs of formulas, looked up by what people type."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from builder.rules.operators import NAMES, TABLE
from builder.rules.operators.entry import Operator
from builder.rules.operators.spelling import Spelling, Turn

YES, NO, NOTHING = ("TRUE", "真", "是"), ("FALSE", "假", "否"), ("EMPTY", "NULL", "空")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(YES, True),
    **dict.fromkeys(NO, False),
    **dict.fromkeys(NOTHING, None),
}
"""Words that are values."""


def folded(word: str) -> str:
    """A word as it is compared: without case, width and outer blanks."""
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


@dataclass(frozen=True)
class Function:
    """A function by its name: its operator's entry, and the turn that it is."""

    name: str
    entry: Operator
    turn: Turn | None = None


@dataclass(frozen=True)
class Sign:
    """A sign between values, by what is typed."""

    op: str
    binds: int
    is_chain: bool

    @property
    def most(self) -> int:
        """How many values its operator takes."""
        return max(TABLE[key].most for key in NAMES[self.op])


def _spelled() -> Iterator[tuple[Operator, Spelling]]:
    for entry in TABLE.values():
        if entry.spelling is not None:
            yield entry, entry.spelling


def _functions() -> dict[str, Function]:
    found: dict[str, Function] = {}
    for entry, spelling in _spelled():
        for name in spelling.names:
            found.setdefault(folded(name), Function(spelling.names[0], entry))
        for turn in spelling.turns:
            for name in turn.names:
                found.setdefault(folded(name), Function(turn.names[0], entry, turn))
    return found


FUNCTIONS = _functions()
"""{a name, folded: the function}; of entries that share a name and an operator the first stands for all."""
SIGNS = {
    sign: Sign(entry.name, spelling.binds, spelling.is_chain)
    for entry, spelling in reversed([*_spelled()])
    if entry.most > 1
    for sign in spelling.signs
}
"""{what is typed: the sign}."""


def nearest(word: str) -> str:
    """The function that was probably meant; "" where none is near."""
    names = {name: FUNCTIONS[name].name for name in FUNCTIONS}
    close = get_close_matches(folded(word), list(names), 1, 0.6)
    return names[close[0]] if close else ""


def called(op: str) -> str:
    """What people type for an operator: its function, else its sign."""
    for key in NAMES.get(op, ()):
        spelling = TABLE[key].spelling
        if spelling is not None:
            turned = [name for turn in spelling.turns for name in turn.names[:1]]
            return next(iter([*spelling.names[:1], *spelling.signs[:1], *turned]), op)
    return op


def chosen(op: str, args: Sequence[Any], *, of_records: bool) -> Operator | None:
    """The entry of an operator for these documents; `of_records`: the first one is a list of records."""
    fitting = [TABLE[key] for key in NAMES[op] if TABLE[key].least <= len(args) <= TABLE[key].most]
    by_first = [one for one in fitting if bool(args) and (one.slots[0].wants == "relation") is of_records]
    return next((one for one in by_first or fitting if _takes_last(one, args)), None)


def asks_records(op: str, at: int) -> bool | None:
    """Whether a list of records stands at this place of an operator; None where it may."""
    asked = {
        at == 0 and bool(TABLE[key].slots) and TABLE[key].slots[0].wants == "relation" for key in NAMES[op]
    }
    return asked.pop() if len(asked) == 1 else None


def _takes_last(entry: Operator, args: Sequence[Any]) -> bool:
    """A list at the end is for entries that look into one."""
    if not args or entry.slots[-1].wants != "list":
        return True
    return isinstance(args[-1], list)
