"""Options of fields as people call them, beside the field whose options they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from builder.rules.compose.outline import fact_at, relation_at
from builder.rules.names import Fact, Names, Relation
from builder.rules.notation.fields import words
from builder.rules.notation.table import chosen, folded
from builder.rules.operators.entry import Operator
from schema_store.texts import pick

Change = Callable[[str, Fact], str]
_ALIKE = frozenset({"any", "like", "ordered", "measure", "known", "name", "list"})
"""Slots whose written values are options of the field beside them."""
_HANDED_ON = frozenset({"if", "??"})
"""Operators that give one of their values, so that what stands beside them stands beside those."""


def to_values(document: Any, names: Names, entity: str, beside: Fact | None = None) -> Any:
    """The document with labels of options in place of their values; `beside`: the field that takes the whole."""
    return _Walk(names, _value).of(document, entity, beside)


def to_labels(document: Any, names: Names, entity: str, language: str, beside: Fact | None = None) -> Any:
    """The document with options as people call them, where that is clear."""

    def label(text: str, fact: Fact) -> str:
        said = pick(fact.option_labels.get(text), language)
        return said if said and _value(said, fact) == text else text

    return _Walk(names, label).of(document, entity, beside)


def _value(text: str, fact: Fact) -> str:
    """The option that a text names; the text itself where it names none, or several."""
    if text in fact.type.options:
        return text
    found = _labelled(text, fact, str) or _labelled(text, fact, folded)
    return found[0] if len(found) == 1 else text


def _labelled(text: str, fact: Fact, heard: Callable[[str], str]) -> list[str]:
    return [
        option
        for option in fact.type.options
        if heard(text) in map(heard, words(fact.option_labels.get(option, "")))
    ]


class _Walk:
    def __init__(self, names: Names, change: Change):
        self._names, self._change = names, change

    def of(self, document: Any, entity: str, beside: Fact | None) -> Any:
        if isinstance(document, str):
            return self._change(document, beside) if beside is not None and document else document
        if isinstance(document, list):
            return [self.of(one, entity, beside) if isinstance(one, str) else one for one in document]
        if not isinstance(document, dict) or "var" in document:
            return document
        ((op, args),) = document.items()
        return {op: self._args(op, args, entity, beside)}

    def _args(self, op: str, args: list[Any], entity: str, outer: Fact | None) -> list[Any]:
        relation = relation_of(args[0] if args else None, self._names, entity)
        entry = chosen(op, args, of_records=relation is not None)
        if entry is None:
            return args
        own = _options_of(args, entry, self._names, entity) or (outer if op in _HANDED_ON else None)
        made = []
        for at, arg in enumerate(args):
            slot = entry.slot_of(at, len(args))
            scope = relation.entity if slot.inner and relation else entity
            is_beside = slot.wants in _ALIKE and not (slot.wants == "name" and isinstance(arg, str))
            made.append(self.of(arg, scope, own if is_beside and not slot.inner else None))
        return made


def relation_of(document: Any, names: Names, entity: str) -> Relation | None:
    """The list of records that a document names; None where it is anything else."""
    path = document.get("var") if isinstance(document, dict) else None
    return relation_at(names, entity, path) if isinstance(path, str) else None


def _options_of(args: Sequence[Any], entry: Operator, names: Names, entity: str) -> Fact | None:
    """The field with options among these values."""
    for at, arg in enumerate(args):
        slot = entry.slot_of(at, len(args))
        if slot.wants in _ALIKE and not slot.inner:
            fact = _field(
                {"var": arg} if slot.wants == "name" and isinstance(arg, str) else arg, names, entity
            )
            if fact is not None and fact.type.name == "enum":
                return fact
    return None


def _field(document: Any, names: Names, entity: str) -> Fact | None:
    """The field that a document is, or is the first of."""
    if not isinstance(document, dict):
        return None
    ((op, inner),) = document.items()
    if op == "??":
        return next((one for one in (_field(arg, names, entity) for arg in inner) if one), None)
    path = inner if op == "var" else inner[0] if op == "was" and inner else None
    return fact_at(names, entity, path) if isinstance(path, str) else None
