"""A formula read into its document: names become keys, labels of options their values, functions operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.rules.names import Fact, Names, Relation
from builder.rules.notation.fields import NotFound, path_of
from builder.rules.notation.options import relation_of, to_values
from builder.rules.notation.syntax import Asked, Constant, Listed, Named, Piece, parsed
from builder.rules.notation.table import FUNCTIONS, Function, asks_records, called, chosen, folded
from builder.rules.notation.tokens import mistake
from builder.rules.operators import NAMES
from builder.rules.operators.entry import Operator
from builder.rules.operators.spelling import Spelling
from builder.rules.parse import FLATTENED, parse
from schema_store.problems import Problem, Problems, _, pointer

Span = tuple[int, int]
Spans = dict[str, Span]


@dataclass(frozen=True)
class Reading:
    """What a formula says: its document, and by pointer where each part of it stands in the text."""

    document: Any
    spans: Mapping[str, Span] = field(default_factory=dict)

    def span(self, problem: Problem) -> Span | None:
        """Where in the text a problem is: its own place, or that of the part of the document it points to."""
        return span_of(problem, self.spans)


def span_of(problem: Problem, spans: Mapping[str, Span] | None = None) -> Span | None:
    """`(start, end)` of a problem in the text of a formula; None where it has no place there."""
    if "start" in problem.params and "end" in problem.params:
        return problem.params["start"], problem.params["end"]
    place = problem.pointer
    while spans:
        if place in spans:
            return spans[place]
        if not place:
            break
        place = place.rpartition("/")[0]
    return None


def told(problem: Problem) -> Problem:
    """A problem of the rule behind a formula in words of the formula: functions instead of operators."""
    op = problem.params.get("operator")
    if op not in NAMES:
        return problem
    params = {**problem.params, "operator": called(op)}
    return Problem(problem.code, problem.template, params, problem.pointer, problem.hint, problem.severity)


def read(text: str, names: Names, entity: str, beside: Fact | None = None, language: str = "en") -> Any:
    """The document of a formula over the records of `entity`; `beside`: the field that takes its value.

    Labels and functions are understood in every language; `language` is that of the hints. Raises Problems, each with
    `start` and `end` among its params. Types are for `check` to say.
    """
    return reading(text, names, entity, beside, language).document


def reading(
    text: str, names: Names, entity: str, beside: Fact | None = None, language: str = "en"
) -> Reading:
    """The document and where its parts stand. Raises Problems as `read` does."""
    resolver = _Resolver(names, "zh" if language.startswith("zh") else "en")
    document, spans = resolver.of(parsed(text), entity)
    if resolver.problems:
        raise Problems(resolver.problems)
    document = to_values(document, names, entity, beside)
    try:
        parse(document)  # its limits and its shape
    except Problems as wrong:
        raise Problems(_placed(one, spans, len(text)) for one in wrong.problems) from None
    return Reading(document, spans)


def _placed(problem: Problem, spans: Spans, length: int) -> Problem:
    start, end = span_of(problem, spans) or (0, length)
    return mistake(problem.code, problem.template, start, end, problem.hint, **problem.params)


Found = tuple[Any, Spans]


class _Resolver:
    def __init__(self, names: Names, language: str):
        self.problems: list[Problem] = []
        self._names, self._language = names, language

    def of(self, piece: Piece, entity: str, records: bool | None = False) -> Found:
        """The document of a piece, and where its parts stand; `records`: whether a list of records belongs here."""
        if isinstance(piece, Asked):
            return self._asked(piece, entity)
        return self._leaf(piece, entity, records), {"": (piece.start, piece.end)}

    def _leaf(self, piece: Constant | Listed | Named, entity: str, records: bool | None) -> Any:
        if isinstance(piece, Constant):
            return {"date": [piece.value]} if piece.is_date else piece.value
        if isinstance(piece, Listed):
            return [one.value for one in piece.items]
        try:
            return {"var": path_of(piece.steps, self._names, entity, (piece.start, piece.end), records)}
        except NotFound as missing:
            function = FUNCTIONS.get(folded(piece.steps[0]))
            if function is not None and not function.entry.slots and len(piece.steps) == 1:
                return {function.entry.name: []}  # [Today]
            self.problems.append(missing.problem)
            return None

    def _asked(self, piece: Asked, entity: str) -> Found:
        before = len(self.problems)
        given = self._given(piece, entity)
        docs = [document for document, _spans in given]
        if len(self.problems) > before:
            return None, {}
        if piece.function is not None and piece.function.turn is not None:
            turned = piece.function.turn.read(docs)
            if turned is None:
                return self._not_so(piece, piece.function, len(docs))
            docs = turned
        relation = self._relation(docs, entity)
        entry = self._entry(piece, docs, of_records=relation is not None)
        if entry is None or entry.spelling is None:
            return self._not_so(piece, piece.function, len(docs))
        args = self._settled(docs, entry, entry.spelling, piece)
        if piece.op in FLATTENED:
            return self._flat(piece, args, given)
        spans = self._spans(piece, args, docs, given)
        return {piece.op: args}, spans

    def _given(self, piece: Asked, entity: str) -> list[Found]:
        """The values; behind a list of records those that speak of one of these."""
        if not piece.args:
            return []
        first = self.of(piece.args[0], entity, asks_records(piece.op, 0))
        relation = self._relation([first[0]], entity)
        inner = relation.entity if relation else entity
        turned = piece.function is not None and piece.function.turn is not None
        entry = chosen(piece.op, [first[0], *piece.args[1:]], of_records=relation is not None)
        given = [first]
        for at, arg in enumerate(piece.args[1:], 1):
            is_inner = entry is not None and not turned and entry.slot_of(at, len(piece.args)).inner
            given.append(self.of(arg, inner if is_inner else entity))
        return given

    def _relation(self, docs: list[Any], entity: str) -> Relation | None:
        return relation_of(docs[0] if docs else None, self._names, entity)

    def _entry(self, piece: Asked, docs: list[Any], *, of_records: bool) -> Operator | None:
        own = piece.function.entry if piece.function and not piece.function.turn else None
        if own is not None and own.spelling is not None and own.spelling.spread:
            return own if len(docs) >= own.least - 1 else None
        return chosen(piece.op, docs, of_records=of_records)

    def _settled(self, docs: list[Any], entry: Operator, spelling: Spelling, piece: Asked) -> list[Any]:
        """The arguments as documents have them: keys where names belong, units, lists that stood one by one."""
        if spelling.spread:
            docs = self._gathered(docs, entry, piece)
        return [self._in_slot(one, entry, at, spelling, piece) for at, one in enumerate(docs)]

    def _gathered(self, docs: list[Any], entry: Operator, piece: Asked) -> list[Any]:
        last = len(entry.slots) - 1
        rest = docs[last:]
        if len(rest) == 1 and isinstance(rest[0], (list, dict)) and _day(rest[0]) is None:
            return docs
        plain = [_day(one) or one for one in rest]
        if any(isinstance(one, (list, dict)) for one in plain):
            template = _("In this list only plain values can stand.")
            self.problems.append(mistake("formula.list", template, piece.start, piece.end))
            return docs
        return [*docs[:last], plain]

    def _in_slot(self, document: Any, entry: Operator, at: int, spelling: Spelling, piece: Asked) -> Any:
        wants = entry.slots[min(at, len(entry.slots) - 1)].wants
        if wants == "name" and isinstance(document, dict) and list(document) == ["var"]:
            return document["var"]
        if wants == "unit" and isinstance(document, str):
            return self._unit(document, spelling, piece)
        return document

    def _unit(self, word: str, spelling: Spelling, piece: Asked) -> str:
        for unit, said in spelling.words.items():
            if folded(word) in (folded(unit), *map(folded, said.values())):
                return unit
        known = ", ".join(f'"{said[self._language]}"' for said in spelling.words.values())
        hint = _("Known here: {known}.")
        template = _("“{word}” is not known here.")
        self.problems.append(
            mistake("formula.unit", template, piece.start, piece.end, hint, word=word[:60], known=known)
        )
        return word

    def _flat(self, piece: Asked, args: list[Any], given: list[Found]) -> Found:
        """AND in AND is one AND; of a single condition it is the condition."""
        if len(args) == 1:
            return given[0]
        flat: list[Any] = []
        spans: Spans = {"": (piece.start, piece.end)}
        for (document, inside), arg in zip(given, args, strict=True):
            within = document[piece.op] if isinstance(document, dict) and piece.op in document else None
            for at, one in enumerate([arg] if within is None else within):
                start = "" if within is None else pointer(piece.op, at)
                spans |= _moved(inside, start, pointer(piece.op, len(flat)))
                flat.append(one)
        return {piece.op: flat}, spans

    def _spans(self, piece: Asked, args: list[Any], docs: list[Any], given: list[Found]) -> Spans:
        spans: Spans = {"": (piece.start, piece.end)}
        for at, arg in enumerate(args):
            source = docs[at] if at < len(docs) else arg
            inside = next(
                (spans_of for one, spans_of in given if one is source), {"": (piece.start, piece.end)}
            )
            spans |= _moved(inside, "", pointer(piece.op, at))
        return spans

    def _not_so(self, piece: Asked, function: Function | None, count: int) -> Found:
        name, takes = called(piece.op), ""
        if function is not None:
            source = function.turn or function.entry.spelling
            name, takes = function.name, source.takes.get(self._language, "") if source else ""
        hint = _("It is written {name}({takes}).") if takes or function else ""
        template = _("“{name}” does not take these {count} values.")
        self.problems.append(
            mistake("op.arity", template, piece.start, piece.end, hint, name=name, count=count, takes=takes)
        )
        return None, {}


def _day(document: Any) -> str | None:
    """The text of a day without quotes."""
    is_day = isinstance(document, dict) and list(document) == ["date"]
    return document["date"][0] if is_day else None


def _moved(spans: Spans, start: str, to: str) -> Spans:
    """The spans at and below `start`, seen from `to`."""
    return {to + place[len(start) :]: span for place, span in spans.items() if place.startswith(start)}
