"""A document written as a formula; one that no formula says is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from builder.rules.names import Fact, Names
from builder.rules.notation.fields import said
from builder.rules.notation.options import relation_of, to_labels
from builder.rules.notation.reading import read
from builder.rules.notation.table import NO, NOTHING, YES, asks_records, chosen
from builder.rules.operators.entry import Operator
from builder.rules.operators.spelling import COMPARED, NEGATED, Spelling
from builder.rules.parse import parse
from builder.rules.tree import document as canonical
from schema_store import strict_json
from schema_store.problems import Problems

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = NEGATED + 1
"""How tightly a value holds together that needs no brackets anywhere."""


class Unsayable(Exception):
    """No formula says this part."""


def write(
    document: Any, names: Names, entity: str, language: str = "en", beside: Fact | None = None
) -> str | None:
    """The formula of a document over the records of `entity`, which reads back as that document.

    None where none does: a rule that is wrong, names that are not known, what the notation has no words for.
    """
    try:
        plain = canonical(parse(document))
        labelled = to_labels(plain, names, entity, "zh" if language.startswith("zh") else "en", beside)
        text = _Writer(names, language).of(labelled, entity)
        again = read(text, names, entity, beside)
    except (Problems, Unsayable, KeyError):
        return None
    return text if strict_json.write(again) == strict_json.write(plain) else None


class _Writer:
    def __init__(self, names: Names, language: str):
        self._names, self._language = names, "zh" if language.startswith("zh") else "en"

    def of(self, document: Any, entity: str, least: int = 0, records: bool | None = False) -> str:
        """The words for a document, in brackets where it binds less tightly than `least`.

        `records`: whether a list of records belongs here.
        """
        text, binds = self._said(document, entity, records)
        return f"({text})" if binds < least else text

    def _said(self, document: Any, entity: str, records: bool | None) -> tuple[str, int]:
        if isinstance(document, list):
            return "{" + ", ".join(map(_constant, document)) + "}", _WHOLE
        if not isinstance(document, dict):
            return _constant(document), _WHOLE
        ((op, args),) = document.items()
        if op == "var":
            return said(args, self._names, entity, self._language, records), _WHOLE
        if op == "date" and len(args) == 1 and isinstance(args[0], str) and _DAY.fullmatch(args[0]):
            return args[0], _WHOLE
        return self._asked(op, args, entity)

    def _asked(self, op: str, args: list[Any], entity: str) -> tuple[str, int]:
        relation = relation_of(args[0] if args else None, self._names, entity)
        entry = chosen(op, args, of_records=relation is not None)
        if entry is None or entry.spelling is None:
            raise Unsayable(op)
        spelling = entry.spelling
        for turn in spelling.turns:
            turned = turn.write(args)
            if turned is not None:
                return self._call(turn.names[0], self._of_turn(turned, args, entry, entity)), _WHOLE
        if _is_row(spelling, args):
            return self._row(entry, spelling, args, entity)
        if not spelling.names:
            raise Unsayable(op)
        inner = relation.entity if relation else entity
        words = [
            self._arg(arg, entry, at, inner if entry.slot_of(at, len(args)).inner else entity)
            for at, arg in enumerate(args)
        ]
        if spelling.spread and isinstance(args[-1], list):
            words = [*words[:-1], *map(_constant, args[-1])]
        return self._call(spelling.names[0], words), _WHOLE

    def _of_turn(self, turned: list[Any], args: list[Any], entry: Operator, entity: str) -> list[str]:
        """The values of a turn; one that is an argument still is written as that argument is."""
        places = [next((at for at, arg in enumerate(args) if arg is one), -1) for one in turned]
        return [
            self._arg(one, entry, at, entity) if at >= 0 else self.of(one, entity)
            for one, at in zip(turned, places, strict=True)
        ]

    def _call(self, name: str, words: Sequence[str]) -> str:
        return f"{name}({', '.join(words)})"

    def _arg(self, arg: Any, entry: Operator, at: int, entity: str) -> str:
        wants = entry.slots[min(at, len(entry.slots) - 1)].wants
        if wants == "name" and isinstance(arg, str):
            return said(arg, self._names, entity, self._language)
        if wants == "unit" and entry.spelling and isinstance(arg, str) and arg in entry.spelling.words:
            return _constant(entry.spelling.words[arg][self._language])
        return self.of(arg, entity, records=asks_records(entry.name, at))

    # --- signs ---

    def _row(self, entry: Operator, spelling: Spelling, args: list[Any], entity: str) -> tuple[str, int]:
        binds = spelling.binds
        if binds == NEGATED:
            is_number = isinstance(args[0], (int, float)) and not isinstance(args[0], bool)
            inner = self.of(args[0], entity, NEGATED)
            return f"{spelling.signs[0]}{f'({inner})' if is_number else inner}", binds
        words = [self._in_row(arg, entry.name, spelling, at, entity) for at, arg in enumerate(args)]
        return f" {spelling.signs[0]} ".join(words), binds

    def _in_row(self, arg: Any, op: str, spelling: Spelling, at: int, entity: str) -> str:
        """What stands first needs no brackets beside signs as loose as itself, unless both are one row."""
        is_same = isinstance(arg, dict) and op in arg
        goes_on = at == 0 and spelling.binds != COMPARED and not (is_same and spelling.is_chain)
        return self.of(arg, entity, spelling.binds + (not goes_on))


def _is_row(spelling: Spelling, args: list[Any]) -> bool:
    """Whether signs stand between these values."""
    if not spelling.signs or spelling.is_called:
        return False
    return len(args) > 1 or spelling.binds == NEGATED


def _constant(value: Any) -> str:
    if value is None:
        return NOTHING[0]
    if isinstance(value, bool):
        return (YES if value else NO)[0]
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value)
