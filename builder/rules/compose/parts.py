"""The parts that a condition is put together from: rows, groups, related records, and what none of them can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from builder.rules.compose.forms import FORMS, QUANTIFIERS


@dataclass(frozen=True)
class Unread:
    """A value that was typed and is none yet: empty, or not of the field's sort."""

    text: str = ""


@dataclass(frozen=True)
class Row:
    """A condition on one field. `written`: the document it was read from, kept until the row is changed."""

    path: str = ""
    form: str = ""
    values: tuple[Any, ...] = ()
    written: Any = None

    @property
    def is_finished(self) -> bool:
        form = FORMS.get(self.form)
        if form is None or not self.path or any(isinstance(one, Unread) for one in self.values):
            return False
        return len(self.values) >= 1 if form.takes > 2 else len(self.values) == form.takes


@dataclass(frozen=True)
class Group:
    """Parts that must all hold ("and"), or one of which must ("or"); with `negation` the opposite.

    `negation` is how that was written: "!" around the group in a list, "! bare" around it as it stands.
    `is_bare`: it writes no "and" or "or" while it has one part only.
    """

    op: str = "and"
    parts: tuple[Part, ...] = ()
    negation: str = ""
    is_bare: bool = True


@dataclass(frozen=True)
class Related:
    """How many of the records of a relation meet the conditions of `group`. `number`: for a count, an int or Unread."""

    quantifier: str = "some"
    relation: str = ""
    number: Any = None
    group: Group = field(default_factory=Group)

    @property
    def is_finished(self) -> bool:
        return bool(self.relation) and (not QUANTIFIERS[self.quantifier].sign or type(self.number) is int)


@dataclass(frozen=True)
class Other:
    """What rows cannot say. `text`: what was written instead and is not read yet; None as long as nothing was."""

    document: Any
    text: str | None = None


Part = Row | Group | Related | Other


def says_itself(part: Part, *, is_root: bool = False) -> bool:
    """Whether a part is finished, whatever its own parts are. A root without parts is every record."""
    if isinstance(part, Group):
        return bool(part.parts) or (is_root and not part.negation)
    if isinstance(part, Related):
        return part.is_finished and (bool(part.group.parts) or not part.group.negation)
    return part.is_finished if isinstance(part, Row) else part.text is None


def speaks(part: Part) -> bool:
    """Whether enough of a part is finished for it to stand in the document."""
    if isinstance(part, Group):
        return any(speaks(one) for one in part.parts)
    if isinstance(part, Related):
        return says_itself(part) and (not part.group.parts or speaks(part.group))
    return says_itself(part)


def walk(part: Part, name: str = "") -> Iterator[tuple[str, Part]]:
    """Every part with its name, outermost first."""
    yield name, part
    group = part.group if isinstance(part, Related) else part
    for at, one in enumerate(group.parts if isinstance(group, Group) else ()):
        yield from walk(one, below(name, at))


def below(name: str, at: int) -> str:
    """The name of a part's part."""
    return f"{name}.{at}" if name else str(at)
