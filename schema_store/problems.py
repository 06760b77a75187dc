"""What a person can mend, said so that they can: code, place, words, hint.

The one sort of error that every door (form, command, API, import, publish) shows to people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]


def _(template: str) -> str:
    """Mark an English template for the translators; the text itself is translated when it is shown."""
    return template


def as_written(template: str) -> str:
    """The translator of people who read English: every template as it stands."""
    return template


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a document, a record, a row or a request, and how to mend it.

    `template` and `hint` are English sentences with `{names}` for `params`; they are the keys of the
    translation. `pointer` is an RFC 6901 pointer into the document ("" is the whole of it). `severity` is
    "error" (refuses) or "warning" (is shown, does not refuse).
    """

    code: str
    template: str
    params: dict[str, Any] = field(default_factory=dict)
    pointer: str = ""
    hint: str = ""
    severity: str = "error"

    def said(self, translate: Translate = as_written) -> str:
        """The sentence for a person; `translate` maps an English template to the reader's language."""
        return _filled(translate(self.template), self.params)

    def hinted(self, translate: Translate = as_written) -> str:
        """How to mend it, for a person; "" where the sentence says it all."""
        return _filled(translate(self.hint), self.params) if self.hint else ""

    def at(self, pointer: str) -> Problem:
        """The same problem seen from an enclosing document in which this one stands at `pointer`."""
        return Problem(
            self.code, self.template, self.params, pointer + self.pointer, self.hint, self.severity
        )

    def document(self, translate: Translate = as_written) -> dict[str, str]:
        """The problem as JSON: `{code, pointer, message, hint?, severity}`."""
        said = {"code": self.code, "pointer": self.pointer, "message": self.said(translate)}
        if self.hint:
            said["hint"] = self.hinted(translate)
        return said | {"severity": self.severity}

    def __str__(self) -> str:
        place = f"{self.pointer}: " if self.pointer else ""
        hint = f" ({self.hinted()})" if self.hint else ""
        return f"{place}{self.said()}{hint}"


class Problems(Exception):
    """Work refused whole, with every problem that was found (never only the first)."""

    def __init__(self, problems: Iterable[Problem] | Problem):
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(str(one) for one in self.problems))


class Refused(Exception):
    """The actor lacks a right; `right` names it for those who may grant it, e.g. "member.update"."""

    def __init__(self, right: str):
        self.right = right
        super().__init__(f"You may not do this: the right “{right}” is missing.")


def _filled(template: str, params: dict[str, Any]) -> str:
    return template.format_map(params) if params else template


def pointer(*steps: str | int) -> str:
    """An RFC 6901 pointer of these steps: `pointer("a/b", 0)` is "/a~1b/0"."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
