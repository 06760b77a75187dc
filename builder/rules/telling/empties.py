"""Values that are not there: which parts of a rule read one, and how a part then counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.rules.advice.possible import key_of
from builder.rules.families import BOOLEAN
from builder.rules.operators import TABLE
from builder.rules.rule import Rule
from builder.rules.telling.explain import GROUPS, Speaking
from builder.rules.tree import Node

MAX_GAPS = 12
"""Of more parts of a rule nobody is told; they would make the query long."""

ABOUT_EMPTINESS = frozenset({"is_empty", "!!.known", "!!.number"})
"""Parts that ask whether there is a value: what they say of an empty one is no surprise."""

SAID = {
    "en": "{count} have no value in {field}, counted as {mark}: {part}",
    "zh": "{count}条记录的{field}没有值，计为{mark}：{part}",
}
OF_THE_FIRST = {
    "en": "Of the first {0} records only; there are more.",
    "zh": "仅统计了前{0}条记录，还有更多。",
}
RECORDS = {"en": ("{0} record", "{0} records"), "zh": ("{0}", "{0}")}


@dataclass(frozen=True)
class Gap:
    """A part of a rule and a value in it that may be empty. `counted`: how the part counts then (✓ or ✗).

    `test` holds for the records of which both is so.
    """

    part: Node
    is_negated: bool
    value: Node
    counted: bool
    test: Node

    @property
    def pointer(self) -> str:
        return self.part.pointer

    def said(self, count: int, language: str) -> str:
        """ "12 records have no value in Last order, counted as ✗: Last order is less than 2026-01-01"."""
        speaker = Speaking(language)
        one, many = RECORDS[speaker.language]
        template = SAID[speaker.language].replace("have no", "has no" if count == 1 else "have no")
        return template.format(
            count=(one if count == 1 else many).format(f"{count:,}"),
            field=speaker.said(self.value),
            mark="✓" if self.counted else "✗",
            part=speaker.claimed(self.part, negated=self.is_negated),
        )


@dataclass(frozen=True)
class Counted:
    """How many of the records of a set fall into each gap. `is_capped`: only the first `records` were looked at."""

    records: int
    gaps: Sequence[tuple[Gap, int]]
    is_capped: bool = False

    def said(self, language: str) -> tuple[str, ...]:
        """A sentence for each gap; for a very large set also, of how many of its records that was asked."""
        words = "zh" if language.startswith("zh") else "en"
        note = (OF_THE_FIRST[words].format(f"{self.records:,}"),) if self.gaps and self.is_capped else ()
        return (*(gap.said(count, language) for gap, count in self.gaps), *note)


def gaps(rule: Rule) -> list[Gap]:
    """Every part of a condition that reads a value which may be empty, counted as ✓ and as ✗."""
    if not rule.is_condition or rule.uses_trigger:
        return []
    found = [
        Gap(part, is_negated, value, counted, _both(value, part, holds=counted is not is_negated))
        for part, is_negated in _parts(rule.tree, is_negated=False)
        for value in _open(part)
        for counted in (False, True)
    ]
    return found[: 2 * MAX_GAPS]


def _both(value: Node, part: Node, *, holds: bool) -> Node:
    empty = Node("is_empty", BOOLEAN, False, (value,))
    asked = part if holds else Node("!", BOOLEAN, False, (part,))
    return Node("and", BOOLEAN, False, (empty, asked))


def _parts(node: Node, *, is_negated: bool) -> Iterator[tuple[Node, bool]]:
    """The conditions as an explanation shows them, and whether it shows their opposite."""
    if node.op in {"!", "!!"}:
        yield from _parts(node.args[0], is_negated=is_negated is not (node.op == "!"))
    elif node.op in GROUPS:
        for arg in node.args:
            yield from _parts(arg, is_negated=False)
    elif node.op not in ABOUT_EMPTINESS:
        yield node, is_negated


def _open(part: Node) -> list[Node]:
    """The values of a part that may be empty, each once."""
    return list({key_of(value): value for value in _values(part)}.values())


def _values(node: Node) -> Iterator[Node]:
    if node.op in {"var", "??"}:
        if node.is_nullable:
            yield node
        return
    entry, count = TABLE[node.op], len(node.args)
    for at, arg in enumerate(node.args):
        if not entry.slot_of(at, count).inner:
            yield from _values(arg)
