"""The ticket of a page that was opened: signed, so that no session and no cookie is needed to know one's own page."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from itsdangerous import BadData, URLSafeSerializer

QUICK = timedelta(seconds=2)
"""Nobody fills in a form as fast as that; programs do."""
OLD = timedelta(hours=24)


@dataclass(frozen=True)
class Ticket:
    """One opening of a form: `nonce` makes it count once."""

    nonce: str
    opened_at: datetime

    def is_quick(self, now: datetime) -> bool:
        return now - self.opened_at < QUICK

    def is_old(self, now: datetime) -> bool:
        return not timedelta() <= now - self.opened_at < OLD


def fresh(now: datetime) -> Ticket:
    """The ticket of a page that is opened now."""
    return Ticket(secrets.token_urlsafe(16), now)


def renewed(now: datetime) -> Ticket:
    """A ticket for somebody who has looked long enough at the page already."""
    return fresh(now - QUICK)


def written(ticket: Ticket, form: str, *, secret: str) -> str:
    """The ticket as the page carries it."""
    return _signer(form, secret).dumps([ticket.nonce, ticket.opened_at.timestamp()])


def read(text: str, form: str, *, secret: str) -> Ticket | None:
    """The ticket that a page sent; None where it was not ours, or another form's."""
    try:
        nonce, opened_s = _signer(form, secret).loads(text)
    except BadData:
        return None
    return Ticket(nonce, datetime.fromtimestamp(opened_s, UTC))


def visitor(address: str, form: str, *, secret: str) -> str:
    """How a visitor is known to a form: nobody without the secret finds the address, nor them in another form."""
    return digest(("visitor", form, _network(address)), secret=secret)


def digest(parts: Iterable[str], *, secret: str) -> str:
    """A keyed hash of texts."""
    text = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """What one visitor holds: an address of IPv4, a whole /64 of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def _signer(form: str, secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"public form {form}")
