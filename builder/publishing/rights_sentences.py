"""A change of rights in words: “Service may no longer change: Members”, “Service no longer sees Phone (Members)”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.kinds.design.plan import Node
from builder.publishing.between import Between, Place, Said, absent, either, filled, says_of, small
from builder.publishing.node_words import both, joined
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text, pick


def of_matrix(by: Between, old: Node, new: Node, _place: Place) -> Said:
    """Row by row: the flags, then what more there is of it."""
    before, after = ({one.key: one for one in side.children} for side in (old, new))
    known = either(old, new)
    for key in dict.fromkeys((*before, *after)):
        title = (by.after if key in after else by.before).name(known.wanted, key)
        row = after.get(key) or before[key]
        yield from _of_flags(by, known, (before.get(key), after.get(key)), title)
        for child in row.children:
            if child.sort != "flag":
                was, now = (_child(side.get(key), child) for side in (before, after))
                yield from by.say(by, was, now, (title, child.label))


def _of_flags(by: Between, matrix: Node, rows: tuple[Node | None, Node | None], title: Text) -> Said:
    was, now = (_ticked(row) for row in rows)
    for template, keys in (
        (_("{label} may now {flags}: {row}."), now - was),
        (_("{label} may no longer {flags}: {row}."), was - now),
    ):
        flags = [small(words) for key, words in matrix.choices if key in keys]
        if flags:
            yield Sentence(template, {"label": by.label, "flags": joined(flags), "row": title})


def of_levels(by: Between, old: Node, new: Node, place: Place) -> Said:
    """Names by the level that they have now, in the shape's words for it."""
    known = either(old, new)
    before, after = (one.value if one.is_there else {} for one in (old, new))
    keys = [
        one
        for one in dict.fromkeys((*before, *after))
        if _level(before, one, known) != _level(after, one, known)
    ]
    for value, words in known.choices:
        names = [by.after.name(known.wanted, key) for key in keys if _level(after, key, known) == value]
        if names:
            said = filled(says_of(known).get(value) or _usual(words), names)
            yield Sentence(_("{label} {says} ({row})."), {"label": by.label, "says": said, "row": place[-2]})


def of_boxes(by: Between, old: Node, new: Node, place: Place) -> Said:
    """What was ticked, and what no longer is."""
    known = either(old, new)
    words = dict(known.choices)
    before, after = (one.value if one.is_there else [] for one in (old, new))
    yield from by.gains(known, place, [small(words.get(one, str(one))) for one in after if one not in before])
    yield from by.loses(known, place, [small(words.get(one, str(one))) for one in before if one not in after])


def _usual(words: Text) -> Text:
    return both(lambda language: f"{pick(words, language)}: {{names}}")


def _child(row: Node | None, like: Node) -> Node:
    found = next((one for one in row.children if one.key == like.key), None) if row else None
    return found or absent(like)


def _ticked(row: Node | None) -> set[str]:
    held = row.value if row is not None and isinstance(row.value, Mapping) else {}
    return {key for key, value in held.items() if value is True}


def _level(held: Any, key: str, node: Node) -> Any:
    return held.get(key, node.chosen) if isinstance(held, Mapping) else node.chosen
