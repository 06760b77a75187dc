"""What the palette (Ctrl K) offers: groups of commands, each from a source that somebody registered.

A source is one class in one file. Those of the product stand in `pages/palette/all.py`; a plugin hands its own in
through `plugin_api`. A source is asked at every keystroke: it sends no query of its own, and yields only what its
reader may know of. What cannot be done now is yielded all the same, with the reason.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from builder.access.policy import Policy
from builder.catalog import Catalog
from builder.registry import Registry
from schema_store.documents import Body, Name
from schema_store.texts import Text, pick


@dataclass(frozen=True)
class Offer:
    """One line of the palette. `words`: more words by which it is found: its key, the other language.

    `note`: where it stands. `refusal`: why it cannot be done now; then it leads nowhere. `preference`: name and
    value of the setting that it changes, in place of an address.
    """

    label: str
    href: str = ""
    note: str = ""
    icon: str = "point"
    words: tuple[str, ...] = ()
    refusal: str = ""
    preference: tuple[str, str] = ("", "")

    @cached_property
    def own(self) -> str:
        """Its label and its further words, one a line, folded."""
        return "\n".join((self.label, *self.words)).casefold()

    @cached_property
    def haystack(self) -> str:
        """All by which it is found, folded."""
        return f"{self.own}\n{self.note.casefold()}"


@dataclass(frozen=True)
class Seeker:
    """Who looks, and for what. `terms`: the folded words that must all be found; () where nothing was typed yet."""

    terms: tuple[str, ...]
    language: str
    catalog: Catalog
    policy: Policy
    registry: Registry
    read_drafts: Callable[[], Mapping[Name, Body | None]] = field(default=dict, repr=False)
    read_undoable: Callable[[], int | None] = field(default=lambda: None, repr=False)

    def label(self, words: Text | None, otherwise: str = "") -> str:
        return pick(words, self.language, otherwise)

    def finds(self, offer: Offer) -> bool:
        """All of the words are found, and not only in the note: not every field of a member is a member."""
        haystack = offer.haystack
        for term in self.terms:  # plain, for it is asked of every option of every field at every keystroke
            if term not in haystack:
                return False
        return not self.terms or any(term in offer.own for term in self.terms)

    @cached_property
    def drafts(self) -> Mapping[Name, Body | None]:
        """The drafts of the workspace (None: it retires), read once, when a source asks; {} for who may not publish."""
        return self.read_drafts() if self.policy.may("publish") else {}

    @cached_property
    def undoable(self) -> int | None:
        """The number of the last run that can be undone, read once, when a source asks; None where there is none."""
        return self.read_undoable()


class Source(ABC):
    """A group of the palette."""

    key: ClassVar[str]
    label: ClassVar[Text]
    is_eager: ClassVar[bool] = False
    """Whether it offers something before anything was typed."""
    weight: ClassVar[int] = 0
    """What its lines weigh against those of others that fit as well: what is made stands behind what is worked with."""

    @abstractmethod
    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        """Everything it has for this reader; what does not match is left out by whoever asks."""


def spoken(*texts: Text | None) -> tuple[str, ...]:
    """Texts in all their languages, for `Offer.words`; a draft may hold any JSON in a text's place."""
    found: list[Any] = []
    for text in texts:
        found += text.values() if isinstance(text, Mapping) else [text]
    return tuple(dict.fromkeys(one for one in found if one and isinstance(one, str)))
