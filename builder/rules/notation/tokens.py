"""The words of a formula: what is typed, cut where one thing ends and the next begins."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from builder.rules.limits import MAX_BYTES, MAX_VALUES
from builder.rules.notation.table import SIGNS
from schema_store.problems import Problem, Problems, _

STRUCTURE = ("(", ")", "{", "}", ",", ";", ".")
ALSO = {"（": "(", "）": ")", "，": ",", "；": ";", "、": ",", "｛": "{", "｝": "}"}
"""Signs of Chinese keyboards that have no other meaning here."""

_SIGNS = sorted((one for one in SIGNS if not one[0].isalpha()), key=len, reverse=True)
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_WORDS = re.compile(
    "|".join(
        (
            r"(?P<blank>\s+)",
            rf"(?P<date>{_DATE}(?:[T ]{_TIME})?)(?![0-9])",
            r"(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?!\w)",
            r'(?P<text>"(?:[^"]|"")*"|“[^”]*”)',
            r"(?P<field>[\[［【][^\[\]［］【】]*[\]］】])",
            r"(?P<name>\$?[^\W\d]\w*(?:\.[^\W\d]\w*)*)",
            rf"(?P<sign>{'|'.join(map(re.escape, (*_SIGNS, *STRUCTURE)))})",
        )
    )
)


@dataclass(frozen=True)
class Token:
    """One word. `sort`: date number text field name sign end; `text` without its quotes or brackets."""

    sort: str
    text: str
    start: int
    end: int


def mistake(code: str, template: str, start: int, end: int, hint: str = "", **params: object) -> Problem:
    """A problem at a place in the text: characters `start` up to `end`."""
    return Problem(code, template, {**params, "start": start, "end": end}, "", hint)


def tokens(text: str) -> list[Token]:
    """The words of a text, an `end` behind them. Raises Problems."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        template = _("This formula is longer than {limit} bytes.")
        raise Problems(mistake("syntax.limit", template, 0, 0, limit=MAX_BYTES))
    found: list[Token] = []
    at = 0
    while at < len(text):
        token, at = _next(text, at)
        if token is not None:
            found.append(token)
        if len(found) > MAX_VALUES:
            template = _("This formula has more than {limit} parts.")
            raise Problems(mistake("syntax.limit", template, 0, 0, limit=MAX_VALUES))
    return [*found, Token("end", "", len(text), len(text))]


def _next(text: str, at: int) -> tuple[Token | None, int]:
    found = _WORDS.match(text, at)
    if found is None or found.lastgroup is None:
        return _of_other_width(text, at), at + 1
    sort, words, end = found.lastgroup, found[0], found.end()
    if sort == "blank":
        return None, end
    return Token(sort, _INSIDE.get(sort, str)(words), at, end), end


def _quoted(words: str) -> str:
    return words[1:-1].replace('""', '"') if words.startswith('"') else words[1:-1]


_INSIDE = {"text": _quoted, "field": lambda words: words[1:-1].strip()}


def _of_other_width(text: str, at: int) -> Token:
    """A sign as Chinese keyboards write it. Raises Problems for what is none."""
    char = text[at]
    plain = ALSO.get(char) or unicodedata.normalize("NFKC", char)
    if plain in _SIGNS or plain in STRUCTURE:
        return Token("sign", plain, at, at + 1)
    if char in '"“':
        hint = _("A quotation mark inside a text is written twice.")
        template = _("The text that begins here has no end: a quotation mark is missing.")
        raise Problems(mistake("formula.text", template, at, len(text), hint))
    if char in "[［【":
        template = _("The field that begins here has no end: “]” is missing.")
        raise Problems(mistake("formula.field", template, at, len(text)))
    hint = _('Fields stand in [brackets], texts in "quotes".')
    number = re.compile(r"[0-9][\w.]*").match(text, at)
    if number:
        template = _("“{text}” is no number.")
        raise Problems(mistake("formula.number", template, at, number.end(), text=number[0][:60]))
    raise Problems(
        mistake("formula.sign", _("“{text}” is not understood here."), at, at + 1, hint, text=char)
    )
