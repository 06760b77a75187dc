"""Passwords: argon2id, with the same work for an unknown account as for a wrong password."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schema_store.problems import Problem, Problems, _

MIN_LENGTH = 8
MAX_LENGTH = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's floor for argon2id; ~25 ms


def hashed(password: str) -> str:
    """The argon2id hash to keep. Raises Problems (`password.short`, `password.long`)."""
    if len(password) < MIN_LENGTH:
        raise _refused("short", _("A password needs at least {limit} characters."), MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise _refused("long", _("A password has at most {limit} characters."), MAX_LENGTH)
    return _hasher.hash(_normal(password))


def matches(kept: str | None, password: str) -> bool:
    """True when `password` is the one of the hash `kept`. None (nobody's) costs the same time; it is False."""
    nobodys = _of_nobody()
    try:
        _hasher.verify(kept or nobodys, _normal(password[: MAX_LENGTH + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """True when `kept` was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _of_nobody() -> str:
    return _hasher.hash("a password that nobody has")


def _normal(password: str) -> str:
    """One form for what keyboards write in several (NFKC, as NIST SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)


def _refused(code: str, template: str, limit: int) -> Problems:
    return Problems(Problem(f"password.{code}", template, {"limit": limit}, "/password"))
