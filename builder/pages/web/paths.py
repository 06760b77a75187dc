"""Addresses to go back to. They come from outside, so only our own paths pass."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(text: str | None, otherwise: str = "/desk") -> str:
    """`text` when it is a path of this site, else `otherwise`. No scheme, host, backslash or control character."""
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return otherwise
    if any(ord(char) <= 32 or ord(char) == 127 for char in text):
        return otherwise
    try:
        parts = urlsplit(text)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else text
