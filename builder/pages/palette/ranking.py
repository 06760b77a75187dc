"""What fits best comes first: the whole label, its beginning, the beginning of a word, a piece of it, other words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from builder.palette import Offer, Source

EACH = 7
"""Lines of one group."""
ALL = 30


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
    """The best of a source's offers, all of which fit; None where there are none."""
    scored = ((score(one, wanted), bool(one.refusal), at, one) for at, one in enumerate(offers))
    best = nsmallest(EACH, scored, key=lambda item: item[:3])
    return Ranked(source, tuple(one for *_order, one in best), best[0][0] + source.weight) if best else None


def ordered(groups: Iterable[Ranked]) -> list[Ranked]:
    """The groups, the one with the best line first; as many lines of all as a screen holds."""
    found, left = [], ALL
    for one in sorted(groups, key=lambda ranked: ranked.score):
        if left > 0:
            found.append(Ranked(one.source, one.offers[:left], one.score))
            left -= len(one.offers)
    return found


def score(offer: Offer, wanted: tuple[str, ...]) -> int:
    """How well an offer fits; every one of the words has its place."""
    own = offer.own
    label, _line, others = own.partition("\n")
    if " ".join(wanted) == label:
        return 0
    return sum(_place(term, label, others) for term in wanted) if wanted else 1


def _place(term: str, label: str, others: str) -> int:
    if label.startswith(term):
        return 1
    at = label.find(term)
    if at > 0 and not label[at - 1].isalnum():
        return 2
    if others.startswith(term) or f"\n{term}" in others:
        return 3
    return 4 if at >= 0 else 5
