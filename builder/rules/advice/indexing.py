"""Which index a rule could go by: the fields that its leading conditions ask for a value or a range of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.rules.rule import Rule
from builder.rules.tree import Node

MAX_FIELDS = 3
"""Fields of one wanted index; more make it larger than it saves."""

VALUE, YES, RANGE = "value", "yes", "range"
"""How a field is asked: for values, for yes or no (which alone chooses too little), for a range."""

Leading = Mapping[str, str]
"""{field: how it is asked}: conditions that all hold."""
NOTHING: Leading = {}


@dataclass(frozen=True)
class Index:
    """An index that is there: its fields in order."""

    fields: tuple[str, ...]
    is_unique: bool = False


@dataclass(frozen=True)
class Wanted:
    """An index of `entity` that would serve: the fields asked for values, in any order, then the one with a range."""

    entity: str
    equal: tuple[str, ...]
    ranged: str | None

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.equal, self.ranged) if self.ranged else self.equal

    def is_served_by(self, index: Index) -> bool:
        """Whether `index` has all that is wanted in front, or finds one record for one of the values."""
        if index.is_unique and len(index.fields) == 1 and index.fields[0] in self.equal:
            return True
        first = len(self.equal)
        front, rest = index.fields[:first], index.fields[first : first + 1]
        return set(front) == set(self.equal) and (self.ranged is None or rest == (self.ranged,))


def wanted(rule: Rule) -> tuple[Wanted, ...]:
    """The indexes that would serve a condition, one for each branch of its “or”; none where none would."""
    if not rule.is_condition or rule.uses_trigger:
        return ()
    found = [_wanted(rule.entity, leading) for leading in _branches(rule.tree, holds=True)]
    made = [one for one in found if one is not None]
    return tuple(dict.fromkeys(made)) if len(made) == len(found) else ()


def missing(rule: Rule, indexes: Iterable[Index]) -> tuple[Wanted, ...]:
    """Those that are wanted and that no index stands in for."""
    there = list(indexes)
    return tuple(one for one in wanted(rule) if not any(one.is_served_by(index) for index in there))


def _wanted(entity: str, leading: Leading) -> Wanted | None:
    of = {how: [key for key, asked in leading.items() if asked == how] for how in (VALUE, YES, RANGE)}
    if not of[VALUE] and not of[RANGE]:
        return None
    ranged = of[RANGE][0] if of[RANGE] else None
    equal = (of[VALUE] + of[YES])[: MAX_FIELDS - (ranged is not None)]
    return Wanted(entity, tuple(equal), ranged)


# --- groups ---


def _branches(node: Node, *, holds: bool) -> list[Leading]:
    """What leads to the records, by branch; a branch with nothing means that all must be read."""
    if node.op in {"!", "!!"}:
        return _branches(node.args[0], holds=holds is (node.op == "!!"))
    if node.op in {"and", "or"}:
        parts = [_branches(arg, holds=holds) for arg in node.args]
        return _all(parts) if holds is (node.op == "and") else [branch for part in parts for branch in part]
    if node.op == "var" and node.detail.formula is not None and not node.detail.hops:
        return _branches(node.detail.formula, holds=holds)
    read = LEAVES.get(node.op)
    return [dict([found]) if read and (found := read(node, holds)) else NOTHING]


def _all(parts: Sequence[list[Leading]]) -> list[Leading]:
    """What single conditions say together; where they say nothing, the first “or” that is served whole."""
    together: dict[str, str] = {}
    for (branch,) in [part for part in parts if len(part) == 1]:
        for key, how in branch.items():
            together[key] = VALUE if VALUE in {how, together.get(key)} else how
    whole = [part for part in parts if len(part) > 1 and all(part)]
    return [together] if together or not whole else whole[0]


# --- conditions on one field ---

Found = tuple[str, str] | None


def _column(node: Node) -> tuple[str, bool] | None:
    """(the record's own column that a value is read of, whether it is that value itself)."""
    if node.op == "var":
        if node.detail.hops or node.detail.fact is None or node.type.name == "tags":
            return None
        formula = node.detail.formula
        return (node.detail.key, True) if formula is None else _column(formula)
    if node.op not in THROUGH:
        return None
    inner = _column(node.args[0])
    return None if inner is None else (inner[0], inner[1] and THROUGH[node.op])


THROUGH = {"days_since": True, "days_until": True, "??": False, "date_of": False, "year": False}
"""{operators whose test becomes one of the field inside: whether one value stays one value}."""


def _side(node: Node) -> tuple[str, bool] | None:
    left, right = node.args
    if right.is_constant:
        return _column(left)
    return _column(right) if left.is_constant else None


def _equal(*, negated: bool) -> Callable[[Node, bool], Found]:
    def read(node: Node, holds: bool) -> Found:
        found = _side(node)
        if found is None or holds is negated:
            return None
        is_yes_or_no = any(arg.type.name == "boolean" for arg in node.args)
        return found[0], (YES if is_yes_or_no else VALUE if found[1] else RANGE)

    return read


def _ordered(node: Node, _holds: bool) -> Found:
    found = _side(node)
    return None if found is None else (found[0], RANGE)


def _ranged(at: int) -> Callable[[Node, bool], Found]:
    """Its field stands at argument `at`; all others are constant."""

    def read(node: Node, holds: bool) -> Found:
        others = [arg for place, arg in enumerate(node.args) if place != at]
        found = _column(node.args[at]) if holds and all(arg.is_constant for arg in others) else None
        return None if found is None else (found[0], RANGE)

    return read


def _listed(node: Node, holds: bool) -> Found:
    found = _column(node.args[0]) if holds else None
    return None if found is None else (found[0], VALUE if found[1] else RANGE)


def _emptiness(*, negated: bool) -> Callable[[Node, bool], Found]:
    def read(node: Node, holds: bool) -> Found:
        found = _column(node.args[0]) if holds is not negated and node.args[0].op == "var" else None
        return None if found is None or not found[1] else (found[0], VALUE)

    return read


def _yes(node: Node, holds: bool) -> Found:
    found = _column(node) if holds and node.type.name == "boolean" else None
    return None if found is None else (found[0], YES)


LEAVES: dict[str, Callable[[Node, bool], Found]] = {
    "==": _equal(negated=False),
    "!=": _equal(negated=True),
    **dict.fromkeys(("<", "<=", ">", ">="), _ordered),
    "<.between": _ranged(1),
    "<=.between": _ranged(1),
    "in.list": _listed,
    "in_period": _ranged(0),
    "starts_with": _ranged(0),
    "is_empty": _emptiness(negated=False),
    "!!.known": _emptiness(negated=True),
    "var": _yes,
}
"""Conditions that an index may serve; any other reads the records."""
