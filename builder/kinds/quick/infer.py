"""What the columns of a sheet hold, by asking the field types themselves whether they can read it.

A column is of the first type below that reads (nearly) all of its cells and that it looks like. Whatever could lose
something is left as text: leading zeros, numbers too long to count with, days that two people read differently.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.fields.boolean import NO, YES
from builder.fields.contract import BadValue
from builder.fields.plain import half_width
from builder.kinds.entity_alone import MAX_FIELDS
from builder.kinds.quick.proposal import CHOICE, TEXT, Proposed, options_of, text_of
from builder.kinds.quick.words import Vocabulary, is_code
from schema_store.problems import Problem, Problems, _

LOOKED_AT = 5_000
"""Rows that types are asked about; whether values stand twice is asked of all."""
BAD_SHARE = 20
"""One cell in so many may be wrong: it comes back from the import with its reason."""
MOST_OPTIONS = 12
MOST_SUGGESTIONS = 50
LABEL = 200


@dataclass(frozen=True)
class Column:
    """A column's name and its cells, stripped; `filled` are those that hold something, at most LOOKED_AT."""

    name: str
    filled: tuple[str, ...]
    is_whole: bool
    is_distinct: bool

    @property
    def hint(self) -> str:
        return self.name


@dataclass(frozen=True)
class Guess:
    """A type, and what a column must look like beside being read by it; `settings` may depend on the cells."""

    type: str
    looks: Callable[[Column, Vocabulary], bool]
    settings: Callable[[Column], Mapping[str, Any]] = lambda _column: {}


def fields_of(names: Sequence[str], rows: Sequence[Sequence[str]], words: Vocabulary) -> list[Proposed]:
    """The fields of a sheet: one for each column with a name. Raises Problems for more than an entity has."""
    named = [(at, name) for at, name in enumerate(names) if name.strip()]
    if len(named) > MAX_FIELDS:
        template = _("This sheet has {count} columns; an entity has at most {limit} fields.")
        hint = _("Leave out columns that nobody needs, or make several entities.")
        raise Problems(
            Problem("quick.columns", template, {"count": len(named), "limit": MAX_FIELDS}, hint=hint)
        )
    columns = [_column(name, at, rows) for at, name in named]
    proposals = [_proposed(column, words) for column in columns]
    key = next((at for at, one in enumerate(proposals) if _is_key(columns[at], one)), None)
    if key is None:
        return proposals
    return [
        replace(one, is_required=True, is_unique=True) if at == key else one
        for at, one in enumerate(proposals)
    ]


def _column(name: str, at: int, rows: Sequence[Sequence[str]]) -> Column:
    cells = [row[at].strip() if at < len(row) else "" for row in rows]
    filled = [cell for cell in cells if cell]
    is_distinct = len(set(filled)) == len(filled)
    return Column(name.strip(), tuple(filled[:LOOKED_AT]), len(filled) == len(cells) > 0, is_distinct)


def _proposed(column: Column, words: Vocabulary) -> Proposed:
    label = text_of(" ".join(column.name.replace("|", "/").replace('"', "”").split())[:LABEL])
    plain = label if isinstance(label, str) else next(iter(label.values()))
    own = Proposed(label, column="" if plain == column.name else column.name)
    if not column.filled:
        hinted = words.hinted(column.name)
        return replace(own, type=hinted if hinted in _EMPTY else TEXT)
    for guess in GUESSES:
        if guess.type in words.types and guess.looks(column, words):
            settings = dict(guess.settings(column))
            notes = _unread(column, words.types[guess.type], settings)
            if notes is not None:
                return replace(own, type=guess.type, settings=settings, notes=notes)
    return own


_EMPTY = ("phone", "email", "money", "date", "long_text", "integer")
"""Types that a column's name alone may say."""


def _unread(column: Column, type_: Any, settings: Mapping[str, Any]) -> tuple[Problem, ...] | None:
    """What the type could not read, as a note; None where that is more than a few cells."""
    if type_.check_settings(settings):
        return None
    allowed, bad = len(column.filled) // BAD_SHARE, []
    for cell in column.filled:
        try:
            type_.from_text(cell, settings)
        except BadValue:
            bad.append(cell)
            if len(bad) > allowed:
                return None
    if not bad:
        return ()
    template = _("{count} of {all} values cannot be read so, “{value}” for one; their rows will come back.")
    params = {"count": len(bad), "all": len(column.filled), "value": bad[0][:60]}
    return (Problem("quick.unread", template, params, severity="warning"),)


# --- what columns look like ---


def _all(test: Callable[[str], bool]) -> Callable[[Column, Vocabulary], bool]:
    """True where (nearly) all cells pass."""

    def looks(column: Column, _words: Vocabulary) -> bool:
        bad = sum(not test(half_width(cell)) for cell in column.filled)
        return bad <= len(column.filled) // BAD_SHARE

    return looks


def _digits(cell: str) -> str:
    return "".join(char for char in cell if char.isdecimal())


def _is_date(cell: str) -> bool:
    """Eight digits alone are a day only of these centuries."""
    return not cell.isdecimal() or (len(cell) == 8 and "1900" <= cell[:4] <= "2100")


def _is_countable(cell: str) -> bool:
    """Nothing is lost when it becomes a number: no leading zero, not too long to count with."""
    digits = cell.lstrip("+-").replace(",", "")
    return len(digits.split(".")[0]) <= 12 and not (digits[:1] == "0" and digits[1:2].isdecimal())


def _is_number(column: Column, _words: Vocabulary) -> bool:
    return not is_code(column.hint) and all(_is_countable(half_width(cell)) for cell in column.filled)


def _is_phone(column: Column, words: Vocabulary) -> bool:
    """Numbers of ten digits or more; shorter ones only where the column's name says so."""
    is_named = words.hinted(column.hint) == "phone"
    return is_named or (
        not is_code(column.hint) and _all(lambda cell: len(_digits(cell)) >= 10)(column, words)
    )


_SIGNS = ("¥", "￥", "元", "CNY", "RMB", "人民币")


def _is_money(column: Column, words: Vocabulary) -> bool:
    """A sign of the currency, or a name that speaks of money."""
    if not all(_is_countable(half_width(cell).strip("".join(_SIGNS) + " ")) for cell in column.filled):
        return False
    is_named = words.hinted(column.hint) == "money"
    return is_named or _all(lambda cell: any(sign in cell for sign in _SIGNS))(column, words)


def _is_yes_or_no(column: Column, _words: Vocabulary) -> bool:
    said = {half_width(cell).lower() for cell in column.filled}
    return said <= {word for word in (*YES, *NO) if not word.isdecimal() and word not in ("t", "f")}


def _is_text_lines(column: Column, _words: Vocabulary) -> bool:
    return any("\n" in cell or len(cell) > 255 for cell in column.filled)


_BETWEEN = re.compile("[;；、\n]")


def _parts(column: Column) -> Counter[str]:
    found: Counter[str] = Counter()
    for cell in column.filled:
        found.update({part.strip() for part in _BETWEEN.split(cell) if part.strip()})
    return found


def _is_tags(column: Column, words: Vocabulary) -> bool:
    """Several short words in a cell, the same ones again and again."""
    parted = sum(any(sign in cell for sign in ";；、") for cell in column.filled)
    parts = _parts(column)
    is_named = words.hinted(column.hint) == "tags"
    is_repeated = parted * 3 >= len(column.filled) and len(parts) * 2 <= sum(parts.values())
    return parted > 0 and all(len(part) <= 30 for part in parts) and (is_named or is_repeated)


def _is_choice(column: Column, _words: Vocabulary) -> bool:
    distinct = set(column.filled)
    return (
        len(column.filled) >= 4
        and len(distinct) <= MOST_OPTIONS
        and len(distinct) * 2 <= len(column.filled)
        and all(len(one) <= 30 and "|" not in one for one in distinct)
    )


def _options(column: Column) -> Mapping[str, Any]:
    return {"options": options_of(column.filled)}


def _suggestions(column: Column) -> Mapping[str, Any]:
    return {"suggestions": [part for part, _count in _parts(column).most_common(MOST_SUGGESTIONS)]}


def _scale(column: Column) -> Mapping[str, Any]:
    longest = max(len(half_width(cell).rstrip("%").rstrip().partition(".")[2]) for cell in column.filled)
    return {"scale": min(longest, 6)} if longest > 2 else {}


GUESSES = (
    Guess("date", _all(_is_date)),
    Guess("datetime", _all(lambda cell: ":" in cell)),
    Guess("email", _all(lambda cell: "@" in cell)),
    Guess("url", _all(lambda cell: "://" in cell or cell.startswith("www."))),
    Guess("percent", _all(lambda cell: cell.endswith("%")), _scale),
    Guess("phone", _is_phone),
    Guess("boolean", _is_yes_or_no),
    Guess("money", _is_money),
    Guess("integer", _is_number),
    Guess("decimal", _is_number, _scale),
    Guess("tags", _is_tags, _suggestions),
    Guess("long_text", _is_text_lines),
    Guess(CHOICE, _is_choice, _options),
)
"""In the order in which they are asked."""


def _is_key(column: Column, one: Proposed) -> bool:
    """A column that names its rows: a text in every row, none twice, that looks like a number of something."""
    if one.type != TEXT or not (column.is_whole and column.is_distinct) or len(column.filled) < 2:
        return False
    return all(_is_name_of_row(cell) for cell in column.filled)


def _is_name_of_row(cell: str) -> bool:
    return (
        any(char.isdigit() for char in cell) and not any(char.isspace() for char in cell) and len(cell) <= 40
    )
