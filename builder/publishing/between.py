"""Two versions of one definition as sentences about what differs need them: words, and where things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builder.kinds.design.plan import Node
from builder.kinds.design.schemas import MISSING
from builder.publishing.node_words import Words, both, joined
from schema_store.diff import same
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text, pick

Said = Iterator[Sentence]
Place = tuple[Text, ...]
"""Where something stands, from the outside in, each step as people call it."""
SPAN = " › "
_COMMA = {"en": ", ", "zh": "，"}


@dataclass(frozen=True)
class Between:
    """The words of both versions of what is called `label`. `say` tells of any pair of nodes.

    `moved`: names of which it was told already that they went elsewhere.
    """

    label: Text
    before: Words
    after: Words
    say: Callable[[Between, Node, Node, Place], Said]
    moved: set[str] = field(default_factory=set)

    def params(self, place: Place, **more: Any) -> dict[str, Any]:
        return {"label": self.label, "place": spanned(place), **more}

    def named(self, old: Node, new: Node) -> tuple[dict[str, Text], dict[str, Text]]:
        """The names of a list before and after, in the words of each."""
        return (
            self.before.names(old) if old.is_there else {},
            self.after.names(new) if new.is_there else {},
        )

    def gains(self, node: Node, place: Place, names: list[Text]) -> Said:
        yield from self._counted(
            says_of(node).get("gains"), _("{label}: {place} gains {names}."), place, names
        )

    def loses(self, node: Node, place: Place, names: list[Text]) -> Said:
        yield from self._counted(
            says_of(node).get("loses"), _("{label}: {place} loses {names}."), place, names
        )

    def _counted(self, says: Text | None, otherwise: str, place: Place, names: list[Text]) -> Said:
        """The shape's own words for names that came or went, else the usual ones."""
        if names and says:
            yield Sentence(_("{label} {says}."), {"label": self._around(place), "says": filled(says, names)})
        elif names:
            yield Sentence(otherwise, self.params(place, names=joined(names)))

    def _around(self, place: Place) -> Text:
        """The definition, and the part of it that a place is in: “Member form, Contact”."""
        steps = [self.label] + ([spanned(place[:-1])] if place[:-1] else [])
        return both(lambda language: _COMMA[language].join(pick(one, language) for one in steps))


def filled(template: Text, names: list[Text]) -> Text:
    """A shape's words about `{names}`."""
    whole = joined(names)
    return both(lambda language: pick(template, language).format(names=pick(whole, language)))


def spanned(place: Place) -> Text:
    return both(lambda language: SPAN.join(pick(one, language) for one in place))


def either(old: Node, new: Node) -> Node:
    """The node that is there, the newer if both are."""
    return new if new.is_there else old


def absent(node: Node) -> Node:
    """Where a node is only on the other side."""
    return replace(node, value=MISSING, children=())


def says_of(node: Node) -> Mapping[str, Text]:
    """The shape's own words for a change of this."""
    says = node.schema.get("x-says", {})
    return says if isinstance(says, Mapping) else {}


def says_the_same(old: Node, new: Node) -> bool:
    """Whether two nodes say the same; what is not there says what is usual."""
    if old.is_there and new.is_there:
        return same(old.value, new.value)
    if not old.is_there and not new.is_there:
        return True
    there = either(old, new)
    usual = there.schema.get("default", False if there.sort == "flag" else MISSING)
    is_rule = there.sort in ("rule", "when")
    return there.value is True if is_rule else usual is not MISSING and same(there.value, usual)


def small(words: Text) -> Text:
    """As it stands inside a sentence."""
    return both(lambda language: pick(words, language)[:1].lower() + pick(words, language)[1:])
