"""Changes of an outline: add, take away, double, move, group, ungroup, turn. Each gives the part to look at next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from builder.rules.compose.parts import Group, Part, Related, Row, below

Parts = tuple[Part, ...]
OPPOSITE = {"and": "or", "or": "and"}


@dataclass(frozen=True)
class Edited:
    """An outline after a change; `name` is the part to look at, "" where that is the whole."""

    outline: Group
    name: str = ""


def edited(outline: Group, change: str, name: str) -> Edited:
    """The outline after one of EDITS; as it is where the name, or the change, means nothing in it."""
    if change not in EDITS or part_of(outline, name) is None or (not name and change in PLACED):
        return Edited(outline)
    return EDITS[change](outline, name)


def part_of(outline: Group, name: str) -> Part | None:
    """The part of that name; None where there is none."""
    part: Part = outline
    for at in _way(name):
        parts = group_of(part).parts
        if at >= len(parts):
            return None
        part = parts[at]
    return part


def group_of(part: Part) -> Group:
    """The group that holds a part's parts: itself, or what is asked of related records."""
    if isinstance(part, Related):
        return part.group
    return part if isinstance(part, Group) else Group()


def with_part(outline: Group, name: str, part: Part) -> Group:
    """The outline with another part in the place of one."""
    if not name:
        return part if isinstance(part, Group) else Group(parts=(part,))
    return _with_parts(outline, name, lambda parts, at: (*parts[:at], part, *parts[at + 1 :]))


def add(outline: Group, name: str, part: Part) -> Edited:
    """One more part at the end of a group, or of what is asked of related records."""
    holder = part_of(outline, name)
    if not isinstance(holder, (Group, Related)):
        return Edited(outline, name)
    group = group_of(holder)
    grown = replace(group, parts=(*group.parts, part), is_bare=True)
    return Edited(with_part(outline, name, _holding(holder, grown)), below(name, len(group.parts)))


def delete(outline: Group, name: str) -> Edited:
    """Without the part; the one that then stands there is looked at, else the one before it, else the group."""
    _holder, up, at = _place(outline, name)
    less = _with_parts(outline, name, lambda parts, at: (*parts[:at], *parts[at + 1 :]))
    left = len(group_of(part_of(less, up) or less).parts)
    return Edited(less, below(up, min(at, left - 1)) if left else up)


def clone(outline: Group, name: str) -> Edited:
    """The part twice, one after the other."""
    twice = _with_parts(outline, name, lambda parts, at: (*parts[: at + 1], *parts[at:]))
    _holder, up, at = _place(outline, name)
    return Edited(twice, below(up, at + 1))


def move(outline: Group, name: str, step: int) -> Edited:
    """The part one place up (-1) or down (1) among its neighbours."""
    holder, up, at = _place(outline, name)
    to = at + step
    if not 0 <= to < len(group_of(holder).parts):
        return Edited(outline, name)

    def swapped(parts: Parts, at: int) -> Parts:
        others = [*parts[:at], *parts[at + 1 :]]
        others.insert(to, parts[at])
        return tuple(others)

    return Edited(_with_parts(outline, name, swapped), below(up, to))


def group(outline: Group, name: str) -> Edited:
    """The part in a group of its own, which joins the other way than the group around it."""
    holder, _up, at = _place(outline, name)
    made = Group(OPPOSITE[group_of(holder).op], (group_of(holder).parts[at],), is_bare=False)
    return Edited(with_part(outline, name, made), below(name, 0))


def ungroup(outline: Group, name: str) -> Edited:
    """The parts of a group in its place."""
    held = part_of(outline, name)
    if not isinstance(held, Group) or held.negation:
        return Edited(outline, name)
    return Edited(
        _with_parts(outline, name, lambda parts, at: (*parts[:at], *held.parts, *parts[at + 1 :])), name
    )


def turn(outline: Group, name: str) -> Edited:
    """ "All of these" into "at least one of these", and back."""
    return _regrouped(outline, name, lambda one: replace(one, op=OPPOSITE[one.op]))


def negate(outline: Group, name: str) -> Edited:
    """A group into its opposite, and back."""
    return _regrouped(outline, name, lambda one: replace(one, negation="" if one.negation else "!"))


EDITS: Mapping[str, Callable[[Group, str], Edited]] = {
    "row": lambda outline, name: add(outline, name, Row()),
    "group": lambda outline, name: add(outline, name, Group("or", (Row(),), is_bare=False)),
    "related": lambda outline, name: add(outline, name, Related()),
    "delete": delete,
    "clone": clone,
    "up": lambda outline, name: move(outline, name, -1),
    "down": lambda outline, name: move(outline, name, 1),
    "wrap": group,
    "unwrap": ungroup,
    "turn": turn,
    "negate": negate,
}
"""Every change that needs no more than a part's name."""
PLACED = frozenset({"delete", "clone", "up", "down", "wrap", "unwrap"})
"""Changes of a part among its neighbours; the whole has none."""


def _regrouped(outline: Group, name: str, change: Callable[[Group], Group]) -> Edited:
    held = part_of(outline, name)
    if not isinstance(held, (Group, Related)):
        return Edited(outline, name)
    return Edited(with_part(outline, name, _holding(held, change(group_of(held)))), name)


def _holding(holder: Group | Related, group: Group) -> Part:
    return replace(holder, group=group) if isinstance(holder, Related) else group


def _with_parts(outline: Group, name: str, change: Callable[[Parts, int], Parts]) -> Group:
    """The outline with the parts around `name` changed."""
    holder, up, at = _place(outline, name)
    held = group_of(holder)
    changed = _holding(holder, replace(held, parts=change(held.parts, at), is_bare=True))
    return with_part(outline, up, changed)


def _place(outline: Group, name: str) -> tuple[Group | Related, str, int]:
    """What holds a part, the name of that, and the part's number in it."""
    up, _dot, last = name.rpartition(".")
    holder = part_of(outline, up)
    return (holder if isinstance(holder, (Group, Related)) else outline), up, int(last or 0)


def _way(name: str) -> list[int]:
    steps = name.split(".") if name else []
    return [int(one) if one.isdecimal() and len(one) < 4 else 1_000 for one in steps]
