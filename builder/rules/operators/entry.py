"""What one operator is: everything that parser, checker, both back ends, sentences and tests know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause

from builder.rules.names import Moment, Type
from builder.rules.operators.spelling import Spelling
from builder.rules.tree import Closure, Node

Sql = ColumnElement[Any]
Test = ColumnElement[bool]
Pieces = Sequence[Test]
"""Conditions of which at most one holds for a row; together (OR) they are the condition."""


class Tables(Protocol):
    """The tables of records, as the SQL back end asks for them."""

    def table(self, entity: str, *, alias: bool = False) -> FromClause:
        """The table of `entity`; with `alias` a fresh alias of it."""
        ...

    def column(self, table: FromClause, entity: str, key: str) -> ColumnElement[Any]:
        """The column that holds the stored form of a fact, `id` included."""
        ...

    def tags(self, entity: str, key: str) -> FromClause:
        """The link table of a tags field: columns `record_id` and `tag`."""
        ...

    # Optional: folded(table, entity, key) – the column with the folded text of a field;
    # was(key), changed(key), is_new() – columns of the history row, for conditions of triggers.


class Writer(Protocol):
    """The SQL back end, bound to one table of one entity."""

    table: FromClause
    entity: str
    tables: Tables
    moment: Moment

    def true(self, node: Node) -> Test: ...
    def false(self, node: Node) -> Test: ...
    def value(self, node: Node) -> Sql: ...
    def pieces(self, node: Node, *, negated: bool) -> Pieces: ...
    def constant(self, node: Node) -> Any:
        """The value of a constant node at this moment."""
        ...

    def compared(self, node: Node, sign: str, constant: Any, *, negated: bool) -> Pieces:
        """`node sign constant` (the constant in the node's own stored form)."""
        ...

    def emptied(self, node: Node, *, negated: bool) -> Test:
        """`node` is empty."""
        ...

    def column(self, key: str) -> Sql: ...
    def inside(self, entity: str) -> Writer:
        """A writer for a fresh alias of another entity's table, for a subquery."""
        ...


class Speaker(Protocol):
    """The one who says a rule in a language."""

    language: str

    def said(self, node: Node, *, negated: bool = False, beside: Node | None = None) -> str:
        """The words for a node; `beside` is the value next to it, whose option labels a literal takes."""
        ...

    def claimed(self, node: Node, *, negated: bool = False) -> str:
        """The words for a node where a condition belongs."""
        ...

    def template(self, node: Node, form: str = "") -> str:
        """The entry's template in the language; `form` "not ", "where " …"""
        ...


@dataclass(frozen=True)
class Slot:
    """One place for an argument.

    `wants`: a family (see `families`), "like" (that of the first value), "relation", "name" (a field's own name).
    `inner`: it speaks of the child records. `literal`: a written value or another constant.
    `optional`: may be missing. `many`: the last slot of an operator that takes any number.
    `draw`: values the generator may write here.
    """

    wants: str
    inner: bool = False
    literal: bool = False
    optional: bool = False
    many: bool = False
    draw: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Operator:
    """One entry of the operator table. All parts are needed; a test refuses an entry that lacks one.

    `key` is unique, `name` is written in documents (several entries may share one: the types decide).
    `gives`: the type of the result, from the typed arguments. `yields`: families it can give, for the generator.
    `empty`: "never" (no empty result), "any" (empty when an argument is), "own" (see `rule_of_empty`).
    `python`: makes the closure, from the node and its arguments' closures.
    Conditions have `true` and `false`, exact complements; other entries have `value`.
    `compared`: better SQL for `node sign constant`; `emptied`: for "is empty".
    `arrange`: brings typed arguments to common ground; `objects`: what the signature cannot say, as a Problem.
    `sentence`: templates by language; a condition has "not" templates too. `say`: for what a template cannot say.
    `told`: templates by sign for `node sign constant`, where people say it in another way ("… is 180 days ago").
    `spelling`: how formulas that people type write it.
    `counts_empty`: the form ("plain" or "not") that also holds for empty values, which its sentence then says.
    """

    key: str
    name: str
    group: str
    slots: tuple[Slot, ...]
    gives: Type | Callable[[Sequence[Node]], Type]
    yields: tuple[str, ...]
    empty: str
    rule_of_empty: str
    python: Callable[[Node, list[Closure]], Closure]
    sentence: Mapping[str, str]
    weight: int
    aliases: tuple[str, ...] = ()
    spelling: Spelling | None = None
    true: Callable[[Writer, Node], Test | Pieces] | None = None
    false: Callable[[Writer, Node], Test | Pieces] | None = None
    value: Callable[[Writer, Node], Sql] | None = None
    pieces: Callable[[Writer, Node, bool], Pieces] | None = None
    compared: Callable[[Writer, Node, str, Any, bool], Pieces | None] | None = None
    emptied: Callable[[Writer, Node, bool], Test] | None = None
    arrange: Callable[[list[Node]], list[Node]] | None = None
    detail: Callable[[list[Node]], Any] | None = None
    objects: Callable[[list[Node]], tuple[str, str] | None] | None = None
    say: Callable[[Speaker, Node, bool], str] | None = None
    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    counts_empty: str = ""
    is_constant: bool = False
    is_trigger: bool = False
    is_aggregate: bool = False
    example: Any = None

    @property
    def least(self) -> int:
        return sum(1 for slot in self.slots if not slot.optional)

    @property
    def most(self) -> int:
        return 100 if self.slots and self.slots[-1].many else len(self.slots)

    def slot_of(self, at: int, count: int) -> Slot:
        """The slot of argument `at` of `count`; the last one repeats where it takes many."""
        return self.slots[min(at, len(self.slots) - 1)]

    def type_of(self, args: Sequence[Node]) -> Type:
        return self.gives(args) if callable(self.gives) else self.gives

    def is_nullable(self, args: Sequence[Node]) -> bool:
        """Whether the result may be empty, for these arguments."""
        if self.empty == "never":
            return False
        return True if self.empty == "own" else any(arg.is_nullable for arg in args)
