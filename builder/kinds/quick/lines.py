"""Fields typed as lines: "Birthday date", "Level choice: 普通|银卡|金卡", "Total formula: [Price] * [Quantity]".

    label [key] type flags ← column: options

Only the label must be there. Words that could be meant as type or flag stand in quotes: `"Is required" text`.
What `write` gives, `parse` reads back as the same field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.fields.select import VALUE_LENGTH
from builder.kinds.entity_alone import MAX_FIELDS
from builder.kinds.quick.proposal import CHOICE, TEXT, Proposed, options_of, text_of
from builder.kinds.quick.words import BEFORE_NUMBER, HINTS, REQUIRED, UNIQUE, Vocabulary, folded
from schema_store.problems import Problem, Problems, _

MAX_LINE = 5_000
LABEL = 200
LONGEST_PHRASE = 4
"""Words of the longest name of a type."""

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_COLON = re.compile(r'^((?:"[^"]*"|[^":：])*)[:：](.*)$')
_KEY = re.compile(r"\s\[([^\[\]\s]{1,60})\](?=\s|$)")
_COLUMN = re.compile(r'\s(?:←|<-)\s*(?:"([^"]*)"|(\S.*?))\s*$')
_QUOTED = re.compile(r'^"([^"]+)"\s*(.*)$')
_IN_BRACKETS = re.compile(r"^(.+?)\s*[（(]([^（()）]+)[)）]$")
_BARS = re.compile(r"[|｜]")
_SIGNS = re.compile(r"[,，、;；/]")


@dataclass(frozen=True)
class Line:
    """A line that says something, as it was typed, and the field that it proposes."""

    text: str
    proposed: Proposed


def parse(text: str, words: Vocabulary) -> list[Line]:
    """The fields of these lines; empty lines say nothing. Raises Problems where there are more than an entity has."""
    typed = [line.strip() for line in _UNSEEN.sub("", text.replace("\r", "\n")).split("\n")]
    typed = [line for line in typed if line]
    if len(typed) > MAX_FIELDS:
        template = _("These are {count} fields; an entity has at most {limit}.")
        raise Problems(Problem("quick.fields", template, {"count": len(typed), "limit": MAX_FIELDS}))
    return [Line(line, field_of(line, words)) for line in typed]


def field_of(line: str, words: Vocabulary) -> Proposed:
    """The field that one line proposes."""
    line = _UNSEEN.sub("", line)[:MAX_LINE].strip()
    split = _COLON.match(line)
    if split:
        found = _head(split[1].strip(), words)
        told = _with_rest(found, split[2].strip(), words) if found else None
        if told is not None:
            return told
    found = _head(line, words) or (_Head(line), None)
    return complete(_proposed(*found), words)


@dataclass(frozen=True)
class _Head:
    """What stands before the colon."""

    label: str
    key: str = ""
    column: str = ""
    is_required: bool = False
    is_unique: bool = False


def _head(text: str, words: Vocabulary) -> tuple[_Head, str | None] | None:
    """Label, key, column, flags; and the type, None where no word names one. None where there is no label."""
    quoted = _QUOTED.match(text)
    text = f" {quoted[2] if quoted else text}"
    column = _COLUMN.search(text)
    text = text[: column.start()] if column else text
    key = _KEY.search(text)
    text = (text[: key.start()] + text[key.end() :]).strip() if key else text.strip()
    own = _Head("", key[1] if key else "", (column[1] or column[2] or "").strip() if column else "")
    if quoted:
        own, type_, left = _tail(own, text.split(), words, keep=0)
        return replace(own, label=" ".join([quoted[1], *left])), type_
    return _in_brackets(own, text, words) or _plain(own, text, words)


def _in_brackets(own: _Head, text: str, words: Vocabulary) -> tuple[_Head, str | None] | None:
    """生日（日期）: where all that stands in the brackets is a type or a flag."""
    found = _IN_BRACKETS.match(text)
    if not found:
        return None
    own, type_, left = _tail(own, found[2].split(), words, keep=0)
    return (replace(own, label=found[1]), type_) if not left else None


def _plain(own: _Head, text: str, words: Vocabulary) -> tuple[_Head, str | None] | None:
    own, type_, left = _tail(own, text.split(), words, keep=1)
    if not left:
        return None
    label = " ".join(left)
    return replace(own, label=label), type_ or words.by_word.get(folded(label)) or words.hinted(label)


def _tail(
    own: _Head, tokens: list[str], words: Vocabulary, *, keep: int
) -> tuple[_Head, str | None, list[str]]:
    """What the last words say: flags and one type, whichever comes first from the end; and the words left."""
    type_: str | None = None
    while len(tokens) > keep:
        last = folded(tokens[-1])
        if last in REQUIRED:
            own, tokens = replace(own, is_required=True), tokens[:-1]
        elif last in UNIQUE:
            own, tokens = replace(own, is_unique=True), tokens[:-1]
        else:
            found = None if type_ else _phrase(tokens, words, keep)
            if found is None:
                break
            type_, length = found
            tokens = tokens[:-length]
    return own, type_, tokens


def _phrase(tokens: list[str], words: Vocabulary, keep: int) -> tuple[str, int] | None:
    """The type that the last words name, and how many words that are."""
    for length in range(min(LONGEST_PHRASE, len(tokens) - keep), 0, -1):
        said = folded(" ".join(tokens[-length:]))
        found = words.by_word.get(said)
        if found and keep and _belongs_to_label(tokens[:-length], said, found, words):
            return None
        if found:
            return found, length
    return None


def _belongs_to_label(before: list[str], said: str, type_: str, words: Vocabulary) -> bool:
    """In "Order number" and "Contact phone" the last word is of the label."""
    if said == "number":
        return folded(before[-1]) in BEFORE_NUMBER
    return said.isascii() and said in HINTS.get(type_, ()) and words.hinted(" ".join(before)) != type_


def _with_rest(found: tuple[_Head, str | None], rest: str, words: Vocabulary) -> Proposed | None:
    """The field with what stands behind the colon; None where the colon was a part of the label."""
    head, type_ = found
    several = split_options(rest)
    if type_ is None and len(several) < 2:
        return None
    one = _proposed(head, type_ or CHOICE)
    if not rest:
        return complete(one, words)
    settings = settings_of(one.type, rest, words)
    if settings is None:
        template = _("“{words}” is not understood here, behind the colon.")
        note = Problem("quick.rest", template, {"words": rest[:60]}, severity="warning")
        return replace(complete(one, words), notes=(note,))
    return complete(replace(one, settings=settings), words)


def settings_of(type_: str, rest: str, words: Vocabulary) -> dict[str, Any] | None:
    """The settings that `rest` says of a field of this type; None where it says none that the type has."""
    setting = next((name for name in RESTS if name in words.types[type_].settings), None)
    value = RESTS[setting].read(rest, words) if setting else None
    return {setting: value} if setting and value is not None else None


@dataclass(frozen=True)
class Rest:
    """How a setting is said behind the colon: read (None: it cannot be) and written."""

    read: Callable[[str, Vocabulary], Any]
    write: Callable[[Any], str] = str


def _code(rest: str, _words: Vocabulary) -> str | None:
    return rest.upper() if re.fullmatch("[A-Za-z]{3}", rest) else None


RESTS = {
    "options": Rest(
        lambda rest, _words: options_of(split_options(rest)) or None, lambda value: _joined(value, "value")
    ),
    "to": Rest(lambda rest, words: words.entities.get(folded(rest), rest)),
    "formula": Rest(lambda rest, _words: rest or None),
    "suggestions": Rest(lambda rest, _words: split_options(rest) or None, " | ".join),
    "currency": Rest(_code),
    "scale": Rest(lambda rest, _words: int(rest) if rest.isdecimal() and len(rest) == 1 else None),
    "prefix": Rest(lambda rest, _words: rest[:12]),
}
"""The settings that can be said behind the colon; a type takes the first of them that it has."""


def _joined(options: Sequence[Mapping[str, Any]], word: str) -> str:
    return " | ".join(str(option[word]) for option in options)


def split_options(text: str) -> list[str]:
    """The options that a text names, separated by | or else by commas, semicolons or slashes."""
    sign = _BARS if _BARS.search(text) else _SIGNS
    parts = [" ".join(part.split())[:VALUE_LENGTH].strip() for part in sign.split(text)]
    return list(dict.fromkeys(part for part in parts if part))


def _proposed(head: _Head, type_: str | None) -> Proposed:
    label = " ".join(head.label.replace('"', "”").split())[:LABEL]
    return Proposed(
        text_of(label),
        type_ or TEXT,
        head.key,
        is_required=head.is_required,
        is_unique=head.is_unique,
        column=head.column,
    )


def complete(one: Proposed, words: Vocabulary) -> Proposed:
    """With what is wrong: options that are missing, an entity that does not exist."""
    needs = words.types[one.type].needs
    if "options" in needs and not one.settings.get("options"):
        hint = _("Write them behind a colon: Level choice: Silver | Gold.")
        problem = Problem("quick.options", _("Say what can be chosen."), {}, "/options", hint)
        return replace(one, problems=(problem,))
    if "formula" in needs and not one.settings.get("formula"):
        hint = _("Write it behind a colon: Total formula: [Price] * [Quantity].")
        problem = Problem("quick.formula", _("Say how it is worked out."), {}, "/options", hint)
        return replace(one, problems=(problem,))
    if "to" in needs:
        return _pointed(one, words)
    return one


def _pointed(one: Proposed, words: Vocabulary) -> Proposed:
    """A reference with its entity: the one it names, else the one that is called as the field."""
    said = one.settings.get("to") or words.entities.get(folded(one.words), "")
    if said in words.entities.values():
        return replace(one, settings={"to": said})
    hint = _("Write its name behind a colon: Shop reference: Store.")
    template = _("There is no entity “{name}” to point to.") if said else _("Say which records it points to.")
    return replace(one, problems=(Problem("quick.to", template, {"name": said[:60]}, "/options", hint),))


def write(one: Proposed, words: Vocabulary) -> str:
    """The line of a field."""
    flags = [REQUIRED[0]] * one.is_required + [UNIQUE[0]] * one.is_unique
    if words.written.get(TEXT) != "text":  # the words of the other language
        flags = ["必填"] * one.is_required + ["唯一"] * one.is_unique
    tail = [f"[{one.key}]"] * bool(one.key) + [words.written.get(one.type, one.type), *flags]
    tail += [f'← "{one.column}"'] * bool(one.column)
    rest = rest_of(one)
    line = " ".join([one.words, *tail]) + (f": {rest}" if rest else "")
    read = field_of(line, words)
    if (read.label, read.type, read.key) == (one.label, one.type, one.key):
        return line
    return " ".join([f'"{one.words}"', *tail]) + (f": {rest}" if rest else "")


def rest_of(one: Proposed) -> str:
    """What stands behind the colon of a field's line."""
    said = (
        rest.write(one.settings[name]) for name, rest in RESTS.items() if one.settings.get(name) is not None
    )
    return next(said, "")


def written(proposals: Sequence[Proposed], words: Vocabulary) -> str:
    """The lines of these fields."""
    return "\n".join(write(one, words) for one in proposals)
