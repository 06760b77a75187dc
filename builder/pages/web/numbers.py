"""Whole numbers in addresses and forms. They come from outside, so only those that the database can count pass."""

from __future__ import annotations

LARGEST = 2**31 - 1


def counted(text: str) -> int:
    """The number that `text` says, as a `type` for `request.args.get`: ValueError gives its default."""
    found = int(text)
    if not 0 <= found <= LARGEST:
        raise ValueError("a number that nothing here has")
    return found
