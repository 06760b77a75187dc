"""A formula's words read into pieces: what is asked of what, and where each of them stands in the text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from builder.rules.limits import MAX_DEPTH, MAX_NODES
from builder.rules.notation.table import FUNCTIONS, KEYWORDS, SIGNS, Function, Sign, folded, nearest
from builder.rules.notation.tokens import Token, mistake, tokens
from builder.rules.operators.spelling import COMPARED, NEGATED, NOT
from schema_store.problems import Problem, Problems, _

MAX_NESTING = 30
"""Brackets inside brackets; those that say nothing count as well."""
_NEGATION, _NEGATIVE = "!", "-"
_WORDS = {folded(one): SIGNS[one] for one in SIGNS}


@dataclass(frozen=True)
class Constant:
    """A written value; `is_date`: a day without quotes."""

    value: Any
    start: int
    end: int
    is_date: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Listed:
    """Values in braces."""

    items: tuple[Constant, ...]
    start: int
    end: int
    depth: int = 0


@dataclass(frozen=True)
class Named:
    """A field, by the names on the way to it. `is_bare`: it stands without brackets."""

    steps: tuple[str, ...]
    start: int
    end: int
    is_bare: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Asked:
    """An operator with its values, by a sign or by a function."""

    op: str
    args: tuple[Piece, ...]
    start: int
    end: int
    depth: int
    function: Function | None = None


Piece = Constant | Listed | Named | Asked


def parsed(text: str) -> Piece:
    """The pieces of a formula. Raises Problems with the first that is wrong, and where."""
    found = tokens(text)
    if found[0].sort == "sign" and found[0].text == "=":  # as spreadsheets begin a formula
        found = found[1:]
    return _Parser(found).whole()


class _Parser:
    def __init__(self, found: list[Token]):
        self._tokens, self._at, self._nesting, self._asked = found, 0, 0, 0

    # --- tokens ---

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._here
        self._at += token.sort != "end"
        return token

    def _is(self, *signs: str, ahead: int = 0) -> bool:
        token = self._tokens[min(self._at + ahead, len(self._tokens) - 1)]
        return token.sort == "sign" and token.text in signs

    def _sign(self) -> Sign | None:
        """The sign that stands here between two values."""
        token = self._here
        if token.sort == "name":
            return _WORDS.get(folded(token.text))
        return SIGNS.get(token.text) if token.sort == "sign" else None

    # --- rows of values ---

    def whole(self) -> Piece:
        if self._here.sort == "end":
            raise self._wrong("formula.nothing", _("There is no formula yet."), self._here)
        piece = self._expression(0)
        if self._here.sort != "end":
            raise Problems(self._stray(self._here))
        return piece

    def _stray(self, token: Token) -> Problem:
        if token.sort == "sign" and token.text == ")":
            return self._problem("formula.bracket", _("This “)” closes nothing."), token)
        if token.sort == "sign" and token.text in (",", ";"):
            hint = _("A number is written without separators: 1000.")
            return self._problem(
                "formula.comma", _("Values are listed in the brackets of functions only."), token, hint
            )
        template = _("A sign such as + or & is missing before this.")
        return self._problem("formula.missing", template, token)

    def _expression(self, least: int) -> Piece:
        """Values joined by signs that bind at least so tightly."""
        self._deeper()
        left, last = self._one(), None
        while (sign := self._sign()) is not None and sign.binds >= least:
            token = self._take()
            right = self._expression(sign.binds + 1)
            left, last = self._joined(left, last, sign, right, token), sign
        self._nesting -= 1
        return left

    def _deeper(self) -> None:
        self._nesting += 1
        if self._nesting > MAX_NESTING * 3:
            template = _("This formula is nested deeper than {limit} operators.")
            raise self._wrong("syntax.limit", template, self._here, limit=MAX_DEPTH)

    def _joined(self, left: Piece, last: Sign | None, sign: Sign, right: Piece, token: Token) -> Piece:
        if isinstance(left, Asked) and last is not None and _goes_on(left, last, sign):
            return self._made(sign.op, (*left.args, right), left.start, right.end)
        if sign.binds == COMPARED and last is not None and last.binds == COMPARED:
            hint = _("Join them with AND: [A] > 1 AND [A] < 5.")
            raise self._wrong("formula.compared", _("Two comparisons stand in one row."), token, hint)
        return self._made(sign.op, (left, right), left.start, right.end)

    def _made(
        self, op: str, args: tuple[Piece, ...], start: int, end: int, function: Function | None = None
    ) -> Piece:
        self._asked += 1
        depth = 1 + max((one.depth for one in args), default=0)
        if self._asked > 2 * MAX_NODES or depth > MAX_NESTING:
            template = _("This formula is nested deeper than {limit} operators, or has more than {most}.")
            problem = mistake("syntax.limit", template, start, end, limit=MAX_DEPTH, most=MAX_NODES)
            raise Problems(problem)
        return Asked(op, args, start, end, depth, function)

    # --- one value ---

    def _one(self) -> Piece:
        token = self._here
        if self._is("-", "−"):
            return self._negative()
        if token.sort == "name" and self._is_not(token):
            self._take()
            inner = self._expression(NOT + 1)
            return self._made(_NEGATION, (inner,), token.start, inner.end)
        piece = self._operand()
        return self._hundredth(piece) if self._is("%") else piece

    def _is_not(self, token: Token) -> bool:
        found = FUNCTIONS.get(folded(token.text))
        return found is not None and found.entry.name == _NEGATION and not self._is("(", ahead=1)

    def _negative(self) -> Piece:
        """A negative number, or the negative of a value."""
        start = self._take()
        if self._here.sort == "number":
            inner = self._one()
            if isinstance(inner, Constant):
                return replace(inner, value=-inner.value, start=start.start)
            return inner
        inner = self._expression(NEGATED)
        return self._made(_NEGATIVE, (inner,), start.start, inner.end)

    def _hundredth(self, piece: Piece) -> Piece:
        """`10%` is 0.1 where nothing follows that it could be divided by."""
        sign, following = self._here, self._tokens[self._at + 1]
        if (
            not isinstance(piece, Constant)
            or type(piece.value) not in (int, float)
            or sign.start != piece.end
        ):
            return piece
        if following.sort not in ("sign", "end") or self._is("(", ahead=1):
            return piece
        if self._is("-", "−", ahead=1):
            hint = _("Write 0.1 for ten per cent, and MOD(7, 2) for a remainder.")
            raise self._wrong("formula.percent", _("It is not clear what “%” means here."), sign, hint)
        self._take()
        return Constant(float(Decimal(str(piece.value)).scaleb(-2)), piece.start, sign.end)

    def _operand(self) -> Piece:
        token = self._take()
        reader = {
            "number": self._number,
            "text": lambda one: Constant(one.text, one.start, one.end),
            "date": self._date,
            "field": self._field,
            "name": self._word,
        }.get(token.sort)
        if reader is not None:
            return reader(token)
        if token.sort == "sign" and token.text == "(":
            inner = self._expression(0)
            self._closed(token)
            return replace(inner, start=token.start, end=self._tokens[self._at - 1].end)
        if token.sort == "sign" and token.text == "{":
            return self._list(token)
        if token.sort == "end":
            raise self._wrong("formula.end", _("Something is missing at the end."), token)
        raise self._wrong("formula.value", _("A value is missing before “{text}”."), token, text=token.text)

    def _number(self, token: Token) -> Constant:
        is_whole = token.text.isdecimal()
        if len(token.text) > 40:
            raise self._wrong("syntax.limit", _("This number has too many digits."), token)
        value = int(token.text) if is_whole else float(token.text)
        return Constant(value, token.start, token.end)

    def _date(self, token: Token) -> Constant:
        return Constant(token.text.replace(" ", "T"), token.start, token.end, is_date=len(token.text) == 10)

    def _field(self, token: Token) -> Named:
        """`[Store].[Region]` goes over a reference."""
        steps, end = [token.text], token.end
        while self._is(".") and self._tokens[self._at + 1].sort == "field":
            self._take()
            end = self._here.end
            steps.append(self._take().text)
        return Named(tuple(steps), token.start, end)

    def _word(self, token: Token) -> Piece:
        """A function, a word that is a value, or the key of a field."""
        keyword = token.text.upper()
        if keyword in KEYWORDS:
            if self._is("(") and self._is(")", ahead=1):
                self._at += 2
            return Constant(KEYWORDS[keyword], token.start, self._tokens[self._at - 1].end)
        if self._is("("):
            return self._call(token)
        return Named((token.text,), token.start, token.end, is_bare=True)

    def _call(self, token: Token) -> Piece:
        function = FUNCTIONS.get(folded(token.text))
        if function is None:
            near = nearest(token.text)
            hint = _("Did you mean “{near}”?") if near else ""
            template = _("There is no function “{name}”.")
            raise self._wrong("formula.function", template, token, hint, name=token.text[:60], near=near)
        opening = self._take()
        args: list[Piece] = []
        if not self._is(")"):
            args.append(self._expression(0))
            while self._is(",", ";"):
                self._take()
                args.append(self._expression(0))
        self._closed(opening)
        end = self._tokens[self._at - 1].end
        return self._made(function.entry.name, tuple(args), token.start, end, function)

    def _closed(self, opening: Token) -> None:
        if self._is(")"):
            self._take()
            return
        if self._here.sort == "end":
            raise self._wrong("formula.bracket", _("The bracket that opens here is not closed."), opening)
        template = _("A sign, a comma or “)” is missing before this.")
        raise self._wrong("formula.missing", template, self._here)

    def _list(self, opening: Token) -> Listed:
        items: list[Constant] = []
        while not self._is("}"):
            piece = self._one()
            if not isinstance(piece, Constant):
                template = _("In braces only plain values can stand.")
                raise Problems(mistake("formula.list", template, piece.start, piece.end))
            items.append(piece)
            if self._is(",", ";"):
                self._take()
            elif not self._is("}"):
                raise self._wrong("formula.list", _("The list that begins here is not closed."), opening)
        return Listed(tuple(items), opening.start, self._take().end)

    # --- problems ---

    def _problem(self, code: str, template: str, token: Token, hint: str = "", **params: object) -> Problem:
        return mistake(code, template, token.start, token.end, hint, **params)

    def _wrong(self, code: str, template: str, token: Token, hint: str = "", **params: object) -> Problems:
        return Problems(self._problem(code, template, token, hint, **params))


def _goes_on(left: Asked, last: Sign, sign: Sign) -> bool:
    """Whether one more value belongs to the row that `left` is: a + b + c, 1 < a < 5."""
    is_range = sign.binds == COMPARED and len(left.args) < sign.most
    return last.op == sign.op and (sign.is_chain or is_range)
