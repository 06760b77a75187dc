"""The two trees of a rule: as it was written (untyped, with pointers) and as it was understood (typed)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from builder.rules.names import Fact, Moment, Row, Type
from schema_store.texts import Text

Closure = Callable[[Row, Moment], Any]
"""One compiled node: the stored value (or True/False) for a row at a moment. Never raises for data."""


@dataclass(frozen=True)
class Literal:
    """A value as written: None, bool, int, float, str, or a list of these."""

    value: Any
    pointer: str = ""


@dataclass(frozen=True)
class Call:
    """An operator with its arguments, under its canonical name."""

    op: str
    args: tuple[Tree, ...]
    pointer: str = ""


Tree = Call | Literal


def document(tree: Tree) -> Any:
    """The canonical JSONLogic of a tree: canonical names, arguments in a list, `{"var": name}` bare."""
    if isinstance(tree, Literal):
        return tree.value
    if tree.op == "var":
        return {"var": document(tree.args[0])}
    return {tree.op: [document(arg) for arg in tree.args]}


@dataclass(frozen=True, eq=False)
class Way:
    """How a `var` finds its value: over to-one references (`hops`: (key, entity) each) to `key` of `entity`.

    `past`: for a rollup that knows its dates, the same value asked of the child rows up to the day;
    for a relation that does, the condition of its records by which they are there on that day.
    `formula`: for a formula field, what it is worked out by, in the scope of `entity`.
    `labels`: the words for each step, the last one's included.
    """

    entity: str
    hops: tuple[tuple[str, str], ...]
    key: str
    fact: Fact | None
    via: str = ""
    past: Node | None = None
    formula: Node | None = None
    labels: tuple[Text, ...] = ()

    def onward(self) -> Way:
        """The rest of the way, seen from behind the first hop."""
        return replace(self, hops=self.hops[1:], labels=self.labels[1:])

    @property
    def source(self) -> Node | None:
        """What the value may have to be worked out by."""
        return self.formula if self.past is None else self.past

    def derived(self, moment: Moment) -> Node | None:
        """What the value is worked out by at this moment; None where it is stored."""
        return self.past if moment.is_past and self.past is not None else self.formula


@dataclass(frozen=True, eq=False)
class Node:
    """A typed expression. `op` is the key of its entry in the operator table.

    `detail` is what only the entry understands: a literal's stored value, a field's Way, a unit.
    `is_constant`: it reads no record, so its value is known once the moment is.
    """

    op: str
    type: Type
    is_nullable: bool
    args: tuple[Node, ...] = ()
    pointer: str = ""
    detail: Any = None
    is_constant: bool = False

    def walk(self) -> Iterator[Node]:
        """This node and all below it, outermost first."""
        yield self
        for arg in self.args:
            yield from arg.walk()
