"""The fact that would turn a rule: one field of one record with another value, or child records more or fewer.

Every answer was tried: the whole rule was asked again of the record as it would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from builder.rules.evaluate import lowered
from builder.rules.families import BOOLEAN
from builder.rules.names import Moment, Row, Type
from builder.rules.operators import TABLE
from builder.rules.operators.entry import Speaker
from builder.rules.operators.leaves import literal_node
from builder.rules.rule import Rule
from builder.rules.spans import line
from builder.rules.telling.children import Children, children
from builder.rules.telling.ends import Asked
from builder.rules.telling.flip_words import said_children, said_exactly, said_wish
from builder.rules.telling.readings import Readings, Route, route_of
from builder.rules.telling.wishes import Wish, wishes
from builder.rules.tree import Node, Way

MAX_SHOWN = 3
MAX_TRIED = 200


@dataclass(frozen=True)
class Flip:
    """A change that turns the verdict to `verdict`: `field` (with its way) gets `value`, or `records` come or go.

    `value` is stored; None is empty. `records`: how many child records of `relation` more (or fewer, below zero).
    """

    sentence: str
    verdict: bool
    field: str = ""
    value: Any = None
    type: Type = BOOLEAN
    relation: str = ""
    records: int = 0

    def document(self) -> dict[str, Any]:
        """The change as JSON."""
        told: dict[str, Any] = {"sentence": self.sentence, "verdict": self.verdict}
        if self.relation:
            return told | {"relation": self.relation, "records": self.records}
        return told | {"field": self.field, "value": _json(self.value, self.type)}


def flips(rule: Rule, row: Row, moment: Moment, speaker: Speaker) -> tuple[Flip, ...]:
    """What would turn the verdict on this record, the nearest at hand first; nothing where it cannot be told."""
    if not rule.is_condition or rule.uses_trigger:
        return ()
    finder = _Finder(rule, row, moment, speaker)
    best: dict[str, tuple[int, Flip]] = {}
    for cost, flip in finder.found():
        name = flip.field or flip.relation
        if name not in best or cost < best[name][0]:
            best[name] = (cost, flip)
    ranked = sorted(best.values(), key=lambda one: one[0])
    return tuple(flip for _cost, flip in ranked[:MAX_SHOWN])


@dataclass(frozen=True)
class Changed:
    """A row (the protocol `Row`) on which one field, by a way of references, has another value."""

    row: Row
    route: Route
    key: str
    changed: Any

    def value(self, key: str) -> Any:
        return self.changed if not self.route and key == self.key else self.row.value(key)

    def one(self, key: str) -> Row | None:
        found = self.row.one(key)
        if found is None or self.route[:1] != (key,):
            return found
        return Changed(found, self.route[1:], self.key, self.changed)

    def many(self, relation: str) -> Sequence[Row]:
        return self.row.many(relation)


class _Finder:
    def __init__(self, rule: Rule, row: Row, moment: Moment, speaker: Speaker):
        self._rule, self._row, self._moment, self._speaker = rule, row, moment, speaker
        self._asked = Asked(row, moment)
        self._readings = Readings(rule.tree, rule.entity)
        self._whole = lowered(rule.tree)
        self._verdict = bool(self._whole(row, moment))
        self._tries = 0
        self._liked: dict[str, list[Any]] = {}

    def found(self) -> Iterator[tuple[int, Flip]]:
        """(cost, flip) for everything that was tried and turns the verdict."""
        for leaf in _leaves(self._rule.tree):
            holds = bool(lowered(leaf)(self._row, self._moment))
            if self._tries > MAX_TRIED:
                return
            change = children(leaf, self._asked, holds=not holds)
            if change is not None:
                yield from self._by_children(leaf, change, holds=holds)
            for wish in wishes(leaf, self._asked, holds=not holds):
                yield from self._by_field(wish)

    def _by_field(self, wish: Wish) -> Iterator[tuple[int, Flip]]:
        if not self._readings.is_told_one_way(wish.field):
            return
        alone = self._readings.is_told_alone(wish.field)
        for value in [wish.value] if alone else self._tried_values(wish):
            if self._turns(wish.field.detail, value):
                exactly = replace(wish, value=value)
                said = (
                    said_wish(wish, self._speaker, turns_to=not self._verdict)
                    if alone
                    else said_exactly(exactly, self._speaker, turns_to=not self._verdict)
                )
                yield self._cost(wish.field, alone), self._flip(exactly, said)
                return

    def _tried_values(self, wish: Wish) -> list[Any]:
        """The wish's own value, those that other conditions on the same field would like, and those beside them."""
        name, own = _name(wish.field), line(wish.field.type)
        if name not in self._liked:
            liked = [
                other.value
                for leaf in _leaves(self._rule.tree)
                for holds in (True, False)
                for other in wishes(leaf, self._asked, holds=holds)
                if _name(other.field) == name
            ]
            near = [one for value in liked if own and value is not None for one in own.beside(value)]
            self._liked[name] = [*liked, *near]
        return [wish.value, *self._liked[name]]

    def _turns(self, way: Way, value: Any) -> bool:
        self._tries += 1
        if self._tries > MAX_TRIED:
            return False
        changed = Changed(self._row, route_of(way), way.key, value)
        return bool(self._whole(changed, self._moment)) is not self._verdict

    def _cost(self, field: Node, alone: bool) -> int:
        """A field of the record itself before one of another record, a plain statement before an exact one."""
        is_rollup = field.detail.fact.rollup is not None
        return 10 * len(field.detail.hops) + 5 * is_rollup + (not alone)

    def _flip(self, wish: Wish, said: str) -> Flip:
        return Flip(said, not self._verdict, _name(wish.field), wish.value, wish.field.type)

    def _by_children(self, leaf: Node, change: Children, *, holds: bool) -> Iterator[tuple[int, Flip]]:
        if not self._readings.reads_only_here(leaf, change.relation):
            return
        turned = _with(self._rule.tree, leaf, literal_node(not holds, BOOLEAN))
        if bool(lowered(turned)(self._row, self._moment)) is self._verdict:
            return
        said = said_children(change, self._speaker, turns_to=not self._verdict)
        yield (
            20,
            Flip(said, not self._verdict, relation=change.relation.detail.key, records=change.records),
        )


def _leaves(node: Node) -> Iterator[Node]:
    """The conditions about the record itself, those inside its formulas too."""
    if node.op in {"and", "or", "!", "!!", "if"}:
        for arg in node.args:
            yield from _leaves(arg)
    elif node.op == "var" and node.type.name == "boolean" and node.detail.formula is not None:
        if not node.detail.hops:
            yield from _leaves(node.detail.formula)
    elif node.type.name == "boolean" and node.op not in {"literal", "context"}:
        yield node
        yield from _choices(node)


def _choices(node: Node) -> Iterator[Node]:
    """The conditions of an `if` among a condition's values."""
    entry, count = TABLE[node.op], len(node.args)
    for at, arg in enumerate(node.args):
        if not entry.slot_of(at, count).inner and arg.op != "var":
            yield from _leaves(arg) if arg.op == "if" else _choices(arg)


def _with(node: Node, old: Node, new: Node) -> Node:
    """The tree with `new` where `old` stands."""
    if node is old:
        return new
    args = tuple(_with(arg, old, new) for arg in node.args)
    if all(one is other for one, other in zip(args, node.args, strict=True)):
        return node
    detail = node.detail
    if isinstance(detail, Way) and detail.formula is not None:
        detail = replace(detail, formula=args[0])
    return replace(node, args=args, detail=detail)


def _name(field: Node) -> str:
    return ".".join((*route_of(field.detail), field.detail.key))


def _json(value: Any, type_: Type) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return float(Decimal(value).scaleb(-type_.scale)) if type_.scale and value is not None else value
