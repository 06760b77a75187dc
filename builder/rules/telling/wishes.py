"""Conditions turned round: which value of a field would give a condition the other verdict, as things are now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from builder.rules.names import Type
from builder.rules.operators.calendar import bounds
from builder.rules.operators.comparing import FLIPPED, INVERSE, settled
from builder.rules.operators.dates import today
from builder.rules.spans import Line, Values, line
from builder.rules.telling.ends import Asked, End, Test, ends
from builder.rules.tree import Node

NOT = {"==": "!=", "in": "not in", "empty": "known", "between": "not between", **INVERSE}


@dataclass(frozen=True)
class Wish:
    """One field with another value, and how that is said.

    `value` is stored; `words` names a template, filled with the words for `said` and for the values `shown`.
    """

    field: Node
    value: Any
    words: str
    said: Node
    shown: tuple[tuple[Any, Type], ...] = ()


def wishes(leaf: Node, asked: Asked, *, holds: bool) -> list[Wish]:
    """The changes of one field after which `leaf` holds (or does not), as far as the leaf alone can tell."""
    read = READERS.get(leaf.op)
    return read(leaf, asked, holds) if read else []


# --- the value and the words ---


def _wish(end: End, asked: Asked, holds: bool) -> list[Wish]:
    test, own = end.test, line(end.said.type)
    if own is None or (test.sign in INVERSE and not own.is_ordered):
        return []
    if test.value is None:
        return _of_emptiness(end, own, asked, holds)
    meant = own.only(test.value) if test.sign == "in" else own.where(test.sign, test.value)
    wanted = meant if holds else Values((own.all,)).without(meant)
    shown: Any = (test.value, False) if test.sign == "in" else test.value
    words = _worded(test.sign if holds else NOT[test.sign], end.said.type)
    return _made(end, asked, wanted, words=words, shown=((shown, end.said.type),))


def _of_emptiness(end: End, own: Line, asked: Asked, holds: bool) -> list[Wish]:
    if holds:
        return [Wish(end.field, None, "empty", end.said)]
    return _made(end, asked, Values((own.all,)), words="known")


def _made(
    end: End, asked: Asked, wanted: Values, *, words: str, shown: tuple[tuple[Any, Type], ...] = ()
) -> list[Wish]:
    own, present = line(end.said.type), asked.value(end.said)
    usual = USUAL.get(end.said.type.name)
    if own is None or usual is None:
        return []
    near = own.nearest(wanted, usual(end.said.type, asked) if present is None else present)
    if near is None:
        return []
    return [Wish(end.field, end.into(near) if end.into else near, words, end.said, shown)]


USUAL: dict[str, Callable[[Type, Asked], Any]] = {
    "boolean": lambda _type, _asked: True,
    "enum": lambda type_, _asked: type_.options[0],
    "integer": lambda _type, _asked: 0,
    "decimal": lambda _type, _asked: 0,
    "ref": lambda _type, _asked: 1,
    "number": lambda _type, _asked: 0.0,
    "date": lambda _type, asked: today(asked.moment),
    "datetime": lambda _type, asked: asked.moment.as_of,
    "text": lambda _type, _asked: "?",
}
"""What an empty field is thought of as having, to look for the value nearest to it."""


def _worded(words: str, type_: Type) -> str:
    """Days are before and after each other, numbers less and more; a yes-or-no has words of its own."""
    return (
        f"{words} day" if words in ORDERS and type_.name in TIMES else f"{words}{SPECIAL.get(type_.name, '')}"
    )


ORDERS, TIMES = frozenset(INVERSE), frozenset({"date", "datetime"})
SPECIAL = {"boolean": " yes"}


# --- by operator ---


def _compared(sign: str, *, negated: bool = False) -> Callable[[Node, Asked, bool], list[Wish]]:
    def read(node: Node, asked: Asked, holds: bool) -> list[Wish]:
        left, right = node.args
        first, second = asked.value(left), asked.value(right)
        found = []
        for one, turned, other, value in ((left, sign, right, second), (right, FLIPPED[sign], left, first)):
            if value is not None or sign == "==":
                for end in ends(one, Test(turned, value, other.type.scale), asked):
                    found += _wish(end, asked, holds is not negated)
        return found

    return read


def _between(sign: str) -> Callable[[Node, Asked, bool], list[Wish]]:
    def read(node: Node, asked: Asked, holds: bool) -> list[Wish]:
        low, middle, high = node.args
        edges = asked.value(low), asked.value(high)
        if None in edges or low.type.scale != middle.type.scale or high.type.scale != middle.type.scale:
            return []
        found = ends(middle, Test(sign, edges[1], high.type.scale), asked)
        own = [end for end in found if end.said is middle]
        return [wish for end in own for wish in _within(end, sign, edges, asked, holds)]

    return read


def _in_period(node: Node, asked: Asked, holds: bool) -> list[Wish]:
    edges = bounds(node, asked.moment)
    found = ends(node.args[0], Test("<=", edges[1]), asked)
    own = [end for end in found if end.said is node.args[0]]
    return [wish for end in own for wish in _within(end, "<=", edges, asked, holds)]


def _within(end: End, sign: str, edges: tuple[Any, Any], asked: Asked, holds: bool) -> list[Wish]:
    own = line(end.said.type)
    if own is None or not own.is_ordered:
        return []
    inside = own.where(FLIPPED[sign], edges[0]) & own.where(sign, edges[1])
    wanted = inside if holds else Values((own.all,)).without(inside)
    words = ("between" if sign == "<=" else "strictly between") if holds else "not between"
    if not holds and sign == "<":
        words = "not strictly between"
    return _made(end, asked, wanted, words=words, shown=tuple((edge, end.said.type) for edge in edges))


def _listed(node: Node, asked: Asked, holds: bool) -> list[Wish]:
    options, has_empty = node.args[1].detail
    if has_empty:
        return []
    options = settled(options, asked.moment)
    return [
        wish for end in ends(node.args[0], Test("in", options), asked) for wish in _wish(end, asked, holds)
    ]


def _is_yes(node: Node, asked: Asked, holds: bool) -> list[Wish]:
    """A yes-or-no field where a condition belongs."""
    return [wish for end in ends(node, Test("==", True), asked) for wish in _wish(end, asked, holds)]


def _emptiness(*, negated: bool) -> Callable[[Node, Asked, bool], list[Wish]]:
    def read(node: Node, asked: Asked, holds: bool) -> list[Wish]:
        (one,) = node.args
        if one.type.name == "tags" and one.op == "var":
            empty = holds is not negated
            return [Wish(one, frozenset() if empty else frozenset({"?"}), "empty" if empty else "known", one)]
        found = ends(one, Test("==", None), asked)
        return [wish for end in found for wish in _wish(end, asked, holds is not negated)]

    return read


def _is_not_zero(node: Node, asked: Asked, holds: bool) -> list[Wish]:
    found = ends(node.args[0], Test("==", 0, node.args[0].type.scale), asked)
    return [wish for end in found for wish in _wish(end, asked, not holds)]


# --- tags and texts ---


def _tags(words: str, *, takes: bool, first: int = 0) -> Callable[[Node, Asked, bool], list[Wish]]:
    """`takes`: the condition holds once the tags are there. The tags stand at argument `first`."""

    def read(node: Node, asked: Asked, holds: bool) -> list[Wish]:
        tags, wanted = node.args[first], asked.value(node.args[1 - first])
        named = frozenset({wanted}) if isinstance(wanted, str) else wanted
        if tags.op != "var" or not named:
            return []
        present, adds = asked.value(tags), holds is takes
        changed = present | (named if words == "has all" else {min(named)}) if adds else present - named
        if words == "has all" and not adds:
            changed = present - {min(named)}
        said = words if adds else f"not {words}"
        return [Wish(tags, changed, said, tags, ((named, tags.type),))]

    return read


def _text(
    words: str, made: Callable[[str, str], str], *, first: int = 0
) -> Callable[[Node, Asked, bool], list[Wish]]:
    """`made`: the text (its first argument) changed so that the condition holds of it."""

    def read(node: Node, asked: Asked, holds: bool) -> list[Wish]:
        text, part = node.args[first], asked.value(node.args[1 - first])
        if text.op != "var" or text.type.name != "text" or text.detail.formula is not None or not part:
            return []
        present = asked.value(text) or ""
        changed = made(present, part) if holds else present.replace(part, "") or None
        return [Wish(text, changed, words if holds else f"not {words}", text, ((part, text.type),))]

    return read


READERS: dict[str, Callable[[Node, Asked, bool], list[Wish]]] = {
    **{sign: _compared(sign) for sign in ("==", "<", "<=", ">", ">=")},
    "!=": _compared("==", negated=True),
    "<.between": _between("<"),
    "<=.between": _between("<="),
    "in.list": _listed,
    "in_period": _in_period,
    "var": _is_yes,
    "is_empty": _emptiness(negated=False),
    "!!.known": _emptiness(negated=True),
    "!!.number": _is_not_zero,
    "in.tags": _tags("has", takes=True, first=1),
    "has_any": _tags("has any", takes=True),
    "has_all": _tags("has all", takes=True),
    "has_none": _tags("has any", takes=False),
    "in.text": _text("contains", lambda text, part: text + part, first=1),
    "contains": _text("contains", lambda text, part: text + part),
    "icontains": _text("contains", lambda text, part: text + part),
    "starts_with": _text("starts with", lambda text, part: part + text),
    "ends_with": _text("ends with", lambda text, part: text + part),
    "matches_ci": _text("matches", lambda _text, part: part),
}
"""Conditions by operator; where one has no entry, it cannot be told what would turn it."""
