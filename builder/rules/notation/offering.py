"""The functions that can be put into a formula: how each is written, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from builder.rules.operators import TABLE
from builder.rules.operators.entry import Operator
from builder.rules.reference import GROUPS


@dataclass(frozen=True)
class Offered:
    """A function: `text` is what is put in, `takes` what then stands in its brackets, `does` what it gives."""

    name: str
    takes: str
    does: str

    @property
    def text(self) -> str:
        return f"{self.name}()" if not self.takes else f"{self.name}("


def functions(language: str, *, is_trigger: bool = False) -> list[tuple[str, list[Offered]]]:
    """Every function by its group, in words of `language`; those that ask about a change only with `is_trigger`."""
    short = "zh" if language.startswith("zh") else "en"
    found = []
    for group, words in GROUPS.items():
        entries = [one for one in TABLE.values() if one.group == group and (is_trigger or not one.is_trigger)]
        offered = {one.name: one for entry in reversed(entries) for one in reversed([*_of(entry, short)])}
        if offered:
            found.append((words[short], [*reversed(offered.values())]))
    return found


def _of(entry: Operator, language: str) -> Iterator[Offered]:
    spelling = entry.spelling
    if spelling is None:
        return
    for turn in spelling.turns:
        yield Offered(turn.names[0], turn.takes[language], turn.does[language])
    if spelling.names:
        takes = spelling.takes.get(language, "")
        yield Offered(spelling.names[0], takes, spelling.does.get(language) or _said(entry, takes, language))


def _said(entry: Operator, takes: str, language: str) -> str:
    """The operator's sentence over what the function takes."""
    words = [word.strip(" …") for word in takes.split(",")]
    template: Mapping[str, str] = entry.sentence
    return template[language].format(*words, *["…"] * 4)
