"""Bars above a page, while somebody works in another way than usual: each says so and has the button that ends it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """`end_url` is posted to. `links`: `(address, words)` beside the button."""

    icon: str
    words: str
    end_url: str
    end_words: str
    links: tuple[tuple[str, str], ...] = ()
