"""Questions about child records turned round: how many more, or fewer, of which sort would change the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from builder.rules.evaluate import lowered
from builder.rules.operators.comparing import FLIPPED, tested
from builder.rules.telling.ends import Asked
from builder.rules.telling.wishes import NOT
from builder.rules.tree import Node

FARTHEST = 1_000
"""Nobody is told of more records than this that are missing."""


@dataclass(frozen=True)
class Children:
    """So many records of `relation` more (fewer, below zero) for which `condition` is `when`; None: of any sort."""

    relation: Node
    condition: Node | None
    records: int
    when: bool = True


def children(leaf: Node, asked: Asked, *, holds: bool) -> Children | None:
    """The change of child records after which `leaf` holds (or does not); None where it is not about them."""
    read = READERS.get(leaf.op)
    found = read(leaf, asked, holds) if read else None
    return found if found is not None and 0 < abs(found.records) <= FARTHEST else None


def _is_own(relation: Node) -> bool:
    return relation.op == "var" and relation.type.name == "relation" and not relation.detail.hops


def _met(relation: Node, condition: Node | None, asked: Asked, *, when: bool = True) -> int:
    """How many of the child records there are for which the condition is `when`."""
    rows = asked.value(relation)
    if condition is None:
        return len(rows)
    test = lowered(condition)
    return sum(1 for row in rows if bool(test(row, asked.moment)) is when)


def _some(*, negated: bool) -> Callable[[Node, Asked, bool], Children | None]:
    def read(node: Node, asked: Asked, holds: bool) -> Children | None:
        relation, condition = node.args
        if not _is_own(relation):
            return None
        wanted = holds is not negated
        return Children(relation, condition, 1 if wanted else -_met(relation, condition, asked))

    return read


def _all(node: Node, asked: Asked, holds: bool) -> Children | None:
    relation, condition = node.args
    if not _is_own(relation):
        return None
    if not holds:
        return Children(relation, condition, 1, when=False)
    wrong, right = (_met(relation, condition, asked, when=when) for when in (False, True))
    if wrong:
        return Children(relation, condition, -wrong, when=False) if right else None
    return Children(relation, condition, 1)


def _emptiness(*, negated: bool) -> Callable[[Node, Asked, bool], Children | None]:
    def read(node: Node, asked: Asked, holds: bool) -> Children | None:
        (relation,) = node.args
        if not _is_own(relation):
            return None
        return Children(relation, None, -_met(relation, None, asked) if holds is not negated else 1)

    return read


def _compared(sign: str, *, negated: bool = False) -> Callable[[Node, Asked, bool], Children | None]:
    def read(node: Node, asked: Asked, holds: bool) -> Children | None:
        left, right = node.args
        turned = sign
        if left.op != "count":
            left, right, turned = right, left, FLIPPED[sign]
        limit = asked.value(right)
        if left.op != "count" or right.type.name != "integer" or limit is None or not _is_own(left.args[0]):
            return None
        relation, condition = left.args[0], left.args[1] if len(left.args) > 1 else None
        wanted = turned if holds is not negated else NOT[turned]
        records = _missing(_met(relation, condition, asked), wanted, limit)
        return None if records is None else Children(relation, condition, records)

    return read


def _missing(count: int, sign: str, limit: int) -> int | None:
    """The nearest other count of which `sign limit` is true, as a difference."""
    counts = (limit - 1, limit, limit + 1)
    right = [
        one for one in counts if one >= 0 and (one != limit if sign == "!=" else tested(one, sign, limit))
    ]
    return min((one - count for one in right), key=abs, default=None)


READERS: dict[str, Callable[[Node, Asked, bool], Children | None]] = {
    **{sign: _compared(sign) for sign in ("==", "<", "<=", ">", ">=")},
    "!=": _compared("==", negated=True),
    "some": _some(negated=False),
    "none": _some(negated=True),
    "all": _all,
    "is_empty": _emptiness(negated=False),
    "!!.known": _emptiness(negated=True),
}
