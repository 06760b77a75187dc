"""Random secrets that people or browsers carry, and the form in which the database knows them."""

from __future__ import annotations

import hashlib
import secrets


def fresh() -> str:
    """A new secret of 256 bits, safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hex. Enough without salt, for the secret is random already."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
