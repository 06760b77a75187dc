"""What fits best comes first: the whole label, its beginning, the beginning of a word, a piece of it, other words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from builder.palette import Offer, Source

EACH = 7
"""Lines of one group."""
ALL = 30

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Ranked:
    """The best of one group; `score` is that of its first line, less is better."""

    source: Source
    offers: tuple[Offer, ...]
    score: int


def terms(text: str) -> tuple[str, ...]:
    """The folded words of what was typed."""
    return tuple(text.casefold().split())


def group(source: Source, offers: Iterable[Offer], wanted: tuple[str, ...]) -> Ranked | None:
    """The best of a source's offers; None where none fits."""
    scored = [
        (score(one, wanted), bool(one.refusal), at, one) for at, one in enumerate(offers) if fits(one, wanted)
    ]
    if not scored:
        return None
    best = sorted(scored, key=lambda item: item[:3])[:EACH]
    return Ranked(source, tuple(one for *_order, one in best), best[0][0])


def ordered(groups: Iterable[Ranked]) -> list[Ranked]:
    """The groups, the one with the best line first; as many lines of all as a screen holds."""
    found, left = [], ALL
    for one in sorted(groups, key=lambda ranked: ranked.score):
        if left > 0:
            found.append(Ranked(one.source, one.offers[:left], one.score))
            left -= len(one.offers)
    return found


def fits(offer: Offer, wanted: tuple[str, ...]) -> bool:
    """All of the words are found, and not only in the note: not every field of a member is a member."""
    if not all(term in offer.haystack for term in wanted):
        return False
    own = " ".join((offer.label, *offer.words)).casefold()
    return not wanted or any(term in own for term in wanted)


def score(offer: Offer, wanted: tuple[str, ...]) -> int:
    """How well an offer fits; every one of the words has its place."""
    label = offer.label.casefold()
    if " ".join(wanted) == label:
        return 0
    starts = {word.group() for word in _WORD.finditer(label)}
    others = [words.casefold() for words in offer.words]
    return sum(_place(term, label, starts, others) for term in wanted) if wanted else 1


def _place(term: str, label: str, starts: set[str], others: list[str]) -> int:
    if label.startswith(term):
        return 1
    if any(word.startswith(term) for word in starts):
        return 2
    if any(words.startswith(term) for words in others):
        return 3
    return 4 if term in label else 5
