"""A change of a designed definition in words: its nodes before and after, side by side, whatever its kind.

A shape may say how a change of one of its keys reads: `x-says` with `gains` and `loses` (`{names}`), and for the
values of an enum that names are at (`levels`) by value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from builder.kinds.design.plan import Node
from builder.publishing import list_sentences, rights_sentences
from builder.publishing.between import Between, Place, Said, absent, either, says_the_same
from builder.publishing.node_words import Words
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text

UNSAID = ("/key",)
LONG = ("rule", "when", "part")
"""What reads as a sentence of its own."""


def of_design(label: Text, before: tuple[Node, Words], after: tuple[Node, Words]) -> Said:
    """What differs between two versions, each a tree and the words for it, of what is called `label`."""
    by = Between(label, before[1], after[1], _say)
    yield from _of_object(by, before[0], after[0], ())


def _say(by: Between, old: Node, new: Node, place: Place) -> Said:
    """What differs between two nodes, one of which may not be there."""
    if new.pointer in UNSAID or says_the_same(old, new):
        return
    if old.is_there and new.is_there and old.sort != new.sort:
        yield _plain(by, old, new, place)
    else:
        yield from _SAYERS.get(either(old, new).sort, _of_value)(by, old, new, place)


def _of_object(by: Between, old: Node, new: Node, place: Place) -> Said:
    """What stands in an object, in the order of the shape."""
    before, after = ({one.key: one for one in side.children} for side in (old, new))
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key) or absent(after[key]), after.get(key) or absent(before[key])
        yield from _say(by, was, now, (*place, now.label or key))
    if place and _kept(old) != _kept(new):
        yield Sentence(_("{label}: {place} changes."), by.params(place))


def _kept(node: Node) -> dict[str, Any]:
    """What stands in a node that its shape does not know, a part's type apart."""
    return {key: node.value[key] for key in node.unknown if key != "type"} if node.is_there else {}


def _of_part(by: Between, old: Node, new: Node, place: Place) -> Said:
    """A step in words, before and after; by what it is made of, where both read the same or it has no words."""
    before, after = by.before.step(old), by.after.step(new)
    if (
        (before and after and before != after)
        or old.chosen != new.chosen
        or not (old.is_there and new.is_there)
    ):
        yield _plain(by, old, new, place)
    else:
        yield from _of_object(by, old, new, place)


def _of_text(by: Between, old: Node, new: Node, place: Place) -> Said:
    """A text; of what something is called, the new name."""
    if new.key != "label" or not (old.is_there and new.is_there):
        yield from _of_value(by, old, new, place)
        return
    params: dict[str, Any] = {"label": by.label, "before": by.before.value(old), "after": by.after.value(new)}
    is_whole = new.pointer == "/label"
    yield Sentence(
        _("{before} is now called {after}.") if is_whole else _("{label}: {before} is now called {after}."),
        params,
    )


def _of_value(by: Between, old: Node, new: Node, place: Place) -> Said:
    """From what to what; only that it changes, where both read the same."""
    if by.before.value(old) != by.after.value(new):
        yield _plain(by, old, new, place)
    elif old.sort not in LONG:
        yield Sentence(_("{label}: {place} changes."), by.params(place))


def _plain(by: Between, old: Node, new: Node, place: Place) -> Sentence:
    templates = _OF_LONG if either(old, new).sort in LONG else _OF_SHORT
    params = by.params(place, before=by.before.value(old), after=by.after.value(new))
    return Sentence(templates[_stands(old), _stands(new)], params)


_OF_SHORT = {
    (False, False): _("{label}: {place} changes."),
    (False, True): _("{label}: {place} is now {after}."),
    (True, False): _("{label}: {place} no longer says {before}."),
    (True, True): _("{label}: {place} changes from {before} to {after}."),
}
_OF_LONG = {
    (False, False): _("{label}: {place} changes."),
    (False, True): _("{label}: {place} is now: {after}."),
    (True, False): _("{label}: {place} no longer says: {before}."),
    (True, True): _("{label}: {place} was: {before}; it is now: {after}."),
}
"""(something stood there, something stands there now): how it is said."""


def _stands(node: Node) -> bool:
    """Whether something stands at a node; a switch always says yes or no."""
    return node.sort == "flag" or (node.is_there and node.value not in (None, "", [], {}))


_SAYERS: Mapping[str, Callable[[Between, Node, Node, Place], Said]] = {
    "object": _of_object,
    "piece": _of_object,
    "ways": _of_object,
    "part": _of_part,
    "text": _of_text,
    "names": list_sentences.of_names,
    "placed": list_sentences.of_placed,
    "list": list_sentences.of_items,
    "canvas": list_sentences.of_items,
    "matrix": rights_sentences.of_matrix,
    "levels": rights_sentences.of_levels,
    "boxes": rights_sentences.of_boxes,
}
